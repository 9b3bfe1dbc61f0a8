from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from papertriage.errors import ScheduleError
from papertriage.scheduling import systemd
from papertriage.scheduling.job import Job, job_of
from schedulers import Programs, programs_of

ODD = '/place/it\'s 100% "mine" $HOME \\x'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = programs_of(tmp_path, monkeypatch)
    programs.add("systemctl")
    return programs


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return tmp_path / "user" / ".config" / "systemd" / "user"


def job(minute: int = 30) -> Job:
    return job_of((7, minute), "me@example.org", "/digests/{date}.md")


def unquoted(text: str) -> list[str]:
    """Read a unit's words as systemd.syntax(7) and the specifiers' rules have it."""
    words, at = [], 0
    while at < len(text):
        assert text[at] == '"'
        at += 1
        word = ""
        while text[at] != '"':
            at += text[at] == "\\"
            word += text[at]
            at += 1
        words.append(word.replace("%%", "%"))
        at += 2
    return words


def settings(text: str) -> dict[str, list[str]]:
    """Read a unit: what stands under each name, in order."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith(("#", "[")) and "=" in line:
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_a_timer_is_installed_shown_and_removed(programs: Programs, units: Path) -> None:
    assert systemd.works()
    assert systemd.installed() is None
    systemd.install(job(45))
    systemd.install(job())
    timer = settings((units / "papertriage.timer").read_text())
    assert timer["OnCalendar"] == ["*-*-* 07:30:00"]
    assert timer["Persistent"] == ["true"]
    service = settings((units / "papertriage.service").read_text())
    assert service["Type"] == ["oneshot"]
    fetch, digest = service["ExecStart"]
    assert fetch.startswith("-")
    assert tuple(unquoted(fetch[1:])) == job().fetch
    assert tuple(unquoted(digest)) == job().digest
    assert systemd.installed() == systemd.written(job())
    systemd.remove()
    assert list(units.iterdir()) == []
    assert programs.log == [
        "systemctl --user show-environment",
        *2
        * [
            *("systemctl --user daemon-reload", "systemctl --user enable papertriage.timer"),
            "systemctl --user restart papertriage.timer",
        ],
        "systemctl --user disable --now papertriage.timer",
        "systemctl --user daemon-reload",
    ]


def test_odd_names_reach_the_program_as_they_are(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTRIAGE_HOME", ODD)
    service = settings(systemd.written(job_of((7, 30), None, f"{ODD}/{{date}}.md")))
    assert f"PAPERTRIAGE_HOME={ODD}" in unquoted(service["Environment"][0])
    # $$ is one in a command's words, and $ is itself in the environment's.
    assert unquoted(service["ExecStart"][1])[-1] == f"{ODD}/{{date}}.md".replace("$", "$$")


def test_systemd_finds_nothing_wrong_with_the_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed on this machine")
    path = os.environ["PATH"]
    programs = programs_of(tmp_path, monkeypatch)
    programs.add("systemctl")
    monkeypatch.setenv("PAPERTRIAGE_HOME", ODD)
    systemd.install(job_of((7, 30), None, f"{ODD}/{{date}}.md"))
    (tmp_path / "run").mkdir()
    done = subprocess.run(
        [analyze, "--user", "--man=no", "verify", *map(str, systemd._paths())],
        env={"PATH": path, "HOME": os.environ["HOME"], "XDG_RUNTIME_DIR": str(tmp_path / "run")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "papertriage" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


def test_a_timer_that_cannot_be_started_leaves_all_as_it_was(
    programs: Programs, units: Path
) -> None:
    programs.set("denied")
    with pytest.raises(ScheduleError, match="enable failed: Failed to enable unit: Access denied"):
        systemd.install(job())
    assert list(units.iterdir()) == []
    (programs.place / "denied").unlink()
    systemd.install(job())
    before = systemd.installed()
    programs.set("denied")
    with pytest.raises(ScheduleError):
        systemd.install(job(45))
    assert systemd.installed() == before


def test_a_unit_of_somebody_else_is_left_alone(programs: Programs, units: Path) -> None:
    units.mkdir(parents=True)
    (units / "papertriage.timer").write_text("[Timer]\n")
    with pytest.raises(ScheduleError, match="was not written by papertriage: move it first"):
        systemd.install(job())
    assert systemd.installed() is None
    assert [path.name for path in units.iterdir()] == ["papertriage.timer"]


def test_without_a_session_it_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = programs_of(tmp_path, monkeypatch)
    assert not systemd.works()
    programs.add("systemctl")
    programs.set("no session")
    assert not systemd.works()
