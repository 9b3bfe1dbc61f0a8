"""Ask real shells what they complete."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from processes import PAPERTRIAGE, environment, ran


def needed(shell: str) -> None:
    """Skip the test where a shell is not installed."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed on this machine")


def place(home: Path, shell: str) -> dict[str, str]:
    """Make a directory with papertriage and a shell's script; return the environment for it."""
    bin_directory = home / "bin"
    bin_directory.mkdir(exist_ok=True)
    command = bin_directory / "papertriage"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(PAPERTRIAGE)} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = ran("completion", shell)
    assert (script.exit_code, script.stderr) == (0, "")
    (home / "script").write_text(script.stdout, encoding="utf-8")
    path = os.pathsep.join([str(bin_directory), os.environ["PATH"]])
    return environment(home, PATH=path, HOME=str(home), TERM="dumb", LC_ALL="C.UTF-8")


_BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=(${2%%[[:blank:]]*}) COMP_CWORD=1 COMPREPLY=(left over)
_papertriage
printf '%s\n' "${COMPREPLY[@]}"
"""


def in_bash(home: Path, line: str) -> list[str]:
    """Return what bash offers at the end of a line; anything on stderr would stand in the way."""
    result = subprocess.run(
        ["bash", "--norc", "-c", _BASH, "bash", str(home / "script"), line],
        env=place(home, "bash") | {"COMP_WORDBREAKS": " \t\n\"'><=;|&(:"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert result.stderr == ""
    return [one for one in result.stdout.splitlines() if one]


def in_fish(home: Path, line: str) -> list[str]:
    """Return what fish offers at the end of a line, with descriptions."""
    needed("fish")
    variables = place(home, "fish")
    code = f"source {shlex.quote(str(home / 'script'))}; complete -C {shlex.quote(line)}"
    result = subprocess.run(
        ["fish", "--no-config", "-c", code],
        env=variables,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert result.stderr == ""
    return result.stdout.splitlines()


def in_zsh(home: Path, line: str) -> str:
    """Return what stands on the terminal after a line and a TAB in zsh."""
    needed("zsh")
    variables = place(home, "zsh") | {"PS1": "READY> ", "COLUMNS": "200"}
    (home / ".zshrc").write_text(
        "PS1='READY> '; unset zle_bracketed_paste; unsetopt prompt_sp beep\n"
        f'autoload -U compinit; compinit -u -D; eval "$(< {shlex.quote(str(home / "script"))})"\n',
        encoding="utf-8",
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-i"], env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        _read_until(ours, "READY> ", 30)
        os.write(ours, line.encode() + b"\t")
        shown = _read_until(ours, None, 4)
        process.kill()
    os.close(ours)
    return shown


def _read_until(terminal: int, mark: str | None, patience: float) -> str:
    """Read until a mark, or until nothing has come for so many seconds."""
    text, last = "", time.monotonic()
    while time.monotonic() - last < patience and (mark is None or mark not in text):
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                text += os.read(terminal, 65_536).decode("utf-8", "replace")
            except OSError:
                break
            last = time.monotonic()
    return text
