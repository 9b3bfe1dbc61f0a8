"""Write an earlier digest again as it was written."""

from __future__ import annotations

import sqlite3

from papertriage.commands._digest import destination
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.triage.day.archive import earlier_digest
from papertriage.triage.day.digesting import DigestRequest


def write_earlier(
    connection: sqlite3.Connection,
    wanted: DigestRequest,
    form: str,
    output: str | None,
    *,
    force: bool,
) -> None:
    """Write a digest again, and say where it is not the text of then."""
    found = earlier_digest(connection, wanted, form)
    write_output([found.text], destination(output, wanted.day), force=force)
    if found.note:
        note(found.note)
