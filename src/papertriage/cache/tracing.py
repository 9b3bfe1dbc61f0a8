"""Read what happened to one paper."""

from __future__ import annotations

import sqlite3


def seen_in(connection: sqlite3.Connection, paper: str) -> list[tuple[str, str]]:
    """Return (feed, day) of every sighting, oldest first."""
    return [
        (row["feed"], row["day"])
        for row in connection.execute(
            """
            SELECT feed, sightings.day FROM sightings
            JOIN papers ON papers.key = sightings.paper
            WHERE papers.id = ?
            ORDER BY sightings.day, feed
            """,
            (paper,),
        )
    ]


def decided_at(connection: sqlite3.Connection, paper: str) -> str | None:
    """Return when the current decision was made (UTC), or None."""
    row = connection.execute("SELECT at FROM decisions WHERE paper = ?", (paper,)).fetchone()
    return row["at"] if row else None


def picked_on(connection: sqlite3.Connection, paper: str) -> list[tuple[str, int]]:
    """Return (day, rank) of every day the paper was picked, oldest first."""
    rows = connection.execute("SELECT day, rank FROM picks WHERE paper = ? ORDER BY day", (paper,))
    return [(row["day"], row["rank"]) for row in rows]
