"""Check and mend the cache."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.commands import _doctoring as d
from papertriage.commands._checking import check
from papertriage.commands._salvaging import salvage_to
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.triage.intake.splitting import split_and_tag
from papertriage.triage.naming import id_of

Deep = Annotated[bool, typer.Option("--deep", help="Read every row, and compare every index.")]
Backup = Annotated[
    str | None,
    typer.Option("--backup", metavar="FILE", help="Copy the cache, while others write to it."),
]
Restore = Annotated[
    str | None,
    typer.Option("--restore", metavar="FILE", help="Put a backup in the cache's place."),
]
Salvage = Annotated[
    str | None,
    typer.Option(
        "--salvage",
        metavar="FILE",
        help="Save what a damaged or an earlier cache holds in a new one.",
    ),
]
Vacuum = Annotated[bool, typer.Option("--vacuum", help="Make the file as small as it can be.")]
Rebuild = Annotated[bool, typer.Option("--rebuild-index", help="Write the search index anew.")]
Replay = Annotated[
    bool, typer.Option("--replay-journal", help="Read decisions and labels off the journal.")
]
Split = Annotated[
    str | None,
    typer.Option("--split", metavar="ID", help="Take apart what was merged into this paper."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace FILE, whoever wrote it.")]


def command(
    deep: Deep = False,
    backup: Backup = None,
    restore: Restore = None,
    salvage: Salvage = None,
    vacuum: Vacuum = False,
    rebuild_index: Rebuild = False,
    replay_journal: Replay = False,
    split: Split = None,
    force: Force = False,
) -> None:
    """Check the cache: file, indexes, lost rows, words; exit code 1 says that something is wrong.

    Nothing is changed unless an option asks for it.
    """
    asked = (backup, restore, salvage, split, vacuum, rebuild_index, replay_journal, deep)
    if sum(bool(one) for one in asked) > 1:
        raise InputError(d.ONE_THING)
    if backup:
        d.write_backup(backup, force=force)
    elif restore:
        d.restore_from(restore)
    elif salvage:
        salvage_to(salvage, force=force)
    elif vacuum or replay_journal:
        d.rebuild_tables(vacuum=vacuum)
    elif split:
        name = id_of(split)
        with opened(paths.cache_path()) as connection:
            for paper in split_and_tag(connection, name, clock.stamp(clock.now())):
                note(f"{paper.id}: {paper.title}")
    else:
        check(deep=deep, rebuild_index=rebuild_index)
