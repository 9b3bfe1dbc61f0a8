"""Read what waits for a decision, and remember what was passed over unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from papertriage.cache.connection import writing
from papertriage.cache.filters import condition_of
from papertriage.cache.listing import list_of
from papertriage.cache.packing import unpacked
from papertriage.models import Filters

NOT_PASSED = (
    "NOT EXISTS (SELECT 1 FROM passed WHERE passed.paper = papers.id"
    " AND (papers.changed IS NULL OR passed.at > papers.changed))"
)
"""Holds for papers that were not passed over, or have really changed since."""
# What a person kept or skipped waits no more; what was postponed waits again on the next day,
# whether it was passed over before or not: somebody has looked at it.
_WAITS = (
    "(NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id) AND {unseen}"
    " OR EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id"
    " AND d.decision = 'later' AND d.at < ?))"
)
# The order of `today`: what it may pick comes first, each by its best merit.
_WAITING = (
    "SELECT papers.id, max(CASE WHEN tags.tagged = 1 AND NOT EXISTS (SELECT 1 FROM labels AS l"
    " JOIN topics ON topics.name = l.topic WHERE l.paper = papers.id AND topics.key = tags.topic"
    " AND l.value = 0) THEN tags.merit END) AS pick, max(tags.merit) AS merit"
    " FROM papers LEFT JOIN tags ON tags.paper = papers.key WHERE {condition} AND {waits}"
    " GROUP BY papers.key ORDER BY pick DESC NULLS LAST, merit DESC NULLS LAST, papers.key"
)
_DECIDED = (
    "SELECT papers.id, papers.title, papers.abstract, d.decision = 'keep' AS kept"
    " FROM decisions AS d JOIN papers ON papers.id = d.paper"
    " WHERE d.decision IN ('keep', 'skip') ORDER BY d.at DESC, d.paper LIMIT ?"
)


class Judged(NamedTuple):
    """A paper's text, and whether a person kept it (True), skipped it (False) or neither."""

    id: str
    title: str
    abstract: str | None
    kept: bool | None


def waiting_for_decision(
    connection: sqlite3.Connection, filters: Filters, midnight: str, *, again: bool
) -> list[str]:
    """Read the ids of the papers that wait for a decision, in the order of `today`.

    midnight is when the reader's day began (UTC); again brings back what was passed over. The
    limit of the filters is not applied: what a limit leaves out may yet be learned to be best.
    """
    condition = condition_of(connection, filters)
    waits = _WAITS.format(unseen="1" if again else NOT_PASSED)
    rows = connection.execute(
        _WAITING.format(condition=condition.sql, waits=waits), (*condition.parameters, midnight)
    )
    return [row["id"] for row in rows]


def judged(connection: sqlite3.Connection, limit: int) -> list[Judged]:
    """Read the papers that were kept or skipped last, newest decision first."""
    rows = connection.execute(_DECIDED, (limit,))
    return [_judged(row, kept=bool(row["kept"])) for row in rows]


def unjudged(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Judged]:
    """Read the texts of papers, in the order asked."""
    rows = connection.execute(
        "SELECT id, title, abstract FROM papers WHERE id IN (SELECT value FROM json_each(?))",
        (list_of(list(ids)),),
    )
    found = {row["id"]: _judged(row, kept=None) for row in rows}
    return [found[name] for name in ids if name in found]


def _judged(row: sqlite3.Row, *, kept: bool | None) -> Judged:
    return Judged(row["id"], row["title"], unpacked(row["abstract"]), kept)


def decision_times(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Read when the last decisions were made (UTC), first to last, taken back or not."""
    rows = connection.execute(
        "SELECT at FROM journal WHERE kind = 'decision' ORDER BY at DESC LIMIT ?", (limit,)
    ).fetchall()
    return [row["at"] for row in reversed(rows)]


def pass_over(connection: sqlite3.Connection, papers: Sequence[str], at: str, why: str) -> int:
    """Record papers as not seen, but those with a decision; returns how many."""
    with writing(connection):
        return connection.executemany(
            "INSERT OR REPLACE INTO passed (paper, at, why) SELECT ?1, ?2, ?3"
            " WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE paper = ?1)",
            [(paper, at, why) for paper in papers],
        ).rowcount


def passed_at(connection: sqlite3.Connection, paper: str) -> tuple[str, str] | None:
    """Return when a paper was passed over (UTC) and why, or None."""
    row = connection.execute("SELECT at, why FROM passed WHERE paper = ?", (paper,)).fetchone()
    return (row["at"], row["why"]) if row else None
