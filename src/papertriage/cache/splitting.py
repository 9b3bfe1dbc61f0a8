"""Split a paper that was wrongly merged from two."""

from __future__ import annotations

import sqlite3

from papertriage.cache.authorities import authorities_of, write_authorities
from papertriage.cache.connection import last_key, writing
from papertriage.cache.identity import forget_names, write_names
from papertriage.cache.merging import AttributedPaper, authority_digits, digits
from papertriage.cache.papers import insert_papers, update_papers
from papertriage.cache.rows import PAPER_COLUMNS, paper_from_text, paper_of
from papertriage.errors import InputError
from papertriage.models import Paper

_LAST = """
SELECT merges.* FROM merges
WHERE split_at IS NULL
    AND (
        merges.id = :id
        OR merges.paper IN (SELECT paper FROM names WHERE name = :id AND was_id = 1)
    )
ORDER BY merges.key DESC LIMIT 1
"""
_PAPER = f"SELECT {PAPER_COLUMNS} FROM papers WHERE key = ?"


def split_paper(connection: sqlite3.Connection, name: str, now: str) -> dict[int, Paper]:
    """Undo the last merge of a paper, named by either id; returns both papers by key.

    Decisions, labels and later versions stay with the paper that was there first. The two are never
    merged again. Raises InputError if there is nothing to split.
    """
    with writing(connection):
        merge = connection.execute(_LAST, {"id": name}).fetchone()
        if merge is None:
            msg = f"{name} was never merged with another paper: there is nothing to split"
            raise InputError(msg)
        key = merge["paper"]
        before, was = paper_from_text(merge["before"])
        other, others = paper_from_text(merge["other"])
        now_held = paper_of(connection.execute(_PAPER, (key,)).fetchone())
        held = AttributedPaper(now_held, authorities_of(connection, key))
        kept, by = _without(held, AttributedPaper(before, was or held.by), other)
        if kept.id == other.id:
            msg = f"both papers have the id {kept.id}: they cannot be told apart"
            raise InputError(msg)
        update_papers(connection, {key: (now_held, kept)}, now)
        write_authorities(connection, {key: by})
        added = last_key(connection) + 1
        insert_papers(connection, {added: other}, now, {added: others} if others else {})
        forget_names(connection, key)
        both = {key: kept, added: other}
        write_names(connection, both, [], lambda _name: True)
        connection.execute(
            "UPDATE sightings SET paper = ? WHERE paper = ? AND feed = ?",
            (added, key, merge["feed"]),
        )
        connection.execute("UPDATE merges SET split_at = ? WHERE key = ?", (now, merge["key"]))
    return both


def _without(held: AttributedPaper, before: AttributedPaper, other: Paper) -> AttributedPaper:
    """Return the paper without the fields that it took from the merged one."""
    values, by = list(held.paper), authority_digits(held)
    was_by = authority_digits(before)
    for place, others in enumerate(other):
        if values[place] == others:
            values[place] = before.paper[place]
            if place:
                by[place - 1] = was_by[place - 1]
    return AttributedPaper(Paper._make(values), digits(by))
