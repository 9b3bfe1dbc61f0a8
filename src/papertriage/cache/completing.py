"""Read what a shell can complete: ids, topics, categories, consumers."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from papertriage.paths import address

_MOST = 100
# https://sqlite.org/queryplanner.html: each step looks up the next category in the index, where
# DISTINCT would read every row of a million papers.
_CATEGORIES = """
WITH RECURSIVE found (name) AS (
    SELECT min(category) FROM paper_categories
    UNION ALL
    SELECT (SELECT min(category) FROM paper_categories WHERE category > found.name)
    FROM found WHERE found.name IS NOT NULL
)
SELECT name, '' FROM found WHERE name IS NOT NULL
"""
_NEWEST = f"SELECT id, title FROM papers ORDER BY day DESC, key LIMIT {_MOST}"
_BEGINNING = f"SELECT id, title FROM papers WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT {_MOST}"
_NAMES = {
    "topics": "SELECT name, '' FROM topics ORDER BY name",
    "categories": _CATEGORIES,
    "consumers": "SELECT name, '' FROM consumers ORDER BY name",
}
KINDS = ("ids", *_NAMES)
"""The kinds of values that can be completed."""


def completions(path: Path, kind: str, prefix: str) -> list[tuple[str, str]]:
    """Return values that begin with the prefix, each with a description; empty on any error.

    Ids are those of the newest papers; 2510 completes arxiv:2510.… as well.
    """
    if not os.path.exists(path):
        return []
    try:
        connection = sqlite3.connect(f"{address(path)}?mode=ro", uri=True, timeout=0.1)
        try:
            found = _found(connection, kind, prefix)
        finally:
            connection.close()
    except (sqlite3.Error, ValueError):
        return []
    return [row for row in found if row[0].startswith(prefix)]


def _found(connection: sqlite3.Connection, kind: str, prefix: str) -> list[tuple[str, str]]:
    if kind != "ids":
        return connection.execute(_NAMES[kind]).fetchall()
    if not prefix:
        return connection.execute(_NEWEST).fetchall()
    bare = "arxiv:" if prefix[0].isdigit() else ""
    begin = bare + prefix
    rows = connection.execute(_BEGINNING, (begin, begin + "\U0010ffff"))
    return [(name.removeprefix(bare), title) for name, title in rows]
