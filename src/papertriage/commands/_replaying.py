"""Write a digest again as it was written, and say whether a file still is what it was."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from papertriage.commands._digest import destination
from papertriage.errors import ExitCode, InputError
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import visible
from papertriage.triage.day.digesting import DigestRequest
from papertriage.triage.day.replaying import replayed, verified


def replay(
    connection: sqlite3.Connection,
    wanted: DigestRequest,
    form: str,
    output: str | None,
    *,
    force: bool,
) -> int:
    """Write a digest again as it was written, and say how; FAILED where it is not the same."""
    again = replayed(connection, wanted, form)
    write_output([again.text], destination(output, wanted.day), force=force)
    note(again.told)
    return ExitCode.DONE if again.same else ExitCode.FAILED


def verify(connection: sqlite3.Connection, path: str) -> int:
    """Print whether a file reproduces or what differs, which is FAILED."""
    found = verified(connection, _content_of(path))
    write_output([f"{line}\n" for line in found.lines], None)
    return ExitCode.DONE if found.same else ExitCode.FAILED


def _content_of(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{visible(path)} cannot be read: {reason.lower()}"
        raise InputError(msg) from error
