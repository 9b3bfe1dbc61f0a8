"""Take back decisions."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import last_decided, new_line, undo
from papertriage.commands._learning import learn
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.triage.naming import ids_of


def command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID...]", help="Papers; without any, the last decision of all."),
    ] = None,
) -> None:
    """Take back the last keep, skip or later: of the papers named, or the last of all.

    What it taught is taken back too: the picks are ranked as if it had never been said.
    """
    with opened(paths.cache_path()) as connection:
        last = None if ids else last_decided(connection)
        names = ids_of(ids) if ids else [last] if last else []
        undone = undo(connection, names, at=clock.fine_stamp(clock.now()), new_line=new_line)
        for line in undone:
            note(f"{line.paper} is {line.now or 'undecided'} again, no longer {line.undone}")
        learn(connection, at_once=True)
        left = [name for name in names if name not in {line.paper for line in undone}]
        if left or not names:
            what = left[0] if left else "any paper"
            msg = f"no decision to undo for {what}"
            raise InputError(msg)
