from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.errors import InputError, ScheduleError
from papertriage.scheduling import cron, registry
from papertriage.scheduling.job import job_of
from schedulers import Programs, programs_of


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return programs_of(tmp_path, monkeypatch)


def test_what_runs_missed_days_goes_before_cron(programs: Programs) -> None:
    programs.add("crontab", "systemctl")
    assert registry.detected() == "systemd"
    programs.set("no session")
    assert registry.detected() == "cron"


def test_without_any_scheduler_it_is_said_what_to_do(programs: Programs) -> None:
    with pytest.raises(ScheduleError, match="install cron, or run daily what"):
        registry.detected()


def test_a_scheduler_has_a_name() -> None:
    with pytest.raises(InputError, match="--with 'at' is not one of systemd, launchd, cron"):
        registry.scheduler("at")


def test_what_is_installed_is_found_wherever_it_is(programs: Programs) -> None:
    assert registry.installed() == {}
    programs.add("crontab")
    cron.install(job_of((7, 30), None, "-"))
    assert registry.installed() == {"cron": cron.installed()}
    programs.set("denied")
    with pytest.raises(ScheduleError, match="not allowed"):
        registry.installed()


def test_who_may_not_use_cron_may_use_systemd(programs: Programs) -> None:
    programs.add("crontab", "systemctl")
    registry.scheduler("systemd").install(job_of((7, 30), None, "-"))
    programs.set("denied")
    assert list(registry.installed()) == ["systemd"]
