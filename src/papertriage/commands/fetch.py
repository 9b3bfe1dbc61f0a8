"""Fetch new papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from papertriage import clock, config, paths
from papertriage.cache.connection import opened
from papertriage.cache.receipts import is_first_whole
from papertriage.errors import Offline
from papertriage.formats.receipt import receipt_lines
from papertriage.models.fetched import Receipt
from papertriage.render.reporting import storing
from papertriage.render.terminal import note
from papertriage.sources.contract import Source, Window
from papertriage.sources.lock import fetch_lock
from papertriage.sources.registry import enabled_names, source_names
from papertriage.sources.registry import sources as configured
from papertriage.triage.intake.fetching import ARXIV, fetch, window_of
from papertriage.triage.intake.verdicts import exit_code
from papertriage.triage.teaching.interest_learning import learn_or_explain


def command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]",
            help=f"Some of {', '.join(source_names())}. By default those of sources.enabled.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Fetch papers from DATE on: 30d, 3w or 2026-11-20."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Fetch papers submitted up to and including DATE."),
    ] = None,
    categories: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Fetch these arXiv categories: cs.LG,cs.CL,stat.ML."),
    ] = None,
) -> None:
    """Fetch new papers from the sources, and tag them.

    Papers are stored as they arrive, so an error loses nothing. Exit code 3 means that at least
    one feed was not complete.
    """
    today = clock.local_day(clock.now())
    wanted = None if categories is None else _names(categories)
    chosen = [
        (one, window_of(one.name, since, until, today))
        for one in configured(sources or enabled_names(), wanted)
    ]
    _advise_on_settings([one.name for one, _ in chosen])
    data = paths.private_directory(paths.data_dir())
    with (
        fetch_lock(data, waiting=lambda: note("another fetch is running: waiting for it")),
        opened(paths.cache_path()) as connection,
    ):
        paths.sweep_home()
        receipts = [
            receipt for source, window in chosen for receipt in _fetched(connection, source, window)
        ]
        if not _tell_of_offline(receipts) and (
            told := learn_or_explain(connection, clock.now(), after_papers=True)
        ):
            note(told)
    raise typer.Exit(exit_code(receipts))


def _fetched(connection: sqlite3.Connection, source: Source, window: Window) -> list[Receipt]:
    """Fetch a source, and print the receipts of those feeds that could be reached."""
    with storing(f"fetching {source.name}", lines=False) as advance:
        receipts = list(fetch(connection, source, window, now=clock.now, advance=advance))
    for receipt in receipts:
        if not _is_offline(receipt):
            _tell(receipt)
            _offer_more(connection, receipt)
    return receipts


def _names(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _advise_on_settings(sources: Iterable[str]) -> None:
    """Say which setting of these sources no longer has an effect."""
    key = "sources.arxiv.since"
    if ARXIV in sources and config.is_set(key) and not config.text("sources.arxiv.query").strip():
        note(
            f"{key} has no effect on arxiv: `fetch` gets everything announced since the last fetch"
            f" (`papertriage config unset {key}` removes this notice)"
        )


def _tell(receipt: Receipt) -> None:
    for line in receipt_lines(receipt):
        note(line)


def _is_offline(receipt: Receipt) -> bool:
    """Say whether a fetch failed because no host of any source could be reached."""
    return (receipt.message or "").startswith(Offline.beginning)


def _tell_of_offline(receipts: Sequence[Receipt]) -> bool:
    """Print the receipts of an offline machine, and say whether all receipts are such.

    One line then says it all.
    """
    offline = list(filter(_is_offline, receipts))
    if offline and len(offline) == len(receipts):
        note(offline[0].message or "")
        return True
    for receipt in offline:
        _tell(receipt)
    return False


def _offer_more(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Say after the first fetch of arXiv's announcements how to get earlier ones."""
    if receipt.whole_to and not receipt.since and is_first_whole(connection, receipt.feed):
        note(
            f"{receipt.feed}: the first fetch gets the last two announcements;"
            " `papertriage fetch --since 30d` gets a month of papers to search and learn from"
        )
