"""Read and write the cache for a triage session, each answer in its own transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from papertriage import clock, paths
from papertriage.cache import journal, queue
from papertriage.cache.audits import record_audit
from papertriage.cache.connection import logs_ahead, opened
from papertriage.cache.journal import Undone
from papertriage.cache.listing import current_ids, papers_by_id, search_papers
from papertriage.cache.queue import Judged, Waiting, draw_waiting, pass_over_all
from papertriage.models import CachedPaper, Decision, Filters
from papertriage.ranking.stopping import audit_is_due

if TYPE_CHECKING:
    from random import Random

# The longest that a key waits for other processes; then the screen tries again. With a rollback
# journal readers wait too, for as long as a commit takes to reach the disk.
_WAIT_S, _WAIT_TO_READ_S = 0.02, 1.0
_MOST_HITS = 200
MOST_WAITING = 2_000
"""The most waiting papers that a session ranks, in addition to 1,000 judged ones.

Building a ranker for 3,000 papers takes 5 s of CPU and 330 MB, for 5,000 12 s and 690 MB, for
10,000 37 s and 650 MB, and then a step takes 40 ms instead of 1. Finding similar papers takes
another 2, 4 and 11 s.
"""
_MOST_JUDGED = 1_000


class Answers:
    """A session's access to the cache; raises CacheBusy, and then has written nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use a connection for the length of the session."""
        self._connection = connection

    def paper(self, name: str) -> CachedPaper | None:
        """Return a paper by its present or an earlier id."""
        return papers_by_id(self._connection, [name]).get(name)

    def decide(self, papers: Sequence[str], decision: Decision) -> None:
        """Store a decision for each of the papers."""
        names = self._current_ids(papers)
        journal.decide(self._connection, names, decision, at=_now())

    def undo(self, papers: Sequence[str]) -> list[Undone]:
        """Undo the last decision on each of the papers."""
        return journal.undo(self._connection, papers, at=_now())

    def label(self, paper: str, topic: str, value: bool | None) -> None:
        """Store a label, or remove it."""
        names = self._current_ids([paper])
        journal.label(self._connection, names, topic, value, at=_now())

    def search(self, query: str) -> list[str]:
        """Return the matching papers, best match first; raises InputError."""
        hits = search_papers(self._connection, query, Filters(limit=_MOST_HITS))
        return [paper.paper.id for paper in hits]

    def audit(self, paper: str) -> None:
        """Record a paper as an audit."""
        (name,) = self._current_ids([paper])
        record_audit(self._connection, name, _now())

    def pass_over(self, papers: Sequence[str], why: str) -> int:
        """Record the undecided ones of the papers as not seen, and return how many."""
        return queue.pass_over(self._connection, self._current_ids(papers), _now(), why)

    def pass_over_all(self, waiting: Waiting, shown: Sequence[str], why: str) -> int:
        """Record all papers that wait as not seen, except those shown, and return how many."""
        names = [*shown, *self._current_ids(shown)]
        return pass_over_all(self._connection, waiting, names, _now(), why)

    def draw_waiting(self, waiting: Waiting, chance: Random) -> str | None:
        """Choose a random paper among all that wait, one time in 10; otherwise return None."""
        due = audit_is_due(chance)
        return draw_waiting(self._connection, waiting, chance) if due else None

    def _current_ids(self, papers: Sequence[str]) -> list[str]:
        """Return the papers' present ids, which a fetch during the session may have changed."""
        now = current_ids(self._connection, papers)
        return [now.get(paper, paper) for paper in papers]


def longest_wait() -> float:
    """Return the seconds that a key may wait for other processes."""
    return _WAIT_S if logs_ahead(paths.cache_path()) else _WAIT_TO_READ_S


def material(ids: Sequence[str]) -> tuple[list[Judged], list[Judged]]:
    """Return the waiting and the judged papers, read with a connection for the calling thread."""
    with opened(paths.cache_path()) as connection:
        waiting = queue.texts_in_order(connection, ids[:MOST_WAITING])
        return waiting, queue.last_judged(connection, _MOST_JUDGED)


def _now() -> str:
    return clock.fine_stamp(clock.now())
