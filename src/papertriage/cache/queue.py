"""Choose a queue of papers that wait for a decision, and record those that were passed over."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NamedTuple

from papertriage.cache.connection import last_key, translating, writing
from papertriage.cache.eligible import (
    IS_NEWS,
    NOT_LABELLED_NO,
    NOT_PASSED,
    UNDECIDED,
    Condition,
    decided_today,
    waits,
)
from papertriage.cache.filters import condition_of, every, rarest
from papertriage.cache.interest import LAST_DECIDED
from papertriage.cache.listing import json_list
from papertriage.cache.packing import unpacked
from papertriage.cache.rows import CURRENT_MODEL
from papertriage.cache.topics import topic_keys
from papertriage.models import Filters

if TYPE_CHECKING:
    from random import Random

MOST = 10_000
"""The most papers in a queue.

Choosing it from 983,000 waiting papers takes 0.12 s of CPU, and a key finds the next paper in 1 ms;
with all of them these were 3.5 s and 270 ms. Learning holds the first 2,000:
triage/sitting/answering.py.
"""
# The papers added last are read in steps, stopping at the step that yields enough for an evening:
# if a million were passed over, reading all of them takes 1.3 s.
_STEP, _ENOUGH = 100_000, 100
# With at most this many decisions and passed papers, which cost 2 us each, the count is exact.
_FEW = 30_000
_DRAWS = 20_000

_CAME_LAST = """
SELECT papers.key FROM papers
WHERE papers.key <= ? AND papers.key > ? AND {condition}
ORDER BY papers.key DESC LIMIT ?
"""
_TAGGED = f"""
SELECT papers.key, papers.id, tags.merit FROM tags
CROSS JOIN papers ON papers.key = tags.paper
WHERE tags.tagged = 1
    AND tags.topic = ?
    AND {NOT_LABELLED_NO.format(topic="?")}
    AND {{condition}}
ORDER BY tags.merit DESC, tags.paper
"""
_BY_INTEREST = f"""
SELECT papers.key, papers.id FROM interests AS i
CROSS JOIN papers ON papers.key = i.paper
WHERE i.model = {CURRENT_MODEL} AND {{condition}}
ORDER BY i.merit DESC, i.paper LIMIT ?
"""
_MAY_COUNT = NOT_LABELLED_NO.format(topic="(SELECT name FROM topics WHERE key = tags.topic)")
# The order of `today` without interest: papers it may pick come first, each by its best merit.
_ORDERED = f"""
SELECT
    papers.key, papers.id,
    max(CASE WHEN tags.tagged = 1 AND {_MAY_COUNT} THEN tags.merit END) AS pick,
    max(tags.merit) AS merit
FROM papers
LEFT JOIN tags ON tags.paper = papers.key
WHERE papers.key IN (SELECT value FROM json_each(?))
GROUP BY papers.key
ORDER BY pick DESC NULLS LAST, merit DESC NULLS LAST, papers.key
"""
_COUNT_DECIDED = """
SELECT count(*) FROM decisions AS d
CROSS JOIN papers ON papers.id = d.paper
WHERE d.decision != 'later' OR {today}
"""
_COUNT_PASSED = f"""
SELECT count(*) FROM passed AS p
CROSS JOIN papers ON papers.id = p.paper
WHERE NOT {NOT_PASSED}
    AND {IS_NEWS}
    AND {UNDECIDED}
"""
_COUNT_NO_NEWS = f"""
SELECT count(*) FROM no_news
CROSS JOIN papers ON papers.key = no_news.paper
WHERE {UNDECIDED}
"""
_PASSING_OVER = f"""
INSERT OR REPLACE INTO passed (paper, at, why)
SELECT papers.id, ?, ? FROM papers
WHERE papers.key <= ?
    AND {{condition}}
    AND {UNDECIDED}
    AND papers.id NOT IN (SELECT value FROM json_each(?))
"""


class Waiting(NamedTuple):
    """Which papers wait for a decision; last is the key of the newest when it was asked.

    midnight is when the reader's day began (UTC); again includes papers that were passed over. The
    limit of the filters is not applied: a paper that it would leave out may turn out to be best.
    """

    filters: Filters
    midnight: str
    again: bool
    last: int


class Queue(NamedTuple):
    """The ids of waiting papers, best first; whole says that no other paper waits."""

    papers: list[str]
    whole: bool


class Judged(NamedTuple):
    """A paper's text, and whether a person kept it (True), skipped it (False) or neither."""

    id: str
    title: str
    abstract: str | None
    kept: bool | None


@translating
def waiting_now(
    connection: sqlite3.Connection, filters: Filters, midnight: str, *, again: bool
) -> Waiting:
    """Return the condition for waiting papers among those in the cache now."""
    last = last_key(connection)
    return Waiting(filters, midnight, again, last)


@translating
def build_queue(connection: sqlite3.Connection, waiting: Waiting, *, by_interest: bool) -> Queue:
    """Read all waiting papers in the order of `today` by topics, or the best of more than MOST.

    The best are those most likely to be kept, if picks are ranked by interest; then tagged papers,
    each by its best merit; then those added last.
    """
    condition = _condition(connection, waiting)
    newest, whole = _newest(connection, waiting, condition)
    if whole:
        return Queue([row["id"] for row in _ordered(connection, newest)], whole=True)
    chosen: dict[int, str] = {}
    if by_interest:
        sql = _BY_INTEREST.format(condition=condition.sql)
        rows = connection.execute(sql, (*condition.parameters, MOST))
        chosen = {row["key"]: row["id"] for row in rows}
    if len(chosen) < MOST:
        for row in _tagged(connection, condition):
            chosen.setdefault(row["key"], row["id"])
            if len(chosen) == MOST:
                break
    rest = [key for key in newest if key not in chosen][: MOST - len(chosen)]
    others = [row["id"] for row in _ordered(connection, rest)]
    return Queue([*chosen.values(), *others], whole=False)


@translating
def count_waiting(connection: sqlite3.Connection, waiting: Waiting) -> int | None:
    """Count all waiting papers if that is fast: without filters, and if few do not wait."""
    if waiting.filters._replace(limit=0) != Filters(limit=0):
        return None
    for table in ("decisions", "passed", "no_news"):
        found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1 OFFSET ?", (_FEW,))
        if found.fetchone():
            return None
    (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
    today = decided_today(waiting.midnight)
    sql = _COUNT_DECIDED.format(today=today.sql)
    (decided,) = connection.execute(sql, today.parameters).fetchone()
    if not waiting.again:
        (passed,) = connection.execute(_COUNT_PASSED).fetchone()
        (no_news,) = connection.execute(_COUNT_NO_NEWS).fetchone()
        decided += passed + no_news
    return int(papers - decided)


@translating
def draw_waiting(connection: sqlite3.Connection, waiting: Waiting, chance: Random) -> str | None:
    """Draw one of all waiting papers, each with the same chance.

    Draws keys until one belongs to a waiting paper; None after 20,000 attempts.
    """
    condition = _condition(connection, waiting)
    sql = f"SELECT papers.id FROM papers WHERE papers.key = ? AND {condition.sql}"
    for _ in range(_DRAWS if waiting.last else 0):
        key = chance.randint(1, waiting.last)
        row = connection.execute(sql, (key, *condition.parameters)).fetchone()
        if row:
            return str(row["id"])
    return None


@translating
def pass_over(connection: sqlite3.Connection, papers: Sequence[str], at: str, why: str) -> int:
    """Record papers as passed over, except for those with a decision; returns how many."""
    with writing(connection):
        return connection.executemany(
            """
            INSERT OR REPLACE INTO passed (paper, at, why)
            SELECT :paper, :at, :why
            WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE paper = :paper)
            """,
            [{"paper": paper, "at": at, "why": why} for paper in papers],
        ).rowcount


def passed_at(connection: sqlite3.Connection, paper: str) -> tuple[str, str] | None:
    """Return when (UTC) and why a paper was passed over, or None."""
    row = connection.execute("SELECT at, why FROM passed WHERE paper = ?", (paper,)).fetchone()
    return (row["at"], row["why"]) if row else None


@translating
def pass_over_all(
    connection: sqlite3.Connection, waiting: Waiting, shown: Sequence[str], at: str, why: str
) -> int:
    """Record all waiting papers that were not shown as passed over; returns how many.

    Takes 2 s of CPU for 983,000 papers.
    """
    condition = _condition(connection, waiting)
    with writing(connection):
        return connection.execute(
            _PASSING_OVER.format(condition=condition.sql),
            (at, why, waiting.last, *condition.parameters, json_list(list(shown))),
        ).rowcount


@translating
def last_judged(connection: sqlite3.Connection, limit: int) -> list[Judged]:
    """Read the papers kept or skipped last, newest decision first."""
    rows = connection.execute(LAST_DECIDED, {"before": None, "most": limit})
    return [_judged(row, kept=bool(row["kept"])) for row in rows]


@translating
def texts_in_order(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Judged]:
    """Read the texts of papers in the given order."""
    rows = connection.execute(
        "SELECT id, title, abstract FROM papers WHERE id IN (SELECT value FROM json_each(?))",
        (json_list(list(ids)),),
    )
    found = {row["id"]: _judged(row, kept=None) for row in rows}
    return [found[name] for name in ids if name in found]


def _judged(row: sqlite3.Row, *, kept: bool | None) -> Judged:
    return Judged(row["id"], row["title"], unpacked(row["abstract"]), kept)


def _condition(connection: sqlite3.Connection, waiting: Waiting) -> Condition:
    return every(
        [
            condition_of(connection, waiting.filters),
            waits(waiting.midnight, again=waiting.again),
        ]
    )


def _newest(
    connection: sqlite3.Connection, waiting: Waiting, condition: Condition
) -> tuple[list[int], bool]:
    """Return the keys of the papers added last, and whether no other paper waits."""
    rare = rarest(connection, waiting.filters._replace(limit=0))
    if rare:
        among = every([rare.condition, condition])
        rows = connection.execute(
            f"SELECT papers.key FROM papers WHERE {among.sql}",
            among.parameters,
        )
        keys = sorted((row["key"] for row in rows), reverse=True)
        return keys[:MOST], len(keys) <= MOST
    keys, upto = [], waiting.last
    while upto > 0 and len(keys) < _ENOUGH:
        rows = connection.execute(
            _CAME_LAST.format(condition=condition.sql),
            (upto, upto - _STEP, *condition.parameters, MOST + 1),
        )
        keys += [row["key"] for row in rows]
        upto -= _STEP
    return keys[:MOST], upto <= 0 and len(keys) <= MOST


def _tagged(connection: sqlite3.Connection, condition: Condition) -> Iterator[sqlite3.Row]:
    """Yield the tagged papers, best merit first."""
    sql = _TAGGED.format(condition=condition.sql)
    # Closed at once: an open statement would keep the session from writing after another process.
    with ExitStack() as stack:
        topics = [
            stack.enter_context(
                closing(connection.execute(sql, (key, name, *condition.parameters)))
            )
            for name, key in topic_keys(connection).items()
        ]
        yield from heapq.merge(*topics, key=lambda row: (-row["merit"], row["key"]))


def _ordered(connection: sqlite3.Connection, keys: list[int]) -> list[sqlite3.Row]:
    return connection.execute(_ORDERED, (json_list(keys),)).fetchall()
