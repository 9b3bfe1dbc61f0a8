"""Compare decisions and labels with the journal, and rebuild them from it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from papertriage import clock
from papertriage.cache.journal import ahead_of, all_ids, settle

JOURNAL = "line, at, kind, paper, topic, value, undoes"
_ADD = f"INSERT OR IGNORE INTO journal ({JOURNAL}) VALUES (?, ?, ?, ?, ?, ?, ?)"
# A full scan: years of decisions are thousands of lines.
_PAPERS = "SELECT DISTINCT paper FROM journal ORDER BY paper"
_DECISIONS = """
SELECT paper, value, at, line FROM journal AS j
WHERE kind = 'decision' AND paper IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (SELECT 1 FROM journal AS u WHERE u.undoes = j.line)
"""
_ROWS = """
SELECT 'decision', paper, NULL, decision, at FROM decisions
UNION ALL
SELECT 'label', paper, topic, value, at FROM labels
"""
_LABELS = """
SELECT paper, topic, value, at FROM journal
WHERE kind = 'label' AND paper IN (SELECT value FROM json_each(?))
ORDER BY at, line
"""
_SAID = """
SELECT 1 FROM journal
WHERE paper IN (SELECT value FROM json_each(?))
    AND kind = ? AND topic IS ? AND value = ? AND at = ?
"""


def add_lines(connection: sqlite3.Connection, lines: Iterable[Sequence[str | None]]) -> int:
    """Add the lines that the journal lacks; returns how many. The caller holds the transaction."""
    before = connection.total_changes
    connection.executemany(_ADD, lines)
    return connection.total_changes - before


def line_of(
    kind: str, paper: str, topic: str | None, value: str | int, at: str
) -> Sequence[str | None]:
    """Return a journal line for a decision or label that lost its own; the same line every time."""
    told = "\n".join((kind, paper, topic or "", str(value), at))
    name = f"salvaged-{hashlib.sha256(told.encode()).hexdigest()[:32]}"
    return (name, at, kind, paper, topic, str(value), None)


def say_unsaid(connection: sqlite3.Connection) -> None:
    """Write a line for each decision and label that lost its own, or whose line names a lost paper.

    The caller holds the transaction.
    """
    lines = []
    for kind, paper, topic, value, at in connection.execute(_ROWS).fetchall():
        _, ids = all_ids(connection, paper)
        if not connection.execute(_SAID, (ids, kind, topic, str(value), at)).fetchone():
            lines.append(line_of(kind, paper, topic, value, at))
    add_lines(connection, lines)


def replay(connection: sqlite3.Connection) -> None:
    """Rebuild all decisions and labels from the journal; the caller holds the transaction.

    Those that the journal lacks get a line in it.
    """
    add_lines(
        connection,
        [line_of(*row) for row in connection.execute(_ROWS) if _unsaid(connection, row[1])],
    )
    for (paper,) in connection.execute(_PAPERS).fetchall():
        now, ids = all_ids(connection, paper)
        if now != paper:
            connection.execute("DELETE FROM decisions WHERE paper = ?", (paper,))
            connection.execute("DELETE FROM labels WHERE paper = ?", (paper,))
        settle(connection, now)
        # The last label for each topic, under whichever id of the paper.
        last = {row[1]: row[2:] for row in connection.execute(_LABELS, (ids,))}
        for topic, (value, at) in last.items():
            connection.execute("DELETE FROM labels WHERE paper = ? AND topic = ?", (now, topic))
            if value is not None:
                row = (now, topic, int(value), at)
                connection.execute("INSERT INTO labels VALUES (?, ?, ?, ?)", row)


def disagreements(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield a line for each paper whose decision or label differs from the journal.

    If a paper had two ids with decisions under both, either may be in force (cache/identity.py).
    """
    seen = set()
    for (paper,) in connection.execute(_PAPERS).fetchall():
        now, ids = all_ids(connection, paper)
        if now in seen:
            continue
        seen.add(now)
        if not _decision_agrees(connection, now, ids):
            yield f"{now}: its decision differs from the journal"
        if not _labels_agree(connection, now, ids):
            yield f"{now}: its labels differ from the journal"
    for table in ("decisions", "labels"):
        for (paper,) in connection.execute(f"SELECT DISTINCT paper FROM {table} ORDER BY paper"):
            if paper not in seen:
                yield f"{paper}: {table} missing from the journal"


def take_back(connection: sqlite3.Connection, whole: Collection[str]) -> None:
    """Restore lost undo lines; the caller holds the transaction.

    For a journal with gaps; whole names those of the tables decisions and labels that have none. A
    line of the journal that they lack was undone, unless it is newer than everything in them.
    """
    (last,) = connection.execute(
        "SELECT max(at) FROM (SELECT at FROM decisions UNION ALL SELECT at FROM labels)"
    ).fetchone()
    lines: list[Sequence[str | None]] = []
    for (paper,) in connection.execute(_PAPERS).fetchall():
        now, ids = all_ids(connection, paper)
        row = connection.execute("SELECT at FROM decisions WHERE paper = ?", (now,)).fetchone()
        held = row[0] if row else ""
        for under, value, at, line in connection.execute(_DECISIONS, (ids,)):
            if "decisions" in whole and held < at <= (last or ""):
                told = line_of("undo", under, None, value, at)
                lines.append((*told[:5], None, line))
        labels = connection.execute("SELECT topic FROM labels WHERE paper = ?", (now,))
        topics = {topic for (topic,) in labels}
        rows = connection.execute(_LABELS, (ids,)) if "labels" in whole else ()
        said = {row[1]: row for row in rows}
        for topic, (_, _, value, at) in said.items():
            if value is not None and topic not in topics and at <= (last or ""):
                after = clock.fine_stamp(datetime.fromisoformat(at) + timedelta(microseconds=1))
                told = line_of("label", now, topic, "", after)
                lines.append((*told[:5], None, None))
    add_lines(connection, lines)


def _unsaid(connection: sqlite3.Connection, paper: str) -> bool:
    _, ids = all_ids(connection, paper)
    line = "SELECT 1 FROM journal WHERE paper IN (SELECT value FROM json_each(?))"
    return connection.execute(line, (ids,)).fetchone() is None


def _decision_agrees(connection: sqlite3.Connection, now: str, ids: str) -> bool:
    lines = [tuple(row) for row in connection.execute(_DECISIONS, (ids,))]
    row = connection.execute("SELECT decision, at FROM decisions WHERE paper = ?", (now,))
    held = row.fetchone()
    if held is None or not lines:
        return held is None and not lines
    *_, last = sorted(lines, key=lambda line: (line[2], line[3]))
    if last[1] == held[0] and _was_moved(connection, ids, last[2], held[1]):
        return True
    own = max((at for paper, _, at, _ in lines if paper == now), default="")
    return tuple(held) in {line[1:3] for line in lines} and held[1] >= own


def _was_moved(connection: sqlite3.Connection, ids: str, at: str, said: str) -> bool:
    """Return whether a line directly follows one of a clock that was ahead when it was written."""
    try:
        if at <= ahead_of(said):
            return False
        before = clock.fine_stamp(datetime.fromisoformat(at) - timedelta(microseconds=1))
    except ValueError:
        return False
    line = "SELECT 1 FROM journal WHERE paper IN (SELECT value FROM json_each(?)) AND at = ?"
    return connection.execute(line, (ids, before)).fetchone() is not None


def _labels_agree(connection: sqlite3.Connection, now: str, ids: str) -> bool:
    last: dict[tuple[str, str], tuple[int | None, str]] = {}
    for paper, topic, value, at in connection.execute(_LABELS, (ids,)):
        last[topic, paper] = (None if value is None else int(value), at)
    held = dict.fromkeys({topic for topic, _ in last})
    rows = connection.execute("SELECT topic, value, at FROM labels WHERE paper = ?", (now,))
    held |= {topic: (value, at) for topic, value, at in rows}
    for topic, row in held.items():
        said = [one for (about, _), one in last.items() if about == topic]
        if row not in said and not (row is None and any(value is None for value, _ in said)):
            return False
    return True
