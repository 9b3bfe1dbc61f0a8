"""Say which papers may be shown: every condition for it stands here, under a name of its own.

A constant is SQL on a row of papers that takes no values. What depends on the reader's day is a
function, and returns its values beside the SQL.
"""

from __future__ import annotations

from typing import NamedTuple

SEEDS = "seeds"
"""The source of the receipt of the papers that papertriage comes with, which are no news."""

SEED_PAGE = "trending-papers.txt"

UNDECIDED = "NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)"
"""Neither kept nor skipped nor postponed."""
NOT_JUDGED = """
NOT EXISTS (
    SELECT 1 FROM decisions AS d
    WHERE d.paper = papers.id AND d.decision != 'later'
)
"""
"""Neither kept nor skipped; it may be postponed."""
POSTPONED = """
EXISTS (
    SELECT 1 FROM decisions AS d
    WHERE d.paper = papers.id AND d.decision = 'later'
)
"""
"""Postponed, on whatever day."""
IS_NEWS = "NOT EXISTS (SELECT 1 FROM no_news WHERE no_news.paper = papers.key)"
"""New when it came, or announced since."""
# Where one file was imported a thousand times, SQLite would rather read all receipts.
NOT_SEEDED = f"""
NOT (
    {{papers}}.came IN (
        SELECT at FROM receipts INDEXED BY receipts_by_feed
        WHERE feed = '{SEED_PAGE}' AND source = '{SEEDS}'
    )
    AND EXISTS (
        SELECT 1 FROM sightings AS seeded
        WHERE seeded.paper = {{papers}}.key AND seeded.feed = '{SEED_PAGE}'
    )
)
"""
"""Not from the seeds; of the table or alias named."""
NOT_PASSED = """
NOT EXISTS (
    SELECT 1 FROM passed
    WHERE passed.paper = papers.id
        AND (papers.changed IS NULL OR passed.at > papers.changed)
)
"""
"""Not passed over by a catch-up, or really changed since."""
# Not picked on an earlier day, or really changed since.
_NOT_PICKED_BEFORE = """
NOT EXISTS (
    SELECT 1 FROM picks AS p
    WHERE p.paper = papers.id
        AND p.day < ?
        AND (papers.changed IS NULL OR p.at > papers.changed)
)
"""
NOT_LABELLED_NO = """
NOT EXISTS (
    SELECT 1 FROM labels AS l
    WHERE l.paper = papers.id AND l.topic = {topic} AND l.value = 0
)
"""
"""Not labelled as outside the topic of that name: a person's no counts more than any tag."""
# The later end is for a clock that was not far ahead.
_DECIDED_TODAY = "(d.at >= ? AND d.at < strftime('%Y-%m-%dT%H:%M:%S', ?, '+2 days'))"


class Condition(NamedTuple):
    """A SQL condition on a row of papers, with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()


class Day(NamedTuple):
    """A reader's calendar day: its ISO date, and the UTC time at which it begins there."""

    date: str
    midnight: str


def decided_today(midnight: str) -> Condition:
    """Return the condition on a decision d that it was made on the day that begins then (UTC)."""
    return Condition(_DECIDED_TODAY, (midnight, midnight))


def not_decided_today(midnight: str) -> Condition:
    """Return "neither kept nor skipped, nor postponed today".

    What was postponed comes back on the next day.
    """
    return Condition(
        f"""
        NOT EXISTS (
            SELECT 1 FROM decisions AS d
            WHERE d.paper = papers.id AND (d.decision != 'later' OR {_DECIDED_TODAY})
        )
        """,
        (midnight, midnight),
    )


def not_shown_before(day: Day) -> Condition:
    """Return "neither picked on an earlier day nor passed over, or else postponed or changed"."""
    return Condition(f"({NOT_PASSED} AND {_NOT_PICKED_BEFORE} OR {POSTPONED})", (day.date,))


def may_be_picked(day: Day, *, again: bool) -> Condition:
    """Return what a paper must be to be picked on a day; again counts in what was shown before."""
    undecided = not_decided_today(day.midnight)
    if again:
        return undecided
    new = not_shown_before(day)
    return Condition(f"{undecided.sql} AND {new.sql}", (*undecided.parameters, *new.parameters))


def waits(midnight: str, *, again: bool) -> Condition:
    """Return what a paper must be to wait for a decision; again counts in what was passed over.

    What was postponed before today waits, passed over or not: somebody has looked at it.
    """
    unseen = UNDECIDED if again else f"{UNDECIDED} AND {NOT_PASSED} AND {IS_NEWS}"
    return Condition(
        f"""
        ({unseen} OR EXISTS (
            SELECT 1 FROM decisions AS d
            WHERE d.paper = papers.id AND d.decision = 'later' AND NOT {_DECIDED_TODAY}
        ))
        """,
        (midnight, midnight),
    )
