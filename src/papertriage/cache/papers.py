"""Write papers, sightings and tags."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from papertriage.cache.connection import writing
from papertriage.cache.merging import merged, text_changed
from papertriage.cache.rows import PAPER_COLUMNS, list_text, paper_of, row_of
from papertriage.cache.topics import last_key, topic_keys
from papertriage.models import Paper, Sighting, TopicScore

# SQLite before 3.32 takes 999 parameters in a statement; this leaves room.
_CHUNK = 500

# Seen again on the same day, a paper keeps what the later look does not say; a look that says
# nothing new writes nothing.
_SEE = """
INSERT INTO sightings (paper, feed, day, source, announce_type, upvotes, comments, place)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (paper, feed, day) DO UPDATE SET
    announce_type = coalesce(excluded.announce_type, announce_type),
    upvotes = coalesce(excluded.upvotes, upvotes),
    comments = coalesce(excluded.comments, comments),
    place = coalesce(excluded.place, place)
WHERE coalesce(excluded.announce_type, announce_type) IS NOT announce_type
    OR coalesce(excluded.upvotes, upvotes) IS NOT upvotes
    OR coalesce(excluded.comments, comments) IS NOT comments
    OR coalesce(excluded.place, place) IS NOT place
"""

Merit = Callable[[float, str], float]
Scorer = Callable[[Paper], Sequence[TopicScore]]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many papers a batch added, changed, and left as they were."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Stored) -> Stored:
        """Return the counts of both."""
        return Stored(
            self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    new: tuple[Paper, ...]
    updated: Mapping[int, tuple[Paper, Paper]]
    keys: Mapping[str, int]
    papers: int

    def to_score(self) -> list[Paper]:
        return [
            *self.new,
            *(after for before, after in self.updated.values() if text_changed(before, after)),
        ]


def store(
    connection: sqlite3.Connection,
    sightings: Sequence[Sighting],
    *,
    score: Scorer,
    merit: Merit,
    now: str,
) -> Stored:
    """Store a batch in one transaction: papers, index, sightings and tags, or nothing.

    Scoring happens before the lock is taken, so that a person's keep never waits for it.
    """
    plan = _planned(connection, sightings)
    scores = {paper: tuple(score(paper)) for paper in plan.to_score()}
    with writing(connection):
        # Another process may have written since: plan again, now that nobody can.
        plan = _planned(connection, sightings)
        keys = {**plan.keys, **_insert(connection, plan.new, now)}
        _update(connection, plan.updated)
        _see(connection, sightings, keys)
        for paper in plan.to_score():
            found = scores.get(paper) or tuple(score(paper))
            write_tags(connection, keys[paper.id], found, merit=merit, came=now)
    unchanged = plan.papers - len(plan.new) - len(plan.updated)
    return Stored(len(plan.new), len(plan.updated), unchanged)


def write_tags(
    connection: sqlite3.Connection,
    key: int,
    scores: Iterable[TopicScore],
    *,
    merit: Merit,
    came: str,
) -> None:
    """Replace what the tagger said of one paper; the caller holds the transaction."""
    topics = topic_keys(connection)
    connection.execute("DELETE FROM tags WHERE paper = ?", (key,))
    connection.executemany(
        "INSERT INTO tags (paper, topic, score, tagged, merit, evidence) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key, topics[s.topic], s.score, s.tagged, merit(s.score, came), list_text(s.evidence))
            for s in scores
            if s.topic in topics
        ],
    )


def _planned(connection: sqlite3.Connection, sightings: Sequence[Sighting]) -> _Plan:
    seen: dict[str, Paper] = {}
    for sighting in sightings:
        paper = sighting.paper
        seen[paper.id] = merged(seen[paper.id], paper) if paper.id in seen else paper
    new, updated, keys = [], {}, {}
    held = _held(connection, list(seen))
    for name, paper in seen.items():
        if name not in held:
            new.append(paper)
            continue
        key, old = held[name]
        keys[name] = key
        after = merged(old, paper)
        if after is not old:
            updated[key] = (old, after)
    return _Plan(tuple(new), updated, keys, len(seen))


def _held(connection: sqlite3.Connection, ids: list[str]) -> dict[str, tuple[int, Paper]]:
    held = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        query = f"SELECT key, {PAPER_COLUMNS} FROM papers WHERE id IN ({marks})"  # noqa: S608 - marks only
        for row in connection.execute(query, chunk):
            held[row["id"]] = (row["key"], paper_of(row))
    return held


def _insert(connection: sqlite3.Connection, papers: Sequence[Paper], now: str) -> dict[str, int]:
    if not papers:
        return {}
    last = last_key(connection)
    rows = [{"key": last + n, **row_of(paper, now)} for n, paper in enumerate(papers, start=1)]
    _table_insert(connection, rows)
    connection.execute(
        "INSERT INTO papers_index (rowid, title, abstract, authors)"
        " SELECT key, title, abstract, authors FROM papers WHERE key > ?",
        (last,),
    )
    # A topic whose tags reached the last paper reaches the new last one; one that lags still lags.
    connection.execute(
        "UPDATE topics SET tagged_to = ? WHERE tagged_to = ?", (last + len(rows), last)
    )
    keys = {row["id"]: row["key"] for row in rows}
    _categorise(connection, papers, keys)
    return keys


def _table_insert(connection: sqlite3.Connection, rows: list[dict[str, Any]]) -> None:
    # sqlite-utils costs 110-200 ms to import (numpy comes with it): only where papers are written.
    from sqlite_utils import Database

    Database(connection, execute_plugins=False).table("papers").insert_all(
        rows, batch_size=len(rows)
    )


def _categorise(
    connection: sqlite3.Connection, papers: Iterable[Paper], keys: Mapping[str, int]
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO paper_categories (paper, category) VALUES (?, ?)",
        [(keys[paper.id], category) for paper in papers for category in paper.categories],
    )


def _update(connection: sqlite3.Connection, updated: Mapping[int, tuple[Paper, Paper]]) -> None:
    for key, (old, new) in updated.items():
        came = connection.execute("SELECT came FROM papers WHERE key = ?", (key,)).fetchone()[0]
        _index(connection, "'delete', ", key, old)
        row = row_of(new, came)
        names = ", ".join(f"{name} = :{name}" for name in row)
        connection.execute(f"UPDATE papers SET {names} WHERE key = :key", {**row, "key": key})  # noqa: S608 - names of our columns
        _index(connection, "", key, new)
        connection.execute(
            "DELETE FROM paper_categories WHERE paper = ? AND category IN"
            " (SELECT value FROM json_each(?))",
            (key, list_text(old.categories)),
        )
        _categorise(connection, [new], {new.id: key})


def _index(connection: sqlite3.Connection, command: str, key: int, paper: Paper) -> None:
    # https://sqlite.org/fts5.html#the_delete_command: an external-content index must be told the
    # text that it is to forget.
    column = "papers_index, " if command else ""
    connection.execute(
        f"INSERT INTO papers_index ({column}rowid, title, abstract, authors)"  # noqa: S608 - two fixed forms
        f" VALUES ({command}?, ?, ?, ?)",
        (key, paper.title, paper.abstract, list_text(paper.authors)),
    )


def _see(
    connection: sqlite3.Connection, sightings: Iterable[Sighting], keys: Mapping[str, int]
) -> None:
    connection.executemany(
        _SEE,
        [
            (
                keys[s.paper.id],
                s.feed,
                s.day,
                s.source,
                s.announce_type,
                s.upvotes,
                s.comments,
                s.place,
            )
            for s in sightings
        ],
    )
