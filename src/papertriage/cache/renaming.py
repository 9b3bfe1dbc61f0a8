"""Give papers ids that last, whatever a file or a source called them."""

from __future__ import annotations

import sqlite3

from papertriage.identifiers import id_for, lasting_id, source_id, told_apart

# The sources that came with papertriage while it stored papers under the names of files.
_OWN = frozenset(
    (
        *("arxiv", "arxiv-daily", "arxiv-oai", "hugging-face", "feeds", "trending-page"),
        *("jsonl", "csv", "bibtex", "ris", "arxiv-snapshot", "arxiv-mail"),
    )
)
_LASTING = "CREATE TEMP TABLE lasting (had TEXT PRIMARY KEY, now TEXT NOT NULL)"
_FILL = """
INSERT OR IGNORE INTO temp.lasting (had, now)
SELECT o.name, papers.id FROM other_names AS o CROSS JOIN papers ON papers.key = o.paper
WHERE o.was_id = 1 AND NOT EXISTS (SELECT 1 FROM papers AS p WHERE p.id = o.name)
ORDER BY papers.key
"""
_BY_ID = ("decisions", "labels", "picks", "passed", "audits")


def teach(connection: sqlite3.Connection) -> None:
    """Let SQL say lasting_name(name, title, source) and told_apart(title, by)."""
    connection.create_function("lasting_name", 3, lasting_name, deterministic=True)
    connection.create_function("told_apart", 2, told_apart, deterministic=True)


def lasting_name(name: str, title: str, source: str | None) -> str | None:
    """Return the lasting id of a paper that a source called by a name; None where that lasts."""
    lasting = lasting_id(name)
    if lasting:
        found = lasting[0]
    elif source and source not in _OWN:
        found = source_id(source, name, title)
    else:
        found = id_for(title, name)
    return found if found != name else None


def follow_names(connection: sqlite3.Connection) -> None:
    """Let what was said and shown under an id that a paper had stand under the one it has.

    For rows that come from another cache; the caller holds the transaction.
    """
    connection.execute(_LASTING)
    connection.execute(_FILL)
    for table in _BY_ID:
        now = f"SELECT now FROM temp.lasting WHERE had = {table}.paper"  # noqa: S608 - our tables
        connection.execute(f"UPDATE OR IGNORE {table} SET paper = ({now}) WHERE EXISTS ({now})")  # noqa: S608 - as above
        connection.execute(f"DELETE FROM {table} WHERE EXISTS ({now})")  # noqa: S608 - as above
    connection.execute("DROP TABLE temp.lasting")
