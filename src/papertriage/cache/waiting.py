"""Choose a queue among the papers that wait for a decision."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NamedTuple

from papertriage.cache.connection import writing
from papertriage.cache.filters import Condition, condition_of, every, rarest
from papertriage.cache.listing import list_of
from papertriage.cache.queue import IS_NEWS, NOT_PASSED, OF_THE_DAY
from papertriage.cache.topics import topic_keys
from papertriage.models import Filters

if TYPE_CHECKING:
    from random import Random

MOST = 10_000
"""The papers of a queue.

Of 983,000 that wait it is chosen in 0.12 s of CPU, and a key finds the next paper in 1 ms; with all
of them these were 3.5 s and 270 ms. What learns holds the first 2,000: triage/sitting/answering.py.
"""
# The papers that came last are looked at in steps, and not beyond the step that has an evening's
# worth: where a million were passed over, looking at all of them takes 1.3 s.
_STEP, _ENOUGH = 100_000, 100
# Up to so many decisions and passed papers, which cost 2 us each, all that wait are counted.
_FEW = 30_000
_DRAWS = 20_000

# What a person kept or skipped waits no more; what was postponed waits again on the next day,
# whether it was passed over before or not: somebody has looked at it.
_WAITS = """
(
    NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)
    AND {unseen}
    OR EXISTS (
        SELECT 1 FROM decisions AS d
        WHERE d.paper = papers.id AND d.decision = 'later' AND NOT {of_the_day}
    )
)
"""
_CAME_LAST = """
SELECT papers.key FROM papers
WHERE papers.key <= ? AND papers.key > ? AND {condition}
ORDER BY papers.key DESC LIMIT ?
"""
_NOT_LABELLED_NO = """
NOT EXISTS (
    SELECT 1 FROM labels AS l
    JOIN topics ON topics.name = l.topic
    WHERE l.paper = papers.id AND topics.key = tags.topic AND l.value = 0
)
"""
_TAGGED = f"""
SELECT papers.key, papers.id, tags.merit FROM tags
CROSS JOIN papers ON papers.key = tags.paper
WHERE tags.tagged = 1
    AND tags.topic = ?
    AND {_NOT_LABELLED_NO}
    AND {{condition}}
ORDER BY tags.merit DESC, tags.paper
"""
_BY_INTEREST = """
SELECT papers.key, papers.id FROM interests AS i
CROSS JOIN papers ON papers.key = i.paper
WHERE i.model = (SELECT max(key) FROM interest_models) AND {condition}
ORDER BY i.merit DESC, i.paper LIMIT ?
"""
# The order of `today` without interest: what it may pick comes first, each by its best merit.
_ORDERED = f"""
SELECT
    papers.key, papers.id,
    max(CASE WHEN tags.tagged = 1 AND {_NOT_LABELLED_NO} THEN tags.merit END) AS pick,
    max(tags.merit) AS merit
FROM papers
LEFT JOIN tags ON tags.paper = papers.key
WHERE papers.key IN (SELECT value FROM json_each(?))
GROUP BY papers.key
ORDER BY pick DESC NULLS LAST, merit DESC NULLS LAST, papers.key
"""
_COUNT_DECIDED = f"""
SELECT count(*) FROM decisions AS d
CROSS JOIN papers ON papers.id = d.paper
WHERE d.decision != 'later' OR {OF_THE_DAY.format(midnight=":midnight")}
"""
_COUNT_PASSED = f"""
SELECT count(*) FROM passed AS p
CROSS JOIN papers ON papers.id = p.paper
WHERE NOT {NOT_PASSED}
    AND {IS_NEWS}
    AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)
"""
_COUNT_NO_NEWS = """
SELECT count(*) FROM no_news
CROSS JOIN papers ON papers.key = no_news.paper
WHERE NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)
"""
_PASSING_OVER = """
INSERT OR REPLACE INTO passed (paper, at, why)
SELECT papers.id, ?, ? FROM papers
WHERE papers.key <= ?
    AND {condition}
    AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)
    AND papers.id NOT IN (SELECT value FROM json_each(?))
"""


class Waiting(NamedTuple):
    """Which papers wait for a decision; last is the key of the newest when it was asked.

    midnight is when the reader's day began (UTC); again counts in what was passed over. The limit
    of the filters is not applied: what a limit leaves out may yet be learned to be best.
    """

    filters: Filters
    midnight: str
    again: bool
    last: int


class Queue(NamedTuple):
    """The ids of papers that wait, best first; whole: no other paper does."""

    papers: list[str]
    whole: bool


def waiting_now(
    connection: sqlite3.Connection, filters: Filters, midnight: str, *, again: bool
) -> Waiting:
    """Return what waits of the papers that are in the cache now."""
    (last,) = connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()
    return Waiting(filters, midnight, again, last)


def queue_of(connection: sqlite3.Connection, waiting: Waiting, *, by_interest: bool) -> Queue:
    """Read all papers that wait, in the order of `today` by topics, or the best of more than MOST.

    These are, by interest if picks are ranked so, what is most likely kept; then what carries a
    tag, each by its best merit; then what came last.
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


def count_waiting(connection: sqlite3.Connection, waiting: Waiting) -> int | None:
    """Count all that wait where that is quick: without filters, and with few that do not wait."""
    if waiting.filters._replace(limit=0) != Filters(limit=0):
        return None
    for table in ("decisions", "passed", "no_news"):
        found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1 OFFSET ?", (_FEW,))
        if found.fetchone():
            return None
    (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
    (decided,) = connection.execute(_COUNT_DECIDED, {"midnight": waiting.midnight}).fetchone()
    if not waiting.again:
        (passed,) = connection.execute(_COUNT_PASSED).fetchone()
        (no_news,) = connection.execute(_COUNT_NO_NEWS).fetchone()
        decided += passed + no_news
    return int(papers - decided)


def drawn_of_all(connection: sqlite3.Connection, waiting: Waiting, chance: Random) -> str | None:
    """Draw one of all that wait, each with the same chance.

    Keys are drawn until one is of a paper that waits; None where 20,000 were not.
    """
    condition = _condition(connection, waiting)
    sql = f"SELECT papers.id FROM papers WHERE papers.key = ? AND {condition.sql}"
    for _ in range(_DRAWS if waiting.last else 0):
        key = chance.randint(1, waiting.last)
        row = connection.execute(sql, (key, *condition.parameters)).fetchone()
        if row:
            return str(row["id"])
    return None


def pass_over_all(
    connection: sqlite3.Connection, waiting: Waiting, shown: Sequence[str], at: str, why: str
) -> int:
    """Record all that wait as not seen, but those that were shown; returns how many.

    2 s of CPU for 983,000 papers.
    """
    condition = _condition(connection, waiting)
    with writing(connection):
        return connection.execute(
            _PASSING_OVER.format(condition=condition.sql),
            (at, why, waiting.last, *condition.parameters, list_of(list(shown))),
        ).rowcount


def _condition(connection: sqlite3.Connection, waiting: Waiting) -> Condition:
    waits = Condition(
        _WAITS.format(unseen=_unseen(waiting), of_the_day=OF_THE_DAY.format(midnight="?")),
        (waiting.midnight, waiting.midnight),
    )
    return every([condition_of(connection, waiting.filters), waits])


def _unseen(waiting: Waiting) -> str:
    return "1" if waiting.again else f"{NOT_PASSED} AND {IS_NEWS}"


def _newest(
    connection: sqlite3.Connection, waiting: Waiting, condition: Condition
) -> tuple[list[int], bool]:
    """Return the keys of what came last, and whether that is all that waits."""
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
    """Yield the papers that carry a tag, the best merit first."""
    sql = _TAGGED.format(condition=condition.sql)
    # Closed at once: an open statement would keep the session from writing after another process.
    with ExitStack() as stack:
        topics = [
            stack.enter_context(closing(connection.execute(sql, (key, *condition.parameters))))
            for key in topic_keys(connection).values()
        ]
        yield from heapq.merge(*topics, key=lambda row: (-row["merit"], row["key"]))


def _ordered(connection: sqlite3.Connection, keys: list[int]) -> list[sqlite3.Row]:
    return connection.execute(_ORDERED, (list_of(keys),)).fetchall()
