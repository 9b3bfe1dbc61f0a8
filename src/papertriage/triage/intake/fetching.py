"""Fetch new papers from the sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from papertriage import clock, config
from papertriage.cache.announced import announced_days
from papertriage.cache.feeds import feed_state
from papertriage.cache.receipts import asked_before
from papertriage.errors import InputError
from papertriage.models.fetched import Receipt
from papertriage.sources.contract import ASKED_BEFORE, AnnouncementAware, Source, Window
from papertriage.triage.intake.storing import Advance, Intake, store_all
from papertriage.triage.intake.verdicts import verdict_of, verdict_of_search
from papertriage.triage.teaching.followed import topic_scorer
from papertriage.triage.teaching.interest_learning import interest_scorer

ARXIV = "arxiv"
"""The source for arXiv's announcements and searches of its API."""
# Papers held in moderation appear in searches by submission time only days later.
_OVERLAP = timedelta(days=14)


def window_of(source: str, since: str | None, until: str | None, today: date) -> Window:
    """Return the window of --since and --until for a source; raises InputError.

    Without them, arXiv is asked for everything announced since the last fetch.
    """
    searches = source == ARXIV and bool(config.text("sources.arxiv.query").strip())
    if source == ARXIV and not (searches or since or until):
        return Window()
    first = clock.day_of(since or config.text("sources.arxiv.since"), today)
    if searches and not since:
        first = min(first, today - _OVERLAP)
    last = clock.day_of(until, today) if until else None
    if last is not None and last < first:
        msg = f"--until {last} is before --since {first}"
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
    score, interest = topic_scorer(connection), interest_scorer(connection)
    if isinstance(source, AnnouncementAware):
        source = source.with_announced(partial(announced_days, connection))
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
        batches = source.batches(feed, window, begun, _remembered(connection, feed))
        yield store_all(
            connection,
            batches,
            Intake(
                score=score,
                receipt=receipt,
                now=now,
                advance=advance,
                verdict=verdict_of_search if _searches(source, window, begun) else verdict_of,
                interest=interest,
            ),
        )


def _remembered(connection: sqlite3.Connection, feed: str) -> dict[str, str]:
    state = feed_state(connection, feed)
    before = asked_before(connection, feed)
    return {ASKED_BEFORE: before, **state} if before else state


def _searches(source: Source, window: Window, now: datetime) -> bool:
    """Return whether the source searches arXiv by submission time."""
    if source.name != ARXIV:
        return False
    return not isinstance(source, AnnouncementAware) or (
        window.until is not None and window.until < now
    )
