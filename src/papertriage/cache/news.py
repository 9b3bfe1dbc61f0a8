"""Count what came into the cache, and read the best of what was not picked."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from papertriage.cache.filters import condition_of
from papertriage.cache.listing import list_of
from papertriage.cache.queue import NOT_PASSED
from papertriage.models import Filters, Unpicked

_CAME = "papers.came >= ? AND papers.came < ?"
_TAGGED = "EXISTS (SELECT 1 FROM tags WHERE tags.paper = papers.key AND tags.tagged = 1)"
_LEFT = (
    "papers.id NOT IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own text
    " AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)"
    f" AND {NOT_PASSED}"
)
_BY_TOPIC = (
    "SELECT topics.name, count(*) AS n FROM papers JOIN tags ON tags.paper = papers.key"
    " JOIN topics ON topics.key = tags.topic WHERE {condition} AND tags.tagged = 1"
    " GROUP BY topics.key ORDER BY topics.name"
)
# CROSS JOIN keeps SQLite from reading a topic's tags of all times, as many as they are.
_BEST = (
    "SELECT papers.id, papers.title, papers.url, tags.score FROM papers"
    " CROSS JOIN tags ON tags.paper = papers.key JOIN topics ON topics.key = tags.topic"
    " WHERE {condition} AND tags.tagged = 1 AND topics.name = ?"
    " ORDER BY tags.score DESC, papers.key LIMIT ?"
)


class Span(NamedTuple):
    """A stretch of time (UTC) in which papers came: since is in it, end is not."""

    since: str
    end: str


def came(connection: sqlite3.Connection, span: Span, filters: Filters) -> int:
    """Count the papers that came."""
    return _count(connection, _came(connection, span, filters))


def waiting(
    connection: sqlite3.Connection, span: Span, filters: Filters, picked: Collection[str]
) -> int:
    """Count the tagged papers that came and were neither picked nor decided."""
    sql, values = _came(connection, span, filters)
    return _count(connection, (f"{sql} AND {_TAGGED} AND {_LEFT}", [*values, _list(picked)]))


def came_by_topic(connection: sqlite3.Connection, span: Span, filters: Filters) -> dict[str, int]:
    """Count the papers that came with each tag; a topic without any is left out."""
    sql, values = _came(connection, span, filters)
    return _counts(connection, sql, values)


def waiting_by_topic(
    connection: sqlite3.Connection, span: Span, filters: Filters, picked: Collection[str]
) -> dict[str, int]:
    """Count those with each tag that were neither picked nor decided."""
    sql, values = _came(connection, span, filters)
    return _counts(connection, f"{sql} AND {_LEFT}", [*values, _list(picked)])


def best_waiting(
    connection: sqlite3.Connection,
    span: Span,
    filters: Filters,
    picked: Collection[str],
    topic: str,
) -> list[Unpicked]:
    """Read those with the tag by score, at most filters.limit."""
    sql, values = _came(connection, span, filters)
    rows = connection.execute(
        _BEST.format(condition=f"{sql} AND {_LEFT}"),
        (*values, _list(picked), topic, filters.limit),
    )
    return [Unpicked(*row) for row in rows]


def _came(connection: sqlite3.Connection, span: Span, filters: Filters) -> tuple[str, list[object]]:
    condition = condition_of(connection, filters._replace(since=None, until=None))
    return f"{_CAME} AND {condition.sql}", [*span, *condition.parameters]


def _count(connection: sqlite3.Connection, condition: tuple[str, list[object]]) -> int:
    sql, values = condition
    row = connection.execute(f"SELECT count(*) FROM papers WHERE {sql}", values)  # noqa: S608 - our conditions
    return int(row.fetchone()[0])


def _counts(connection: sqlite3.Connection, sql: str, values: list[object]) -> dict[str, int]:
    rows = connection.execute(_BY_TOPIC.format(condition=sql), values)
    return {row["name"]: row["n"] for row in rows}


def _list(picked: Collection[str]) -> str:
    return list_of(sorted(picked))
