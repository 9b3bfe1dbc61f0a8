"""Turn the shared filters into SQL conditions on papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from papertriage.cache.eligible import UNDECIDED, Condition
from papertriage.cache.topics import topic_keys
from papertriage.errors import InputError
from papertriage.models import Filters
from papertriage.text import clean

# A filter that at most this many papers pass is read through its own index and sorted; beyond that,
# the first papers are found sooner in the requested order. Of 1,000,000 papers, a page of a topic's
# 168 took 0.6 s, where 2,000 take 20 ms. A listing without a limit sorts them all anyway.
_FEW, _FEW_OF_ALL = 2_000, 20_000
# SQLite accepts expressions of 1,000 levels (https://sqlite.org/limits.html#max_expr_depth).
_MANY = 50
_BULK = ("jsonl", "arxiv-snapshot")
NOT_BULK = f"source NOT IN {_BULK}"
"""As the indexes of sightings have it: these files hold millions of papers, without
announcements."""


class Rare(NamedTuple):
    """Keys or ids of the few papers that pass a filter; by_day is set for filters on days."""

    condition: Condition
    by_day: bool


def every(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of the conditions hold."""
    parts = [part for part in conditions if part.sql != "1"]
    sql = _joined(" AND ", [f"({part.sql})" for part in parts]) or "1"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def some(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of the conditions holds."""
    parts = list(conditions)
    sql = _joined(" OR ", [f"({part.sql})" for part in parts]) or "0"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def _joined(word: str, parts: list[str]) -> str:
    """Join SQL with AND or OR, by halves since SQLite counts one level for each operator."""
    if len(parts) <= _MANY:
        return word.join(parts)
    half = len(parts) // 2
    return word.join(f"({_joined(word, side)})" for side in (parts[:half], parts[half:]))


def topic_key(connection: sqlite3.Connection, topic: str) -> int:
    """Return the key of a topic; raises InputError if the cache does not know it."""
    keys = topic_keys(connection)
    if topic not in keys:
        msg = f"no topic {topic!r}: the topics are {', '.join(sorted(keys)) or 'none yet'}"
        raise InputError(msg)
    return keys[topic]


def tagged_with(connection: sqlite3.Connection, topic: str) -> Condition:
    """Return the condition "carries the tag"; raises InputError for an unknown topic."""
    key = topic_key(connection, topic)
    return Condition(
        """
        EXISTS (
            SELECT 1 FROM tags
            WHERE tags.paper = papers.key
                AND tags.topic = ?
                AND tags.tagged = 1
        )
        """,
        (key,),
    )


def in_category(category: str) -> Condition:
    """Return the condition "is in the category"; an archive stands for all of its categories."""
    among = _within(category)
    return Condition(
        f"""
        EXISTS (
            SELECT 1 FROM paper_categories AS c
            WHERE c.paper = papers.key AND ({among.sql})
        )
        """,
        among.parameters,
    )


def _within(category: str) -> Condition:
    # cs.LG is only itself; cs is every cs.*, matched as a range: "/" follows "." in ASCII.
    category = category.removesuffix(".*")
    sql = "c.category = ? OR (c.category > ? AND c.category < ?)"
    return Condition(sql, (category, f"{category}.", f"{category}/"))


def matching(query: str) -> Condition:
    """Match the FTS5 query (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    return Condition(
        "papers.key IN (SELECT rowid FROM papers_index WHERE papers_index MATCH ?)", (query,)
    )


def phrase(text: str) -> str:
    """Quote the text as one FTS5 string, so that nothing in it is syntax."""
    return '"' + text.replace('"', " ").replace("\0", " ") + '"'


def condition_of(connection: sqlite3.Connection, filters: Filters) -> Condition:
    """Return the condition for all filters but the limit; several values of a filter mean any."""
    # Cleaned like the cache's texts; SQL also refuses the lone surrogates a shell may pass.
    parts = []
    if filters.since:
        parts.append(Condition("papers.day >= ?", (filters.since,)))
    if filters.until:
        parts.append(Condition("papers.day <= ?", (filters.until,)))
    if filters.topics:
        parts.append(some(tagged_with(connection, topic) for topic in filters.topics))
    if filters.categories:
        parts.append(some(in_category(clean(category)) for category in filters.categories))
    if filters.sources:
        parts.append(some(_seen_by(clean(source)) for source in filters.sources))
    if filters.authors:
        parts.append(some(_written_by(clean(author)) for author in filters.authors))
    if filters.decision:
        parts.append(_decided(filters.decision))
    if filters.picked:
        parts.append(Condition("EXISTS (SELECT 1 FROM picks WHERE picks.paper = papers.id)"))
    return every(parts)


def rarest(
    connection: sqlite3.Connection,
    filters: Filters,
    most: int | None = None,
    *,
    beside: Iterable[Filters] = (),
) -> Rare | None:
    """Return the filter that the fewest papers pass, if its index shows at most `most` papers.

    For a statement that would otherwise scan all papers until enough pass; condition_of still
    applies. Only one is returned, since SQLite would compare two pair by pair. beside are more
    filters that must hold.
    """
    if most is None:
        most = _FEW if filters.limit else _FEW_OF_ALL
    found: tuple[int, Rare | None] = (most + 1, None)
    for column, rows in chain.from_iterable(
        _rows_of(connection, one) for one in (filters, *beside)
    ):
        count = connection.execute(
            f"SELECT count(*) FROM ({rows.sql} LIMIT ?)",
            (*rows.parameters, most + 1),
        ).fetchone()[0]
        if count < found[0]:
            sql = f"{column or 'papers.key'} IN ({rows.sql})"
            found = (count, Rare(Condition(sql, rows.parameters), by_day=not column))
    return found[1]


def _rows_of(connection: sqlite3.Connection, filters: Filters) -> Iterator[tuple[str, Condition]]:
    """Yield the column and the SELECT of its values for each filter that an index can answer."""
    if filters.since:
        yield "", Condition("SELECT key FROM papers WHERE day >= ?", (filters.since,))
    if filters.topics:
        keys = tuple(topic_key(connection, topic) for topic in filters.topics)
        listed = ", ".join("?" * len(keys))
        sql = f"SELECT paper FROM tags WHERE tagged = 1 AND topic IN ({listed})"
        yield "papers.key", Condition(sql, keys)
    if filters.categories:
        among = some(_within(clean(category)) for category in filters.categories)
        sql = f"SELECT paper FROM paper_categories AS c WHERE {among.sql}"
        yield "papers.key", Condition(sql, among.parameters)
    sources = tuple(clean(source) for source in filters.sources)
    if sources and not set(sources) & set(_BULK):
        listed = ", ".join("?" * len(sources))
        sql = f"SELECT paper FROM sightings WHERE {NOT_BULK} AND source IN ({listed})"
        yield "papers.key", Condition(sql, sources)
    if filters.authors:
        query = " OR ".join(_author(clean(author)) for author in filters.authors)
        sql = "SELECT rowid FROM papers_index WHERE papers_index MATCH ?"
        yield "papers.key", Condition(sql, (query,))
    if filters.decision and filters.decision != "none":
        sql = "SELECT paper FROM decisions WHERE decision = ?"
        yield "papers.id", Condition(sql, (filters.decision,))
    if filters.picked:
        yield "papers.id", Condition("SELECT paper FROM picks")


def _seen_by(source: str) -> Condition:
    return Condition(
        "EXISTS (SELECT 1 FROM sightings AS s WHERE s.paper = papers.key AND s.source = ?)",
        (source,),
    )


def _written_by(author: str) -> Condition:
    # The unary + keeps SQLite from searching for each of the author's papers, as it did once for
    # each pick when joined with a day's picks.
    written = matching(_author(author))
    return Condition(f"+{written.sql}", written.parameters)


def _author(author: str) -> str:
    if not any(letter.isalnum() for letter in author):
        msg = f"--author {author!r} is not a name or part of one"
        raise InputError(msg)
    return f"authors : {phrase(author)}"


def _decided(decision: str) -> Condition:
    if decision == "none":
        return Condition(UNDECIDED)
    return Condition(
        """
        EXISTS (
            SELECT 1 FROM decisions AS d
            WHERE d.paper = papers.id AND d.decision = ?
        )
        """,
        (decision,),
    )
