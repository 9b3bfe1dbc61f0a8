"""Track which papers were new when they were stored, or have been announced since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence

from papertriage.cache.eligible import IS_NEWS
from papertriage.cache.listing import current_ids

Merit = Callable[[float, str], float]
"""Map a score and the time a paper was added (UTC) to its place in the order of picks."""
_ANNOUNCED = f"""
SELECT papers.id, min(s.day) AS day
FROM papers CROSS JOIN sightings AS s ON s.paper = papers.key
WHERE papers.id IN (SELECT value FROM json_each(?))
    AND s.source IN ('arxiv', 'arxiv-daily', 'arxiv-oai')
    AND {IS_NEWS}
GROUP BY papers.key
"""


def announced_days(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the day on which arXiv's feeds first showed each paper as news, by id."""
    now = current_ids(connection, ids)
    rows = connection.execute(_ANNOUNCED, (json.dumps(sorted(set(now.values()))),))
    days = {row["id"]: row["day"] for row in rows}
    return {name: days[held] for name, held in now.items() if held in days}


def mark_news(
    connection: sqlite3.Connection,
    older: Collection[int],
    announced: Collection[int],
    merit: Merit,
    now: str,
) -> list[int]:
    """Mark older papers as no news, and date announced ones that had been no news to now (UTC).

    Returns the keys of the latter; the caller holds the transaction.
    """
    connection.executemany("INSERT INTO no_news (paper) VALUES (?)", [(key,) for key in older])
    if not announced:
        return []
    rows = connection.execute(
        "SELECT paper FROM no_news WHERE paper IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(announced)),),
    )
    keys = [row["paper"] for row in rows]
    for key in keys:
        _come(connection, key, merit, now)
    return keys


def _come(connection: sqlite3.Connection, key: int, merit: Merit, now: str) -> None:
    connection.execute("DELETE FROM no_news WHERE paper = ?", (key,))
    connection.execute("UPDATE papers SET came = ? WHERE key = ?", (now, key))
    for table in ("tags", "interests"):
        distinct = f"SELECT DISTINCT score FROM {table} WHERE paper = ?"
        scores = connection.execute(distinct, (key,)).fetchall()
        connection.executemany(
            f"UPDATE {table} SET merit = ? WHERE paper = ? AND score = ?",
            [(merit(score, now), key, score) for (score,) in scores],
        )


def is_news(connection: sqlite3.Connection, paper: str) -> bool:
    """Return whether a paper was new when it was added, or has been announced since."""
    sql = f"SELECT 1 FROM papers WHERE id = ? AND {IS_NEWS}"
    return connection.execute(sql, (paper,)).fetchone() is not None
