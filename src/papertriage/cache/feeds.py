"""Store the state that a source keeps for each feed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from papertriage.cache.connection import translating
from papertriage.cache.filters import NOT_BULK

_LAST_BATCH = f"""
WITH seen AS (
    SELECT paper FROM sightings WHERE feed = :feed AND {NOT_BULK} AND day = (
        SELECT max(day) FROM sightings WHERE feed = :feed AND day < :day AND {NOT_BULK}
    )
)
SELECT papers.id AS name FROM seen CROSS JOIN papers ON papers.key = seen.paper
UNION ALL
SELECT o.name FROM seen CROSS JOIN other_names AS o ON o.paper = seen.paper AND o.was_id = 1
"""


def feed_state(connection: sqlite3.Connection, feed: str) -> dict[str, str]:
    """Read the state stored with the last batch of a feed."""
    rows = connection.execute("SELECT name, value FROM feed_states WHERE feed = ?", (feed,))
    return {row["name"]: row["value"] for row in rows}


def write_state(connection: sqlite3.Connection, feed: str, state: Mapping[str, str]) -> None:
    """Store a feed's state; "" deletes a name. The caller holds the transaction."""
    for name, value in state.items():
        if value:
            connection.execute(
                """
                INSERT INTO feed_states (feed, name, value) VALUES (?, ?, ?)
                ON CONFLICT (feed, name) DO UPDATE SET value = excluded.value
                """,
                (feed, name, value),
            )
        else:
            connection.execute("DELETE FROM feed_states WHERE feed = ? AND name = ?", (feed, name))


@translating
def last_batch(connection: sqlite3.Connection, feed: str, day: str) -> set[str]:
    """Return the ids of the papers that a feed showed on its last day before this one."""
    rows = connection.execute(_LAST_BATCH, {"feed": feed, "day": day})
    return {row["name"] for row in rows}
