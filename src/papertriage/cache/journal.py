"""Record decisions and labels permanently, one journal line each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from papertriage import clock
from papertriage.cache.connection import translating, writing
from papertriage.models import Decision

_APPEND = (
    "INSERT INTO journal (line, at, kind, paper, topic, value, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# The last decision line of a paper that was not undone.
_STANDS = "NOT EXISTS (SELECT 1 FROM journal AS u WHERE u.undoes = j.line)"
_LAST_DECISION = f"""
SELECT line, value, at FROM journal AS j
WHERE kind = 'decision'
    AND paper IN (SELECT value FROM json_each(?))
    AND {_STANDS}
ORDER BY at DESC, line DESC LIMIT 1
"""
# Not through the view `names`: joined with it, SQLite reads all papers.
_IDS = """
WITH asked AS (
    SELECT key FROM papers WHERE id = :paper
    UNION SELECT paper FROM other_names WHERE name = :paper AND was_id = 1
), held AS (
    SELECT papers.id AS now, papers.id AS had, papers.key FROM asked CROSS JOIN papers USING (key)
    UNION ALL
    SELECT papers.id, o.name, papers.key FROM asked CROSS JOIN papers USING (key)
    CROSS JOIN other_names AS o ON o.paper = asked.key AND o.was_id = 1
)
SELECT now, had FROM held ORDER BY now = :paper DESC, key
"""


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that was undone, and the earlier one that applies again."""

    paper: str
    undone: str
    now: str | None


def new_line() -> str:
    """Return an id for a journal line that is unique across machines."""
    return uuid4().hex


@translating
def decide(
    connection: sqlite3.Connection,
    papers: Sequence[str],
    decision: Decision,
    *,
    at: str,
    new_line: Callable[[], str] = new_line,
) -> None:
    """Write a decision for each paper; at is UTC, new_line returns a unique line id."""
    with writing(connection):
        for paper in papers:
            line = (new_line(), _after_all(connection, paper, at), "decision", paper)
            connection.execute(_APPEND, (*line, None, decision, None))
            settle(connection, paper, said=at)


@translating
def undo(
    connection: sqlite3.Connection,
    papers: Sequence[str],
    *,
    at: str,
    new_line: Callable[[], str] = new_line,
) -> list[Undone]:
    """Undo the last decision of each paper, leaving out papers without one."""
    undone = []
    with writing(connection):
        for asked in papers:
            paper, ids = all_ids(connection, asked)
            last = connection.execute(_LAST_DECISION, (ids,)).fetchone()
            if last is None:
                continue
            line = (new_line(), _after_all(connection, paper, at), "undo", paper)
            connection.execute(_APPEND, (*line, None, None, last["line"]))
            undone.append(Undone(asked, last["value"], settle(connection, paper)))
    return undone


@translating
def label(
    connection: sqlite3.Connection,
    papers: Sequence[str],
    topic: str,
    value: bool | None,
    *,
    at: str,
    new_line: Callable[[], str] = new_line,
) -> None:
    """Label papers as belonging to the topic or not; None removes the label."""
    written = None if value is None else str(int(value))
    with writing(connection):
        for paper in papers:
            moment = _after_all(connection, paper, at)
            line = (new_line(), moment, "label", paper, topic, written, None)
            connection.execute(_APPEND, line)
            connection.execute("DELETE FROM labels WHERE paper = ? AND topic = ?", (paper, topic))
            if value is not None:
                connection.execute(
                    "INSERT INTO labels (paper, topic, value, at) VALUES (?, ?, ?, ?)",
                    (paper, topic, int(value), moment),
                )


def new_labels(connection: sqlite3.Connection, topic: str, since: str) -> int:
    """Count the labels of a topic given after a time (UTC)."""
    return int(
        connection.execute(
            "SELECT count(*) FROM labels WHERE topic = ? AND at > ?", (topic, since)
        ).fetchone()[0]
    )


def last_decided(connection: sqlite3.Connection) -> str | None:
    """Return the paper of the last decision that was not undone, or None."""
    # Scan its index backwards: SQLite would read and sort all lines.
    row = connection.execute(
        f"""
        SELECT paper FROM journal AS j INDEXED BY journal_by_time
        WHERE kind = 'decision' AND {_STANDS}
        ORDER BY at DESC, line DESC LIMIT 1
        """
    ).fetchone()
    return row["paper"] if row else None


def decision_times(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return the times of the last decisions (UTC), oldest first."""
    rows = connection.execute(
        "SELECT at FROM journal WHERE kind = 'decision' ORDER BY at DESC LIMIT ?", (most,)
    )
    return sorted(row["at"] for row in rows)


def all_ids(connection: sqlite3.Connection, paper: str) -> tuple[str, str]:
    """Return a paper's current id, and as JSON all ids under which its lines may be."""
    rows = connection.execute(_IDS, {"paper": paper}).fetchall()
    own = [row for row in rows if row["now"] == rows[0]["now"]]
    return (own[0]["now"] if own else paper), json.dumps([paper, *(row["had"] for row in own)])


def _after_all(connection: sqlite3.Connection, paper: str, at: str) -> str:
    """Return the time, moved past the journal's lines, so that the last decision stays last.

    A clock may step back, and a batch shares one time. Lines more than a day ahead only count if
    they are the paper's own; otherwise a clock that was years ahead would date everything after it.
    """
    tomorrow = clock.fine_stamp(datetime.fromisoformat(at) + timedelta(days=1))
    (last,) = connection.execute(
        """
        SELECT max(
            coalesce((SELECT max(at) FROM journal WHERE paper = ?), ''),
            coalesce((SELECT max(at) FROM journal WHERE at <= ?), '')
        )
        """,
        (paper, tomorrow),
    ).fetchone()
    if last < at:
        return at
    return clock.fine_stamp(datetime.fromisoformat(last) + timedelta(microseconds=1))


def settle(connection: sqlite3.Connection, paper: str, *, said: str | None = None) -> str | None:
    """Update the tables derived from the journal for one paper.

    said is when the last line was written. A line moved past those of a fast clock is a decision of
    that time, so that a postponed paper comes back on the day after it.
    """
    _, ids = all_ids(connection, paper)
    last = connection.execute(_LAST_DECISION, (ids,)).fetchone()
    if last is None:
        connection.execute("DELETE FROM decisions WHERE paper = ?", (paper,))
        return None
    at = last["at"] if said is None or last["at"] <= ahead_of(said) else said
    connection.execute(
        """
        INSERT INTO decisions (paper, decision, at) VALUES (?, ?, ?)
        ON CONFLICT (paper) DO UPDATE SET decision = excluded.decision, at = excluded.at
        """,
        (paper, last["value"], at),
    )
    return str(last["value"])


def ahead_of(at: str) -> str:
    """Return the time (UTC) after which a line must have been moved past those of a fast clock.

    A clock that stepped back moves lines by a day at most, see _after_all().
    """
    return clock.fine_stamp(datetime.fromisoformat(at) + timedelta(days=2))
