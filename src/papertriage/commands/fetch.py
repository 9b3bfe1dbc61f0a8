"""Fetch new papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Annotated

import typer

from papertriage import clock, config, paths
from papertriage.cache.connection import opened
from papertriage.cache.receipts import is_first_whole
from papertriage.commands._learning import learn
from papertriage.commands._receipts import exit_code, is_offline, reported, tell, tell_of_offline
from papertriage.models.fetched import Receipt
from papertriage.render.terminal import note
from papertriage.sources.lock import fetch_lock
from papertriage.sources.registry import enabled_names, source_names
from papertriage.sources.registry import sources as configured
from papertriage.triage.intake.fetching import ARXIV, fetch, window_of


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
        typer.Option(metavar="DATE", help="Reach back to this day: 30d, 3w or 2026-11-20."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Papers submitted up to this day, included.")
    ] = None,
    categories: Annotated[
        str | None, typer.Option(metavar="LIST", help="arXiv categories: cs.LG,cs.CL,stat.ML.")
    ] = None,
) -> None:
    """Fetch new papers from the sources into the cache, and tag them.

    What came is kept whatever happens; then new decisions are learned from. Exit code 3 says that
    a feed was not complete.
    """
    today = clock.local_day(clock.now())
    wanted = None if categories is None else _names(categories)
    chosen = [
        (one, window_of(one.name, since, until, today))
        for one in configured(sources or enabled_names(), wanted)
    ]
    _advise_on_settings([one.name for one, _ in chosen])
    receipts: list[Receipt] = []
    data = paths.private_directory(paths.data_dir())
    with (
        fetch_lock(data, waiting=lambda: note("another fetch is running: waiting for it")),
        opened(paths.cache_path()) as connection,
    ):
        paths.sweep_home()
        for one, window in chosen:
            with reported(f"fetching {one.name}", lines=False) as advance:
                of_source = list(fetch(connection, one, window, now=clock.now, advance=advance))
            receipts += of_source
            for receipt in of_source:
                if not is_offline(receipt):
                    tell(receipt)
                    _offer_more(connection, receipt)
        if not tell_of_offline(receipts):
            learn(connection, after_papers=True)
    raise typer.Exit(exit_code(receipts))


def _names(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _advise_on_settings(sources: Iterable[str]) -> None:
    """Say which setting of these sources has no effect any more."""
    key = "sources.arxiv.since"
    if ARXIV in sources and config.is_set(key) and not config.text("sources.arxiv.query").strip():
        note(
            f"{key} has no effect: `fetch` brings all that was announced since the last one"
            f" (`papertriage config unset {key}` ends this line)"
        )


def _offer_more(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Say after the first fetch of arXiv's announcements how to get earlier ones."""
    if receipt.whole_to and not receipt.since and is_first_whole(connection, receipt.feed):
        note(
            f"{receipt.feed}: the first fetch takes the last two announcements;"
            " `papertriage fetch --since 30d` brings a month, to search and to learn from"
        )
