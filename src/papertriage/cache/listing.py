"""Read papers with everything the cache knows about them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from papertriage.cache.connection import path_of, translated, translating
from papertriage.cache.eligible import Condition
from papertriage.cache.filters import condition_of, every, rarest
from papertriage.cache.rows import CURRENT_MODEL, PAPER_COLUMNS, evidence_of, paper_of, texts_of
from papertriage.errors import InputError
from papertriage.models import CachedPaper, Filters, Interest, Pick, TopicScore

if TYPE_CHECKING:
    from papertriage.cache.search import Search

_CHUNK = 200
# A search checks each of at most this many papers, 60 us each, instead of reading matches until
# enough pass, which took 1.2 s for a common word.
_FEW_TO_SEARCH = 1_000
# SQLite treats a negative limit as no limit.
_ALL = -1
_COLUMNS = "key, came, " + PAPER_COLUMNS
# bm25 weights of abstract, title, authors: a word in the title says most about a paper's subject.
_RANKED = f"""
SELECT {", ".join("papers." + name.strip() for name in _COLUMNS.split(","))}
FROM papers_index
JOIN papers ON papers.key = papers_index.rowid
WHERE papers_index MATCH ? AND {{condition}}
ORDER BY bm25(papers_index, 1.0, 8.0, 4.0), papers.key LIMIT ?
"""
# Not through the view `names`: joined with papers, SQLite reads all of it.
_NAMED = """
SELECT name, id
FROM (
    SELECT papers.id AS name, papers.id, 1 AS was_id, papers.key FROM papers
    WHERE papers.id IN (SELECT value FROM json_each(:ids))
    UNION ALL
    SELECT o.name, papers.id, o.was_id, papers.key FROM other_names AS o
    CROSS JOIN papers ON papers.key = o.paper
    WHERE o.name IN (SELECT value FROM json_each(:ids))
)
ORDER BY name, id = name, was_id, key DESC
"""
# CROSS JOIN: for each of a few papers, the index is asked whether it matches.
_AMONG = """
SELECT papers.key FROM papers
CROSS JOIN papers_index ON papers_index.rowid = papers.key
WHERE papers.key IN (SELECT value FROM json_each(?))
    AND papers_index MATCH ?
    AND {condition}
"""
ORDERS = {
    "day": "day DESC, key",
    "came": "came DESC, key",
    "score": "(SELECT max(score) FROM tags WHERE tags.paper = papers.key) DESC, day DESC, key",
    # Scores of one model only: those of different models are not comparable.
    "interest": (
        f"""
        (
            SELECT score FROM interests AS i
            WHERE i.paper = papers.key
                AND i.model = {CURRENT_MODEL}
        ) DESC NULLS LAST, day DESC, key
        """
    ),
    "upvotes": (
        """
        (
            SELECT s.upvotes FROM sightings AS s
            WHERE s.paper = papers.key AND s.upvotes IS NOT NULL
            ORDER BY s.day DESC LIMIT 1
        ) DESC NULLS LAST, day DESC, key
        """
    ),
}
"""The orders of a listing, with their SQL."""
# Selects the papers that have a value for the order, if they are few: all others follow by day, as
# in the order itself. With 20,000 upvoted papers of 1,000,000, this takes 0.1 s instead of 1.4.
_VALUED = {
    "interest": (
        f"""
        papers.key IN (
            SELECT paper FROM interests
            WHERE model = {CURRENT_MODEL}
        )
        """
    ),
    "upvotes": "papers.key IN (SELECT paper FROM sightings WHERE upvotes IS NOT NULL)",
}
_ORDERED = f"SELECT {_COLUMNS} FROM papers WHERE {{condition}} ORDER BY {{order}} LIMIT ?"
_BY_DAY = f"SELECT {_COLUMNS} FROM papers WHERE {{condition}} ORDER BY day DESC, key LIMIT ?"

_BY_KEY = f"SELECT {_COLUMNS} FROM papers WHERE key IN (SELECT value FROM json_each(?))"


class Seen(NamedTuple):
    """A paper's sightings in summary: the latest upvotes and announcement."""

    sources: tuple[str, ...] = ()
    upvotes: int | None = None
    announce_type: str | None = None
    inferred: bool | None = None


@translating
def list_papers(
    connection: sqlite3.Connection, filters: Filters, order: str = "day"
) -> Iterator[CachedPaper]:
    """Read the papers that pass the filters in one of ORDERS: newest day first."""
    condition = condition_of(connection, filters)
    rare = rarest(connection, filters)
    if rare and not rare.by_day:
        rows = _ordered(connection, every([rare.condition, condition]), order, filters.limit)
    elif order in _VALUED:
        rows = _valued_first(connection, condition, order, filters.limit)
    else:
        rows = _ordered(connection, condition, order, filters.limit)
    return hydrate(connection, rows)


def _ordered(
    connection: sqlite3.Connection, condition: Condition, order: str, limit: int
) -> Iterator[sqlite3.Row]:
    return connection.execute(
        _ORDERED.format(condition=condition.sql, order=ORDERS[order]),
        (*condition.parameters, limit or _ALL),
    )


def _valued_first(
    connection: sqlite3.Connection, condition: Condition, order: str, limit: int
) -> Iterator[sqlite3.Row]:
    valued = Condition(_VALUED[order])
    read = 0
    for row in _ordered(connection, every([condition, valued]), order, limit):
        read += 1
        yield row
    if not limit or read < limit:
        rest = every([condition, Condition(f"NOT {valued.sql}")])
        yield from _ordered(connection, rest, "day", limit and limit - read)


@translating
def search_papers(
    connection: sqlite3.Connection, query: str, filters: Filters
) -> Iterator[CachedPaper]:
    """Read the papers that match the query and pass the filters, best match first."""
    # Only a search should pay the 4 ms of this import.
    from papertriage.cache import indexing, relevance
    from papertriage.cache.search import search

    indexing.catch_up(connection)
    sought = search(connection, query)
    condition = every([sought.condition, condition_of(connection, filters)])
    ranked = sought.match is not None
    if ranked and 0 < filters.limit <= relevance.MOST:
        rare = rarest(connection, filters, _FEW_TO_SEARCH, beside=sought.fields)
        if rare:
            few = _among(connection, rare.condition, sought, condition)
            rarities = relevance.Rarities(connection)
            keys = relevance.highest(connection, few, sought.words, filters.limit, rarities)
        else:
            keys = relevance.best(connection, sought, condition, filters.limit)
        return hydrate(connection, rows_by_key(connection, keys))
    if not ranked:
        rare = rarest(connection, filters, beside=sought.fields)
        if rare and not rare.by_day:
            condition = every([rare.condition, condition])
        return hydrate(connection, _ordered(connection, condition, "day", filters.limit))
    rows = connection.execute(
        _RANKED.format(condition=condition.sql),
        (sought.match, *condition.parameters, filters.limit or _ALL),
    )
    return hydrate(connection, rows)


def _among(
    connection: sqlite3.Connection, few: Condition, sought: Search, condition: Condition
) -> list[int]:
    """Return the keys of those among a few papers that match and pass the condition."""
    # The few come first on their own: SQLite would compare passing ids and matching keys pair by
    # pair.
    rows = connection.execute(f"SELECT key FROM papers WHERE {few.sql}", few.parameters)
    keys = json_list([row["key"] for row in rows])
    matching = connection.execute(
        _AMONG.format(condition=condition.sql), (keys, sought.match, *condition.parameters)
    )
    return [row["key"] for row in matching]


def rows_by_key(connection: sqlite3.Connection, keys: Sequence[int]) -> Iterator[sqlite3.Row]:
    """Read the rows of papers by key, in the given order."""
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        rows = {row["key"]: row for row in connection.execute(_BY_KEY, (json_list(chunk),))}
        yield from (rows[key] for key in chunk if key in rows)


@translating
def papers_by_id(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, CachedPaper]:
    """Read papers by current or former id; unknown ones are left out."""
    papers = {}
    now = current_ids(connection, ids)
    ids = list(now.values())
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        condition = Condition(f"id IN ({','.join('?' * len(chunk))})", tuple(chunk))
        rows = connection.execute(
            _BY_DAY.format(condition=condition.sql), (*condition.parameters, _ALL)
        )
        papers.update({held.paper.id: held for held in hydrate(connection, rows)})
    return {asked: papers[held] for asked, held in now.items() if held in papers}


@translating
def current_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Map each current or former id of a paper to its current one."""
    rows = connection.execute(_NAMED, {"ids": json_list(list(ids))})
    # The most reliable match comes last and wins: current id, then former id, then DOI.
    search_papers = {row["name"]: row["id"] for row in rows}
    return {name: search_papers[name] for name in ids if name in search_papers}


def require_papers(connection: sqlite3.Connection, ids: Sequence[str]) -> list[CachedPaper]:
    """Read papers by id in the given order, each once.

    Raises InputError if one does not exist.
    """
    held = papers_by_id(connection, ids)
    for name in ids:
        if name not in held:
            msg = (
                f"{name} is not in the cache: `papertriage fetch` or `papertriage import` it first"
            )
            raise InputError(msg)
    return list({held[name].paper.id: held[name] for name in ids}.values())


def hydrate(connection: sqlite3.Connection, rows: Iterator[sqlite3.Row]) -> Iterator[CachedPaper]:
    """Complete rows of papers from the other tables, six statements for every 200 papers."""
    with translated(path_of(connection)):
        yield from _hydrated(connection, rows)


def _hydrated(connection: sqlite3.Connection, rows: Iterator[sqlite3.Row]) -> Iterator[CachedPaper]:
    while chunk := list(islice(rows, _CHUNK)):
        keys = json_list([row["key"] for row in chunk])
        ids = json_list([row["id"] for row in chunk])
        tags = _tags(connection, keys)
        sightings = _sightings(connection, keys)
        decisions = {
            row["paper"]: row["decision"]
            for row in connection.execute(
                """
                SELECT paper, decision FROM decisions
                WHERE paper IN (SELECT value FROM json_each(?))
                """,
                (ids,),
            )
        }
        labels = _labels(connection, ids)
        picks = _picks(connection, ids)
        interests = _interests(connection, keys)
        for row in chunk:
            seen = sightings.get(row["key"], Seen())
            yield CachedPaper(
                paper=paper_of(row),
                came=row["came"],
                sources=seen.sources,
                upvotes=seen.upvotes,
                announce_type=seen.announce_type,
                announcement_inferred=seen.inferred,
                topics=tuple(tags.get(row["key"], ())),
                decision=decisions.get(row["id"]),
                labels=labels.get(row["id"], {}),
                pick=picks.get(row["id"]),
                interest=interests.get(row["key"]),
            )


def json_list(values: Sequence[Any]) -> str:
    """Return the values as JSON, for json_each()."""
    return json.dumps(values)


def _tags(connection: sqlite3.Connection, keys: str) -> dict[int, list[TopicScore]]:
    tags: dict[int, list[TopicScore]] = {}
    for row in connection.execute(
        """
        SELECT tags.paper, topics.name, tags.score, tags.tagged, tags.evidence
        FROM tags
        JOIN topics ON topics.key = tags.topic
        WHERE tags.paper IN (SELECT value FROM json_each(?))
        ORDER BY tags.paper, topics.key
        """,
        (keys,),
    ):
        evidence = evidence_of(row["evidence"])
        tags.setdefault(row["paper"], []).append(
            TopicScore(row["name"], row["score"], bool(row["tagged"]), evidence)
        )
    return tags


def _interests(connection: sqlite3.Connection, keys: str) -> dict[int, Interest]:
    rows = connection.execute(
        f"""
        SELECT i.paper, i.score, i.evidence, m.keeps + m.skips AS decisions
        FROM interests AS i
        JOIN interest_models AS m ON m.key = i.model
        WHERE i.paper IN (SELECT value FROM json_each(?))
            AND m.key = {CURRENT_MODEL}
        """,
        (keys,),
    )
    return {
        row["paper"]: Interest(
            row["score"],
            evidence_of(row["evidence"]),
            row["decisions"],
        )
        for row in rows
    }


def _sightings(connection: sqlite3.Connection, keys: str) -> dict[int, Seen]:
    seen: dict[int, Seen] = {}
    for row in connection.execute(
        """
        SELECT paper, source, upvotes, announce_type, inferred FROM sightings
        WHERE paper IN (SELECT value FROM json_each(?))
        ORDER BY paper, day, feed
        """,
        (keys,),
    ):
        before = seen.get(row["paper"], Seen())
        sources = before.sources
        if row["source"] not in sources:
            sources = (*sources, row["source"])
        latest = before.upvotes if row["upvotes"] is None else row["upvotes"]
        kind, inferred = before.announce_type, before.inferred
        if row["announce_type"] is not None:
            kind, inferred = row["announce_type"], bool(row["inferred"])
        seen[row["paper"]] = Seen(sources, latest, kind, inferred)
    return seen


def _labels(connection: sqlite3.Connection, ids: str) -> dict[str, dict[str, bool]]:
    labels: dict[str, dict[str, bool]] = {}
    for row in connection.execute(
        """
        SELECT paper, topic, value FROM labels
        WHERE paper IN (SELECT value FROM json_each(?))
        ORDER BY paper, topic
        """,
        (ids,),
    ):
        labels.setdefault(row["paper"], {})[row["topic"]] = bool(row["value"])
    return labels


def _picks(connection: sqlite3.Connection, ids: str) -> dict[str, Pick]:
    # The latest day comes last and wins.
    return {
        row["paper"]: Pick(row["rank"], row["score"], row["topic"], texts_of(row["reasons"]))
        for row in connection.execute(
            """
            SELECT paper, rank, score, topic, reasons FROM picks
            WHERE paper IN (SELECT value FROM json_each(?))
            ORDER BY paper, day
            """,
            (ids,),
        )
    }
