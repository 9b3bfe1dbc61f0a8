"""Correct times that a fast clock gave to papers."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime

from papertriage import clock
from papertriage.cache.connection import first_look, patience, writing

_Merit = Callable[[float, str], float]
# A clock that shows an earlier year is behind: papertriage is not that old.
_FIRST_YEAR = 2026
_PATIENCE = 1.0

_BACK = "SELECT paper FROM ahead WHERE came <= :limit AND coalesce(changed, '') <= :limit"
_DAY = "substr(coalesce(announced, published, came), 1, 10)"
_GIVE_BACK = f"""
UPDATE papers
SET
    came = (SELECT came FROM ahead WHERE paper = papers.key),
    changed = coalesce(
        max(changed, (SELECT changed FROM ahead WHERE paper = papers.key)),
        changed,
        (SELECT changed FROM ahead WHERE paper = papers.key)
    )
WHERE key IN ({_BACK})
"""
_NOTE = """
INSERT OR IGNORE INTO ahead (paper, came, changed)
SELECT key, came, changed FROM papers
WHERE came > :limit OR changed > :limit
"""
_PUT_RIGHT = """
UPDATE papers
SET came = min(came, :now), changed = min(changed, :now)
WHERE came > :limit OR changed > :limit
"""
_MERITS = """
UPDATE {table}
SET merit = merit_of(score, (SELECT came FROM papers WHERE key = paper))
WHERE paper IN (SELECT value FROM json_each(:keys))
"""


def has_implausible_times(connection: sqlite3.Connection, now: datetime) -> bool:
    """Return whether a paper is dated over a day after now, or a corrected time has now come."""
    _, ahead = first_look(connection, clock.latest(now), clock.latest_day(now))
    return now.year >= _FIRST_YEAR and ahead


def correct_times(connection: sqlite3.Connection, now: datetime, merit: _Merit) -> None:
    """Set times in the future to now, keeping the original times.

    A corrected paper whose original time has come by now gets it back: the clock was behind in
    between. If the cache cannot be written, a later command does it.
    """
    if now.year < _FIRST_YEAR:
        return
    connection.create_function("merit_of", 2, merit, deterministic=True)
    with (
        contextlib.suppress(sqlite3.OperationalError),
        patience(connection, _PATIENCE),
        writing(connection),
    ):
        _write(connection, _values(now))


def _write(connection: sqlite3.Connection, values: dict[str, str]) -> None:
    keys = [row[0] for row in connection.execute(_BACK, values)]
    connection.execute(_GIVE_BACK, values)
    connection.execute(f"DELETE FROM ahead WHERE paper IN ({_BACK})", values)
    connection.execute(_NOTE, values)
    later = "SELECT key FROM papers WHERE came > :limit"
    keys += [row[0] for row in connection.execute(later, values)]
    connection.execute(_PUT_RIGHT, values)
    told = {**values, "keys": str(keys)}
    in_keys = "key IN (SELECT value FROM json_each(:keys))"
    connection.execute(f"UPDATE papers SET day = {_DAY} WHERE {in_keys}", told)
    connection.execute("UPDATE papers SET day = :day WHERE day > :last_day", values)
    for table in ("tags", "interests"):
        connection.execute(_MERITS.format(table=table), told)
    # A count of upvotes belongs to its day; the newest one counts.
    connection.execute(
        "UPDATE OR REPLACE sightings SET day = :day WHERE upvotes IS NOT NULL AND day > :last_day",
        values,
    )
    connection.execute("UPDATE passed SET at = :now WHERE at > :limit", values)


def _values(now: datetime) -> dict[str, str]:
    limit = clock.latest(now)
    return {
        "now": clock.stamp(now),
        "limit": limit,
        "day": clock.stamp(now)[:10],
        "last_day": clock.latest_day(now),
    }
