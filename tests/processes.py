"""Run papertriage as people and cron do: inside this process, or as one of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from papertriage.cli import group
from schemas import hold

PAPERTRIAGE = [sys.executable, "-m", "papertriage"]
SOURCE = Path(__file__).parents[1] / "src"


@dataclass(frozen=True)
class Ran:
    """What a command line has said, and its exit code."""

    stdout: str
    stderr: str
    exit_code: int


def ran(*words: object, stdin: str | bytes | None = None) -> Ran:
    """Run a command line in this process, and hold its JSON to the schema."""
    result = said(*words, stdin=stdin)
    hold([str(word) for word in words], result.exit_code, result.stdout)
    return result


def said(*words: object, stdin: str | bytes | None = None) -> Ran:
    """Run a command line in this process; what it does not catch is raised here."""
    code = 0
    with CliRunner().isolation(input=stdin) as (stdout, stderr, _):
        try:
            group().main([str(word) for word in words], prog_name="papertriage")
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(stdout.getvalue().decode(), stderr.getvalue().decode(), code)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return what env -i PATH=$PATH PAPERTRIAGE_HOME=… leaves, and the way to the sources."""
    return {
        "PATH": os.environ["PATH"],
        "PAPERTRIAGE_HOME": str(home),
        "PYTHONPATH": str(SOURCE),
        # Coverage of processes, where it is measured.
        **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        **more,
    }


def started(home: Path, *words: object, **options) -> subprocess.Popen:
    """Start a command line as a process with a clean environment and three pipes."""
    more = options.pop("env", {})
    return subprocess.Popen(
        [*PAPERTRIAGE, *(str(word) for word in words)],
        env=environment(home, **more),
        **{
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **options,
        },
    )


def finished(home: Path, *words: object, stdin: str = "", **options) -> subprocess.CompletedProcess:
    """Run a command line as a process with a clean environment."""
    process = started(home, *words, text=True, encoding="utf-8", **options)
    stdout, stderr = process.communicate(stdin, timeout=300)
    hold([str(word) for word in words], process.returncode, stdout)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def unmeasured() -> dict[str, str]:
    """Return what switches coverage off: a signal may end a process inside coverage's own lock."""
    return {name: "" for name in os.environ if name.startswith("COV")}


def shell(home: Path, line: str, **more: str) -> subprocess.CompletedProcess:
    """Run a shell line in which papertriage stands for the command."""
    return subprocess.run(
        [
            "bash",
            "-c",
            f'set -o pipefail; papertriage() {{ {PAPERTRIAGE[0]} -m papertriage "$@"; }}; {line}',
        ],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def without_privileges() -> list[str]:
    """Return the words before a command line that take away what lets root write anywhere."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and setpriv is not there to change that")
    powers = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}"]
