"""Read the text of a paper before a new version changed it."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class EarlierText(NamedTuple):
    """A paper's title and abstract until a newer version replaced them at that time (UTC)."""

    at: str
    version: int | None
    title: str
    abstract: str | None


def earlier_texts(connection: sqlite3.Connection, paper: str) -> list[EarlierText]:
    """Return a paper's earlier texts, latest first."""
    rows = connection.execute(
        """
        SELECT at, earlier_texts.version, earlier_texts.title, earlier_texts.abstract
        FROM earlier_texts
        JOIN papers ON papers.key = earlier_texts.paper
        WHERE papers.id = ?
        ORDER BY at DESC
        """,
        (paper,),
    )
    return [EarlierText(*row) for row in rows]
