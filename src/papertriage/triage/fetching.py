"""Fetch new papers from the sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from papertriage import clock, config
from papertriage.cache.feeds import feed_state
from papertriage.errors import InputError
from papertriage.models import Receipt
from papertriage.sources.contract import Source, Window
from papertriage.triage.interest_learning import interest_scorer
from papertriage.triage.storing import Advance, store_all
from papertriage.triage.tagger import ready
from papertriage.triage.verdicts import verdict_of


def window_of(since: str | None, until: str | None, today: date) -> Window:
    """Return the time that --since and --until name; raises InputError."""
    first = clock.day_of(since or config.text("sources.arxiv.since"), today)
    last = clock.day_of(until, today) if until else None
    if last is not None and last < first:
        msg = f"--until {last} is before --since {first}: nothing can lie between them"
        raise InputError(msg)
    end = clock.midnight(last + timedelta(days=1)) - timedelta(minutes=1) if last else None
    return Window(clock.midnight(first), end)


def fetch(
    connection: sqlite3.Connection,
    source: Source,
    window: Window,
    *,
    now: Callable[[], datetime],
    advance: Advance,
) -> Iterator[Receipt]:
    """Fetch every feed of a source, and yield a receipt for each."""
    score, interest = ready(connection), interest_scorer(connection)
    for feed in source.feeds():
        begun = now()
        receipt = Receipt(
            clock.stamp(begun),
            source.name,
            feed,
            "complete",
            since=clock.stamp(window.since) if window.since else None,
            until=clock.stamp(window.until) if window.until else None,
        )
        batches = source.batches(feed, window, begun, feed_state(connection, feed))
        yield store_all(
            connection,
            batches,
            score=score,
            receipt=receipt,
            now=now,
            advance=advance,
            verdict=verdict_of,
            interest=interest,
        )
