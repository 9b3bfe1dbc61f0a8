"""Count papers received, and read the best of those that were not picked."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from papertriage.cache.eligible import IS_NEWS, NOT_PASSED, NOT_SEEDED, UNDECIDED
from papertriage.cache.filters import condition_of
from papertriage.cache.listing import json_list
from papertriage.models import Filters
from papertriage.models.digest import Unpicked

# The papers of a period come from the index by time, and their tags from their keys: the rest is
# only read for tagged papers. CROSS JOIN enforces that order; otherwise SQLite starts with a
# topic's tags of all times, or scans the papers once for each topic.
_NEW_TAGGED = """
papers AS new
CROSS JOIN tags ON tags.paper = new.key AND tags.tagged = 1
CROSS JOIN papers ON papers.key = tags.paper
"""
_LEFT = f"""
papers.id NOT IN (SELECT value FROM json_each(?))
AND {UNDECIDED}
AND {NOT_PASSED}
"""
_COUNT = "SELECT count(*) FROM papers WHERE {condition}"
_COUNT_TAGGED = f"SELECT count(DISTINCT papers.key) FROM {_NEW_TAGGED} WHERE {{condition}}"
_BY_TOPIC = f"""
SELECT topics.name, count(*) AS n FROM {_NEW_TAGGED}
CROSS JOIN topics ON topics.key = tags.topic
WHERE {{condition}}
GROUP BY topics.key
ORDER BY topics.name
"""
_BEST = f"""
SELECT papers.id, papers.title, papers.url, tags.score FROM {_NEW_TAGGED}
WHERE {{condition}} AND tags.topic = (SELECT key FROM topics WHERE name = ?)
ORDER BY tags.score DESC, papers.key LIMIT ?
"""


class ArrivalWindow(NamedTuple):
    """A period (UTC) in which papers were added, from since until before end."""

    since: str
    end: str


def count_new(connection: sqlite3.Connection, span: ArrivalWindow, filters: Filters) -> int:
    """Count the papers added."""
    sql, values = _came(connection, span, filters, "papers")
    return int(connection.execute(_COUNT.format(condition=sql), values).fetchone()[0])


def count_unpicked(
    connection: sqlite3.Connection, span: ArrivalWindow, filters: Filters, picked: Collection[str]
) -> int:
    """Count the tagged papers added that were neither picked nor decided."""
    sql, values = _came(connection, span, filters)
    condition = f"{sql} AND {_LEFT}"
    row = connection.execute(_COUNT_TAGGED.format(condition=condition), [*values, _list(picked)])
    return int(row.fetchone()[0])


def count_new_by_topic(
    connection: sqlite3.Connection, span: ArrivalWindow, filters: Filters
) -> dict[str, int]:
    """Count the papers added with each tag; topics without any are left out."""
    sql, values = _came(connection, span, filters)
    return _counts(connection, sql, values)


def count_unpicked_by_topic(
    connection: sqlite3.Connection, span: ArrivalWindow, filters: Filters, picked: Collection[str]
) -> dict[str, int]:
    """Count the papers with each tag that were neither picked nor decided."""
    sql, values = _came(connection, span, filters)
    return _counts(connection, f"{sql} AND {_LEFT}", [*values, _list(picked)])


def best_unpicked(
    connection: sqlite3.Connection,
    span: ArrivalWindow,
    filters: Filters,
    picked: Collection[str],
    topic: str,
) -> list[Unpicked]:
    """Read the papers with the tag by score, at most filters.limit."""
    sql, values = _came(connection, span, filters)
    rows = connection.execute(
        _BEST.format(condition=f"{sql} AND {_LEFT}"),
        (*values, _list(picked), topic, filters.limit),
    )
    return [Unpicked(*row) for row in rows]


def _came(
    connection: sqlite3.Connection, span: ArrivalWindow, filters: Filters, row: str = "new"
) -> tuple[str, list[object]]:
    condition = condition_of(connection, filters._replace(since=None, until=None))
    new = f"{IS_NEWS} AND {NOT_SEEDED.format(papers=row)}"
    sql = f"{row}.came >= ? AND {row}.came < ? AND {new} AND {condition.sql}"
    return sql, [*span, *condition.parameters]


def _counts(connection: sqlite3.Connection, sql: str, values: list[object]) -> dict[str, int]:
    rows = connection.execute(_BY_TOPIC.format(condition=sql), values)
    return {row["name"]: row["n"] for row in rows}


def _list(picked: Collection[str]) -> str:
    return json_list(sorted(picked))
