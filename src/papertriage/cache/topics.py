"""Manage the topics that papers are tagged with, and replace tags of outdated models."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from papertriage.cache.connection import writing
from papertriage.cache.packing import unpacked
from papertriage.cache.rows import evidence_text
from papertriage.models import TopicScore

_PAGE = 500
# Tags that were computed but not accepted; they are dropped with the connection.
_PROPOSE = """
CREATE TEMP TABLE IF NOT EXISTS proposed_tags (
    paper INTEGER, topic TEXT, score REAL, tagged INTEGER, merit REAL, PRIMARY KEY (topic, paper)
)
"""
_PUT = """
INSERT INTO tags (paper, topic, score, tagged, merit, evidence)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (paper, topic) DO UPDATE SET
    score = excluded.score, tagged = excluded.tagged,
    merit = excluded.merit, evidence = excluded.evidence
"""


class TopicRow(NamedTuple):
    """A topic that the cache holds tags for."""

    name: str
    threshold: float
    model: str
    tagged_to: int


class CachedText(NamedTuple):
    """The tagger's input for a paper, and when it was added."""

    key: int
    title: str
    abstract: str | None
    came: str


def text_of(row: sqlite3.Row) -> CachedText:
    """Return the text in a row with the columns of one."""
    return CachedText(row["key"], row["title"], unpacked(row["abstract"]), row["came"])


def topic_keys(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the key of every topic by name."""
    return {row["name"]: row["key"] for row in connection.execute("SELECT key, name FROM topics")}


def topic_rows(connection: sqlite3.Connection) -> list[TopicRow]:
    """Read the topics by name."""
    rows = connection.execute("SELECT name, threshold, model, tagged_to FROM topics ORDER BY name")
    return [TopicRow(*row) for row in rows]


def write_topics(
    connection: sqlite3.Connection,
    topics: Iterable[tuple[str, float, str]],
    before: Sequence[TopicRow] | None = None,
) -> bool:
    """Record the topics (name, threshold, model hash) to tag papers with from now on.

    A topic that is new, or has another model, starts without tags. Returns False and writes nothing
    if another process has changed the topics in the meantime.
    """
    with writing(connection):
        if before is not None and models_of(topic_rows(connection)) != models_of(before):
            return False
        connection.executemany(
            """
            INSERT INTO topics (name, threshold, model, tagged_to) VALUES (?, ?, ?, 0)
            ON CONFLICT (name) DO UPDATE SET
                threshold = excluded.threshold, model = excluded.model, tagged_to = 0
            WHERE model != excluded.model OR threshold != excluded.threshold
            """,
            list(topics),
        )
    return True


def models_of(rows: Iterable[TopicRow]) -> set[tuple[str, float, str]]:
    """Return (name, threshold, model hash) of topics: what determines their tags."""
    return {(row.name, row.threshold, row.model) for row in rows}


def texts(connection: sqlite3.Connection, after: int = 0) -> Iterator[list[CachedText]]:
    """Read the papers after a key in pages of 500; papers may be written in between."""
    while page := texts_after(connection, after, _PAGE):
        yield page
        after = page[-1].key


def texts_after(connection: sqlite3.Connection, after: int, most: int) -> list[CachedText]:
    """Read the papers after a key, at most `most`."""
    rows = connection.execute(
        "SELECT key, title, abstract, came FROM papers WHERE key > ? ORDER BY key LIMIT ?",
        (after, most),
    )
    return [text_of(row) for row in rows]


def propose_tags(
    connection: sqlite3.Connection, scored: Iterable[tuple[int, float, TopicScore]]
) -> None:
    """Store proposed tags, as (key of paper, merit, score), where a preview sees them."""
    connection.execute(_PROPOSE)
    # Only the temporary database is written: no lock is taken that others might wait for.
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT OR REPLACE INTO temp.proposed_tags VALUES (?, ?, ?, ?, ?)",
        [(key, s.topic, s.score, s.tagged, merit) for key, merit, s in scored if s.tagged],
    )
    connection.execute("COMMIT")


def forget_proposed(connection: sqlite3.Connection) -> None:
    """Delete the tags proposed for an earlier preview."""
    connection.execute(_PROPOSE)
    connection.execute("DELETE FROM temp.proposed_tags")


def put_tags(
    connection: sqlite3.Connection,
    models: Mapping[str, str],
    scored: Iterable[tuple[int, float, TopicScore]],
    upto: int | None,
) -> bool:
    """Replace tags by new ones, as (key of paper, merit, score); in a transaction.

    Afterwards all papers up to a key carry the tags of the topics; None leaves that unchanged.
    Topics whose model has changed in the meantime (see its hash) are skipped; returns whether any
    topic remained.
    """
    keys = {
        name: key
        for key, name, model in connection.execute("SELECT key, name, model FROM topics")
        if models.get(name) == model
    }
    connection.executemany(
        _PUT,
        [
            (key, keys[s.topic], s.score, s.tagged, merit, evidence_text(s.evidence))
            for key, merit, s in scored
            if s.topic in keys
        ],
    )
    if upto is not None:
        connection.executemany(
            "UPDATE topics SET tagged_to = max(tagged_to, ?) WHERE key = ?",
            [(upto, key) for key in keys.values()],
        )
    return bool(keys)


def forget_topics(connection: sqlite3.Connection, names: Collection[str]) -> None:
    """Remove topics and their tags; labels stay.

    Each takes one transaction, however long: with several, others could tag in between, and a kill
    would leave a partly removed topic.
    """
    for name in names:
        with writing(connection):
            connection.execute(
                "DELETE FROM tags WHERE topic = (SELECT key FROM topics WHERE name = ?)", (name,)
            )
            connection.execute("DELETE FROM topics WHERE name = ?", (name,))


def tag_counts(connection: sqlite3.Connection, topic: str) -> tuple[int, int]:
    """Count the papers that carry the tag, and those that would under the proposed tags."""
    now = connection.execute(
        """
        SELECT count(*) FROM tags
        WHERE tagged = 1 AND topic = (SELECT key FROM topics WHERE name = ?)
        """,
        (topic,),
    ).fetchone()[0]
    connection.execute(_PROPOSE)
    then = connection.execute(
        "SELECT count(*) FROM temp.proposed_tags WHERE topic = ?", (topic,)
    ).fetchone()[0]
    return int(now), int(then)


def labelled_texts(
    connection: sqlite3.Connection, topic: str
) -> list[tuple[str, str, str | None, bool]]:
    """Read (id, title, abstract, label) of the papers that a person labelled for a topic."""
    # CROSS JOIN, or SQLite scans all papers to get the order.
    rows: Sequence[sqlite3.Row] = connection.execute(
        """
        SELECT papers.id, title, abstract, value FROM labels
        CROSS JOIN papers ON papers.id = labels.paper
        WHERE labels.topic = ?
        ORDER BY papers.id
        """,
        (topic,),
    ).fetchall()
    return [
        (row["id"], row["title"], unpacked(row["abstract"]), bool(row["value"])) for row in rows
    ]
