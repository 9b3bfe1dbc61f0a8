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
            help=f"One or more of {', '.join(source_names())}; default: sources.enabled.",
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

    Papers are stored as they arrive, so that an error loses nothing. Exit code 3 means that at
    least one feed was not complete.
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
        if not _report_offline(receipts) and (
            message := learn_or_explain(connection, clock.now(), after_papers=True)
        ):
            note(message)
    raise typer.Exit(exit_code(receipts))


def _fetched(connection: sqlite3.Connection, source: Source, window: Window) -> list[Receipt]:
    """Fetch a source, and print the receipts of the feeds that could be reached."""
    with storing(f"fetching {source.name}", lines=False) as advance:
        receipts = list(fetch(connection, source, window, now=clock.now, advance=advance))
    for receipt in receipts:
        if not _is_offline(receipt):
            _print_receipt(receipt)
            _offer_more(connection, receipt)
    return receipts


def _names(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _advise_on_settings(sources: Iterable[str]) -> None:
    """Warn about a setting that has no effect on these sources."""
    key = "sources.arxiv.since"
    if ARXIV in sources and config.is_set(key) and not config.text("sources.arxiv.query").strip():
        note(
            f"{key} has no effect on arxiv: `fetch` gets everything announced since the last fetch"
            f" (`papertriage config unset {key}` removes this notice)"
        )


def _print_receipt(receipt: Receipt) -> None:
    for line in receipt_lines(receipt):
        note(line)


def _is_offline(receipt: Receipt) -> bool:
    """Return whether a fetch failed because no host of any source could be reached."""
    return (receipt.message or "").startswith(Offline.beginning)


def _report_offline(receipts: Sequence[Receipt]) -> bool:
    """Print the receipts of feeds that failed offline; return whether all feeds did.

    If all did, one line is printed for all of them.
    """
    offline = list(filter(_is_offline, receipts))
    if offline and len(offline) == len(receipts):
        note(offline[0].message or "")
        return True
    for receipt in offline:
        _print_receipt(receipt)
    return False


def _offer_more(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """After the first fetch of arXiv's announcements, say how to get earlier ones."""
    if receipt.whole_to and not receipt.since and is_first_whole(connection, receipt.feed):
        note(
            f"{receipt.feed}: the first fetch gets only the last two announcements:"
            " run `papertriage fetch --since 30d` for a month of papers to search and learn from"
        )
