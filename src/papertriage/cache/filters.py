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

# A filter that so few papers pass is read by its own index, and its papers are sorted; of more, the
# first ones are found sooner in the order asked. Of 1,000,000 papers, a page of the 168 of a topic
# took 0.6 s, where 2,000 take 20 ms. Where all are asked for, all are sorted anyway.
_FEW, _FEW_OF_ALL = 2_000, 20_000
# SQLite takes an expression of 1,000 levels (https://sqlite.org/limits.html#max_expr_depth).
_MANY = 50
_BULK = ("jsonl", "arxiv-snapshot")
NOT_BULK = f"source NOT IN {_BULK}"
"""As the indexes of sightings have it: these files bring millions of papers, unannounced."""


class Rare(NamedTuple):
    """The keys or ids of the few papers that pass a filter; by_day: it is of days, their order."""

    condition: Condition
    by_day: bool


def every(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of them hold."""
    parts = [part for part in conditions if part.sql != "1"]
    sql = _joined(" AND ", [f"({part.sql})" for part in parts]) or "1"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def some(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of them holds."""
    parts = list(conditions)
    sql = _joined(" OR ", [f"({part.sql})" for part in parts]) or "0"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def _joined(word: str, parts: list[str]) -> str:
    """Join SQL with AND or OR; of many in halves, because SQLite counts a level for each word."""
    if len(parts) <= _MANY:
        return word.join(parts)
    half = len(parts) // 2
    return word.join(f"({_joined(word, side)})" for side in (parts[:half], parts[half:]))


def topic_key(connection: sqlite3.Connection, topic: str) -> int:
    """Return the key of a topic; raises InputError for one that the cache does not know."""
    keys = topic_keys(connection)
    if topic not in keys:
        msg = f"no topic {topic!r}: the topics are {', '.join(sorted(keys)) or 'none yet'}"
        raise InputError(msg)
    return keys[topic]


def tagged_with(connection: sqlite3.Connection, topic: str) -> Condition:
    """Return "carries the tag"; raises InputError for a topic that the cache does not know."""
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
    """Return "is in the category", where an archive stands for all of its categories."""
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
    # cs.LG is itself; cs is every cs.*, as which it may be written: "/" is the character after "."
    # in ASCII.
    category = category.removesuffix(".*")
    sql = "c.category = ? OR (c.category > ? AND c.category < ?)"
    return Condition(sql, (category, f"{category}.", f"{category}/"))


def matching(query: str) -> Condition:
    """Return "matches the FTS5 query" (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    return Condition(
        "papers.key IN (SELECT rowid FROM papers_index WHERE papers_index MATCH ?)", (query,)
    )


def phrase(text: str) -> str:
    """Return the text as one FTS5 string, so that nothing in it is syntax."""
    return '"' + text.replace('"', " ").replace("\0", " ") + '"'


def condition_of(connection: sqlite3.Connection, filters: Filters) -> Condition:
    """Return the condition for all filters but the limit; several values of one filter mean any."""
    # Cleaned, because the cache's texts are, and half a character from a shell is no SQL value.
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
    """Return the filter that fewest papers pass, where its index says so of at most so many.

    For a statement that would go through all papers until enough pass; condition_of holds beside
    it. Only one is returned: of two SQLite would look for every pair. beside are more filters that
    hold at the same time.
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
    # The unary + keeps SQLite from looking for each of the author's papers: joined with the picks
    # of a day it did so for each pick.
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
