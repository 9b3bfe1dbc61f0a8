"""Record which source provided each field of a paper."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from papertriage.cache.merging import digits
from papertriage.models import Paper
from papertriage.models.authority import FEED, LINK, authority_of_source

_SOURCES = """
SELECT paper, group_concat(DISTINCT source) AS sources FROM sightings
WHERE paper IN (SELECT value FROM json_each(?))
GROUP BY paper
"""
_WRITE = "UPDATE papers SET authority = ? WHERE key = ?"
_HELD = "SELECT authority FROM papers WHERE key = ?"


def authorities_seen(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, int]:
    """Return the authorities of papers stored before authorities were: the highest that saw each.

    If entries of feeds were among the sources, the version and the date may be an entry's own, and
    rank no higher than the feed.
    """
    asked = list(keys)
    seen = dict.fromkeys(asked, LINK)
    for row in connection.execute(_SOURCES, (json.dumps(asked),)):
        ranks = {authority_of_source(source) for source in row["sources"].split(",")}
        top = max(ranks)
        posted = FEED in ranks and top > FEED
        lower = {"version": FEED, "updated": FEED} if posted else {}
        seen[row["paper"]] = digits([lower.get(name, top) for name in Paper._fields[1:]])
    return seen


def authorities_of(connection: sqlite3.Connection, key: int) -> int:
    """Return the authorities of a paper's fields, encoded as in merging.AttributedPaper."""
    held: int | None = connection.execute(_HELD, (key,)).fetchone()[0]
    return authorities_seen(connection, [key])[key] if held is None else held


def write_authorities(connection: sqlite3.Connection, by: Mapping[int, int]) -> None:
    """Write authorities by key, encoded as in merging.AttributedPaper; in a transaction."""
    connection.executemany(_WRITE, [(one, key) for key, one in by.items()])
