"""Fetch new papers."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.commands._learning import learn
from papertriage.commands._receipts import exit_code, reported, tell
from papertriage.models import Receipt
from papertriage.render.terminal import note
from papertriage.sources.lock import fetch_lock
from papertriage.sources.registry import enabled_names, source, source_names
from papertriage.triage.fetching import fetch, window_of


def command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]",
            help=f"Some of {', '.join(source_names())}; else those of sources.enabled.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Papers submitted since: 2d, 3w or 2026-11-20."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Papers submitted until, that day included.")
    ] = None,
    categories: Annotated[
        str | None, typer.Option(metavar="LIST", help="arXiv categories: cs.LG,cs.CL,stat.ML.")
    ] = None,
) -> None:
    """Fetch new papers from the sources into the cache, and tag them.

    What came is kept whatever happens; then new decisions are learned from. Exit code 3 says that
    a feed was not complete.
    """
    window = window_of(since, until, clock.local_day(clock.now()))
    wanted = None
    if categories is not None:
        wanted = tuple(name.strip() for name in categories.split(",") if name.strip())
    chosen = [source(name, wanted) for name in sources or enabled_names()]
    receipts: list[Receipt] = []
    data = paths.private_directory(paths.data_dir())
    with (
        fetch_lock(data, waiting=lambda: note("another fetch is running: waiting for it")),
        opened(paths.cache_path()) as connection,
    ):
        paths.sweep_home()
        for one in chosen:
            with reported(f"fetching {one.name}", lines=False) as advance:
                of_source = list(fetch(connection, one, window, now=clock.now, advance=advance))
            for receipt in of_source:
                tell(receipt)
            receipts += of_source
        learn(connection, after_papers=True)
    raise typer.Exit(exit_code(receipts))
