"""Run the programs of the system's scheduler."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from papertriage.errors import ScheduleError
from papertriage.text import visible

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Done:
    """A program's exit code and output."""

    code: int
    stdout: bytes
    stderr: str


def run(*words: str, stdin: bytes | None = None) -> Done:
    """Run a program and return its output; raises ScheduleError if it cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, no shell
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            # We compare its messages.
            env={**os.environ, "LC_ALL": "C"},
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        msg = f"{words[0]} is not installed: install it, or choose another scheduler with --with"
        raise ScheduleError(msg) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{words[0]} cannot be run: {visible(str(error), 200)}"
        raise ScheduleError(msg) from error
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def demand(*words: str, stdin: bytes | None = None) -> bytes:
    """Run a program and return its output; raises ScheduleError if it fails."""
    done = run(*words, stdin=stdin)
    if done.code:
        said = visible(done.stderr.strip() or f"exit code {done.code}", 300)
        msg = f"{' '.join(words[:3])} failed: {said}"
        raise ScheduleError(msg)
    return done.stdout
