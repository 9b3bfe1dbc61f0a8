"""Define which papers may be shown, with one named condition for each rule.

Constants are SQL conditions on a row of papers without parameters. Conditions that depend on the
reader's day are functions, which return their parameters with the SQL.
"""

from __future__ import annotations

from typing import NamedTuple

SEEDS = "seeds"
"""The source in the receipt of the seeds, papers shipped with papertriage that are no news."""

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
"""Postponed on any day."""
IS_NEWS = "NOT EXISTS (SELECT 1 FROM no_news WHERE no_news.paper = papers.key)"
"""New when it was added, or announced since."""
# INDEXED BY, because SQLite would read all receipts after a file was imported a thousand times.
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
"""Not from the seeds; {papers} is a table or alias."""
NOT_PASSED = """
NOT EXISTS (
    SELECT 1 FROM passed
    WHERE passed.paper = papers.id
        AND (papers.changed IS NULL OR passed.at > papers.changed)
)
"""
"""Not passed over by a catch-up, or substantially changed since."""
# Not picked on an earlier day, or substantially changed since.
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
"""Not labelled as outside {topic}: a person's no outweighs any tag."""
# The upper bound ignores decisions that a fast clock dated into the future.
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
    """Return the condition that decision d was made on the day that starts at midnight (UTC)."""
    return Condition(_DECIDED_TODAY, (midnight, midnight))


def not_decided_today(midnight: str) -> Condition:
    """Return the condition "neither kept nor skipped, nor postponed today".

    Postponed papers come back on the next day.
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
    """Return the condition "not picked before or passed over, unless postponed or changed"."""
    return Condition(f"({NOT_PASSED} AND {_NOT_PICKED_BEFORE} OR {POSTPONED})", (day.date,))


def may_be_picked(day: Day, *, again: bool) -> Condition:
    """Return the condition for being picked on a day; again includes papers shown before."""
    undecided = not_decided_today(day.midnight)
    if again:
        return undecided
    new = not_shown_before(day)
    return Condition(f"{undecided.sql} AND {new.sql}", (*undecided.parameters, *new.parameters))


def waits(midnight: str, *, again: bool) -> Condition:
    """Return the condition for waiting for a decision; again includes passed-over papers.

    A paper postponed before today always waits, even if passed over, since somebody has looked at
    it.
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
