"""Give papers permanent ids, whatever a file or a source called them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from papertriage.cache import migrations
from papertriage.cache.identity import title_hash
from papertriage.identifiers import id_for, lasting_id, source_id, told_apart

# The built-in sources at the time when papertriage stored papers under names given by files.
_OWN = frozenset(
    (
        "arxiv",
        "arxiv-daily",
        "arxiv-oai",
        "hugging-face",
        "feeds",
        "trending-page",
        "jsonl",
        "csv",
        "bibtex",
        "ris",
        "arxiv-snapshot",
        "arxiv-mail",
    )
)
_LASTING = "CREATE TEMP TABLE lasting (had TEXT PRIMARY KEY, now TEXT NOT NULL)"
_FILL = """
INSERT OR IGNORE INTO temp.lasting (had, now)
SELECT o.name, papers.id FROM other_names AS o CROSS JOIN papers ON papers.key = o.paper
WHERE o.was_id = 1 AND NOT EXISTS (SELECT 1 FROM papers AS p WHERE p.id = o.name)
ORDER BY papers.key
"""
# Every current or former id that a decision or label refers to: the journal is small. Before cache
# version 9, names were in a table of another name.
_SPOKEN_OF = """
SELECT said.paper, papers.title, papers.id, (
    SELECT source FROM sightings WHERE sightings.paper = papers.key LIMIT 1
) FROM (SELECT DISTINCT paper FROM journal) AS said CROSS JOIN papers ON papers.key = coalesce(
    (SELECT key FROM papers WHERE id = said.paper),
    (SELECT paper FROM {names} WHERE name = said.paper AND was_id = 1 LIMIT 1)
)
"""
_NAMES = """
SELECT coalesce(max(name), 'other_names') FROM sqlite_master
WHERE type = 'table' AND name = 'names'
"""
_KNOWN = """
SELECT 1 FROM papers WHERE id = :name
UNION ALL
SELECT 1 FROM other_names WHERE name = :name AND was_id = 1
"""
_OTHER_NAME = """
INSERT OR IGNORE INTO other_names (name, paper, was_id)
SELECT :name, :paper, :was_id
WHERE NOT EXISTS (SELECT 1 FROM papers WHERE key = :paper AND id = :name)
"""
_TITLE = "INSERT OR IGNORE INTO title_hashes (hash, paper) VALUES (?, ?)"
_SAY = """
INSERT OR IGNORE INTO journal (line, at, kind, paper, topic, value, undoes)
SELECT 'lasting-' || line, at, kind, :now, topic, value,
    CASE WHEN undoes IN (SELECT line FROM journal WHERE paper = :had)
        THEN 'lasting-' || undoes ELSE undoes END
FROM journal WHERE paper = :had
"""
_TITLE_ID = re.compile(r"title:[0-9a-f]{16}")
_BY_ID = ("decisions", "labels", "picks", "passed", "audits")


def rename_papers(connection: sqlite3.Connection) -> None:
    """Give papers named by files permanent ids, and update what refers to them.

    For papers that come from another cache; the caller holds the transaction.
    """
    connection.create_function("lasting_name", 3, lasting_name, deterministic=True)
    connection.create_function("told_apart", 2, told_apart, deterministic=True)
    script = Path(__file__).with_name("lasting_ids.sql").read_text(encoding="utf-8")
    for statement in migrations.statements(script):
        connection.execute(statement)


def write_earlier_names(
    connection: sqlite3.Connection, rows: Iterable[Sequence[str | int | None]]
) -> None:
    """Write the names of papers as stored before cache version 9: (name, paper, was_id)."""
    for name, paper, was_id in rows:
        text = str(name)
        if _TITLE_ID.fullmatch(text):
            connection.execute(_TITLE, (title_hash(text), paper))
        if was_id or not text.startswith("title:"):
            given = {"name": text, "paper": paper, "was_id": was_id}
            connection.execute(_OTHER_NAME, given)


def lasting_name(name: str, title: str, source: str | None) -> str | None:
    """Return the permanent id for a name given by a source; None if the name is permanent."""
    lasting = lasting_id(name)
    if lasting:
        found = lasting[0]
    elif source and source not in _OWN:
        found = source_id(source, name, title)
    else:
        found = id_for(title, name)
    return found if found != name else None


def follow_names(connection: sqlite3.Connection) -> None:
    """Move rows under a paper's former id to its current one.

    For rows that come from another cache; the caller holds the transaction.
    """
    connection.execute(_LASTING)
    connection.execute(_FILL)
    for table in _BY_ID:
        now = f"SELECT now FROM temp.lasting WHERE had = {table}.paper"
        connection.execute(f"UPDATE OR IGNORE {table} SET paper = ({now}) WHERE EXISTS ({now})")
        connection.execute(f"DELETE FROM {table} WHERE EXISTS ({now})")
    connection.execute("DROP TABLE temp.lasting")


def say_under_lasting_ids(connection: sqlite3.Connection, held: sqlite3.Connection) -> None:
    """Copy the journal lines that only the other cache, held, can still match with papers.

    There the paper has, or gets, a permanent id in place of the one in the line; here it is
    unknown, and will be added under the permanent one. The caller holds the transaction.
    """
    (names,) = held.execute(_NAMES).fetchone()
    for had, title, now, source in held.execute(_SPOKEN_OF.format(names=names)).fetchall():
        lasting = lasting_name(had, title, source)
        if lasting and not connection.execute(_KNOWN, {"name": had}).fetchone():
            connection.execute(_SAY, {"had": had, "now": lasting if now == had else now})
