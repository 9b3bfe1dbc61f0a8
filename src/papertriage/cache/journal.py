"""Keep what people said: decisions and labels, one journal line each, for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from papertriage.cache.connection import writing
from papertriage.models import Decision

_APPEND = (
    "INSERT INTO journal (line, at, kind, paper, topic, value, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# The last decision line of a paper that no undo line names.
_LAST_DECISION = (
    "SELECT line, value, at FROM journal AS j WHERE paper = ? AND kind = 'decision' AND NOT EXISTS"
    " (SELECT 1 FROM journal AS u WHERE u.paper = j.paper AND u.undoes = j.line)"
    " ORDER BY at DESC, line DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that was taken back, and the one that holds again."""

    paper: str
    undone: str
    now: str | None


def decide(
    connection: sqlite3.Connection,
    papers: Sequence[str],
    decision: Decision,
    *,
    at: str,
    new_line: Callable[[], str],
) -> None:
    """Write a decision for each paper; at is UTC, new_line makes a line's unique id."""
    with writing(connection):
        for paper in papers:
            connection.execute(_APPEND, (new_line(), at, "decision", paper, None, decision, None))
            _settle(connection, paper)


def undo(
    connection: sqlite3.Connection,
    papers: Sequence[str],
    *,
    at: str,
    new_line: Callable[[], str],
) -> list[Undone]:
    """Take back the last decision of each paper; papers without one are left out."""
    undone = []
    with writing(connection):
        for paper in papers:
            last = connection.execute(_LAST_DECISION, (paper,)).fetchone()
            if last is None:
                continue
            line = (new_line(), at, "undo", paper, None, None, last["line"])
            connection.execute(_APPEND, line)
            undone.append(Undone(paper, last["value"], _settle(connection, paper)))
    return undone


def last_decided(connection: sqlite3.Connection) -> str | None:
    """Return the paper of the last decision that stands, or None."""
    row = connection.execute(
        "SELECT paper FROM journal AS j WHERE kind = 'decision' AND NOT EXISTS"
        " (SELECT 1 FROM journal AS u WHERE u.paper = j.paper AND u.undoes = j.line)"
        " ORDER BY at DESC, line DESC LIMIT 1"
    ).fetchone()
    return row["paper"] if row else None


def _settle(connection: sqlite3.Connection, paper: str) -> str | None:
    """Bring the tables that are read off the journal up to date, for one paper."""
    last = connection.execute(_LAST_DECISION, (paper,)).fetchone()
    if last is None:
        connection.execute("DELETE FROM decisions WHERE paper = ?", (paper,))
    else:
        connection.execute(
            "INSERT INTO decisions (paper, decision, at) VALUES (?, ?, ?)"
            " ON CONFLICT (paper) DO UPDATE SET decision = excluded.decision, at = excluded.at",
            (paper, last["value"], last["at"]),
        )
    return last["value"] if last else None
