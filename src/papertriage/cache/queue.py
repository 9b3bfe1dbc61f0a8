"""Read the texts that an order is learned from, and remember what was passed over unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from papertriage.cache.connection import writing
from papertriage.cache.interest import LAST_DECIDED
from papertriage.cache.listing import list_of
from papertriage.cache.packing import unpacked

NOT_PASSED = """
NOT EXISTS (
    SELECT 1 FROM passed
    WHERE passed.paper = papers.id
        AND (papers.changed IS NULL OR passed.at > papers.changed)
)
"""
"""Holds for papers that were not passed over, or have really changed since."""

OF_THE_DAY = "(d.at >= {midnight} AND d.at < strftime('%Y-%m-%dT%H:%M:%S', {midnight}, '+2 days'))"
"""Holds for decisions of the day that begins at a midnight, by a clock that was not far ahead."""
IS_NEWS = "NOT EXISTS (SELECT 1 FROM no_news WHERE no_news.paper = papers.key)"
"""Holds for papers that were new when they came, or have been announced since."""


class Judged(NamedTuple):
    """A paper's text, and whether a person kept it (True), skipped it (False) or neither."""

    id: str
    title: str
    abstract: str | None
    kept: bool | None


def judged(connection: sqlite3.Connection, limit: int) -> list[Judged]:
    """Read the papers that were kept or skipped last, newest decision first."""
    rows = connection.execute(LAST_DECIDED, {"before": None, "most": limit})
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
            """
            INSERT OR REPLACE INTO passed (paper, at, why)
            SELECT :paper, :at, :why
            WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE paper = :paper)
            """,
            [{"paper": paper, "at": at, "why": why} for paper in papers],
        ).rowcount


def passed_at(connection: sqlite3.Connection, paper: str) -> tuple[str, str] | None:
    """Return when a paper was passed over (UTC) and why, or None."""
    row = connection.execute("SELECT at, why FROM passed WHERE paper = ?", (paper,)).fetchone()
    return (row["at"], row["why"]) if row else None
