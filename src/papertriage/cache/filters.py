"""Turn the shared filters into SQL conditions on papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from papertriage.cache.topics import topic_keys
from papertriage.errors import InputError
from papertriage.models import Filters
from papertriage.text import clean


class Condition(NamedTuple):
    """A SQL condition on a row of papers, with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()


def every(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of them hold."""
    parts = [part for part in conditions if part.sql != "1"]
    sql = " AND ".join(f"({part.sql})" for part in parts) or "1"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def some(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of them holds."""
    parts = list(conditions)
    sql = " OR ".join(f"({part.sql})" for part in parts) or "0"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


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
        "EXISTS (SELECT 1 FROM tags WHERE tags.paper = papers.key AND tags.topic = ?"
        " AND tags.tagged = 1)",
        (key,),
    )


def in_category(category: str) -> Condition:
    """Return "is in the category", where an archive stands for all of its categories."""
    # cs.LG is itself; cs is every cs.*: "/" is the character after "." in ASCII.
    return Condition(
        "EXISTS (SELECT 1 FROM paper_categories AS c WHERE c.paper = papers.key"
        " AND (c.category = ? OR (c.category > ? AND c.category < ?)))",
        (category, f"{category}.", f"{category}/"),
    )


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


def _seen_by(source: str) -> Condition:
    return Condition(
        "EXISTS (SELECT 1 FROM sightings AS s WHERE s.paper = papers.key AND s.source = ?)",
        (source,),
    )


def _written_by(author: str) -> Condition:
    if not any(letter.isalnum() for letter in author):
        msg = f"--author {author!r} names nobody: give a name or a part of it"
        raise InputError(msg)
    return matching(f"authors : {phrase(author)}")


def _decided(decision: str) -> Condition:
    probe = "SELECT 1 FROM decisions AS d WHERE d.paper = papers.id"
    if decision == "none":
        return Condition(f"NOT EXISTS ({probe})")
    return Condition(f"EXISTS ({probe} AND d.decision = ?)", (decision,))
