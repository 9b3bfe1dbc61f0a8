"""Check and mend the cache."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.health import engine, problems
from papertriage.cache.indexing import rebuild
from papertriage.errors import ExitCode
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import visible
from papertriage.triage.naming import ids_of
from papertriage.triage.splitting import split_and_tag


def command(
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="ID", help="Take apart what was merged into this paper."),
    ] = None,
    rebuild_index: Annotated[
        bool, typer.Option("--rebuild-index", help="Write the search index anew.")
    ] = False,
) -> None:
    """Check the cache: file, search index, lost rows; exit code 1 says that something is wrong.

    Nothing is changed unless an option asks for it.
    """
    with opened(paths.cache_path()) as connection:
        if split:
            (name,) = ids_of([split])
            for paper in split_and_tag(connection, name, clock.stamp(clock.now())):
                note(f"{paper.id}: {paper.title}")
            return
        if rebuild_index:
            rebuild(connection)
            note("the search index is new")
        found = [f"{visible(line)}\n" for line in problems(connection)]
    write_output([*found, f"{engine()}\n", *([] if found else ["the cache is in order\n"])], None)
    if found:
        raise typer.Exit(ExitCode.FAILED)
