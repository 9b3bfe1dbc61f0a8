from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from papertriage.errors import ScheduleError
from papertriage.scheduling import launchd
from papertriage.scheduling.job import job_of, shell_line
from schedulers import Programs, programs_of


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = programs_of(tmp_path, monkeypatch)
    programs.add("launchctl")
    return programs


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    return tmp_path / "user/Library/LaunchAgents/papertriage.schedule.plist"


def test_an_agent_is_installed_shown_and_removed(programs: Programs, agent: Path) -> None:
    job = job_of((7, 30), None, "/a <b> & 'c'/{date}.md")
    assert launchd.installed() is None
    launchd.install(job)
    read = plistlib.loads(agent.read_bytes())
    assert read["ProgramArguments"] == ["/bin/sh", "-c", shell_line(job)]
    assert read["StartCalendarInterval"] == {"Hour": 7, "Minute": 30}
    assert read["Label"] == "papertriage.schedule"
    assert launchd.installed() == launchd.written(job)
    launchd.remove()
    assert launchd.installed() is None
    out, place = f"launchctl bootout gui/{os.getuid()}/papertriage.schedule", f"gui/{os.getuid()}"
    assert programs.log == [out, f"launchctl bootstrap {place} {agent}", out]


def test_an_agent_that_is_refused_is_not_left_behind(programs: Programs, agent: Path) -> None:
    programs.set("denied")
    with pytest.raises(ScheduleError, match="Bootstrap failed"):
        launchd.install(job_of((7, 30), None, "-"))
    assert not agent.exists()


def test_it_works_on_a_mac(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not launchd.works()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert launchd.works()
