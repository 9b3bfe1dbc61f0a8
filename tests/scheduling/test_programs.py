from __future__ import annotations

import sys

import pytest

from papertriage.errors import ScheduleError
from papertriage.scheduling import programs
from papertriage.scheduling.programs import demand, run


def test_a_program_gets_its_input_and_says_what_it_says() -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read()); sys.stderr.write('é'); sys.exit(3)"
    done = run(sys.executable, "-X", "utf8", "-c", code, stdin=b"in\r\n")
    assert (done.code, done.stdout, done.stderr) == (3, b"in\r\n", "é")


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ScheduleError, match="nowhere-at-all is not installed"):
        run("nowhere-at-all")


def test_a_program_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_PATIENCE", 0.1)
    with pytest.raises(ScheduleError, match=r"cannot be run: .* timed out"):
        run(sys.executable, "-c", "import time; time.sleep(30)")


def test_a_program_that_must_not_fail_is_quoted_when_it_does() -> None:
    with pytest.raises(ScheduleError, match=r"-c .* failed: no\ufffd\[2J"):
        demand(sys.executable, "-c", "import sys; sys.exit('no\\x1b[2J')")
    with pytest.raises(ScheduleError, match="failed: exit code 4"):
        demand(sys.executable, "-c", "raise SystemExit(4)")
