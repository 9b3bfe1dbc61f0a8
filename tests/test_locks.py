from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from papertriage import locks
from papertriage.errors import ConfigurationError
from processes import environment, without_privileges

_HOLDER = """
import sys
from pathlib import Path
from papertriage import locks
with locks.alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
_COUNTER = """
import sys
from pathlib import Path
from papertriage import locks
path = Path(sys.argv[1])
for _ in range(20):
    with locks.alone(path, patience=60):
        path.write_text(str(int(path.read_text()) + 1))
"""


def holder(path: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        env=environment(path.parent),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_nobody_reads_what_another_is_about_to_change(tmp_path: Path) -> None:
    path = tmp_path / "number"
    path.write_text("0")
    processes = [
        subprocess.Popen([sys.executable, "-c", _COUNTER, str(path)], env=environment(tmp_path))
        for _ in range(4)
    ]
    assert [process.wait(120) for process in processes] == [0] * 4
    assert path.read_text() == "80"


def test_who_waits_too_long_is_told_and_a_dead_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    process = holder(path)
    told = []
    with (
        pytest.raises(ConfigurationError, match=r"is changing .*try again"),
        locks.alone(path, patience=0.1, waiting=lambda: told.append("waiting")),
    ):
        pass
    assert told == ["waiting"]
    process.kill()
    process.communicate()
    with locks.alone(path, patience=0.1, waiting=lambda: told.append("again")):
        pass
    assert told == ["waiting"]


def test_a_fault_inside_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locks.alone(tmp_path / "file"):
        raise ZeroDivisionError
    with locks.alone(tmp_path / "file", patience=0):
        pass


def test_a_directory_that_cannot_be_written_is_not_locked(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from papertriage import locks\n"
        f"with locks.alone(Path({str(tmp_path / 'file')!r})): print('in')"
    )
    tmp_path.chmod(0o500)
    try:
        done = subprocess.run(
            [*without_privileges(), sys.executable, "-c", code],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        tmp_path.chmod(0o700)
    assert (done.stdout, done.stderr) == ("in\n", "")


def test_a_file_or_operating_system_without_locks_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refused(_descriptor: int, _operation: int) -> None:
        raise OSError(95, os.strerror(95))

    monkeypatch.setattr(fcntl, "flock", refused)
    with locks.alone(tmp_path / "file", patience=0):
        pass
    monkeypatch.setattr(sys, "platform", "win32")
    with locks.alone(tmp_path / "file", patience=0):
        pass
