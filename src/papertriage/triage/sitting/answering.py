"""Read and write the cache for a triage session, each answer in its own transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from papertriage import clock, paths
from papertriage.cache import journal, queue
from papertriage.cache.audits import record_audit
from papertriage.cache.connection import logs_ahead, opened
from papertriage.cache.journal import Undone, new_line
from papertriage.cache.listing import current_ids, papers_by_id, search_papers
from papertriage.cache.queue import Judged, Waiting, draw_waiting, pass_over_all
from papertriage.models import CachedPaper, Decision, Filters
from papertriage.ranking.stopping import audit_is_due

if TYPE_CHECKING:
    from random import Random

# A key waits no longer than this for another writer; the screen tries again meanwhile. Beside a
# rollback journal readers wait as well, for as long as a commit takes to reach the disk.
_WAIT_S, _WAIT_TO_READ_S = 0.02, 1.0
_MOST_HITS = 200
MOST_WAITING = 2_000
"""The papers that wait and that one ranker holds, beside 1,000 that were judged.

With 3,000 papers it is built in 5 s of CPU and 330 MB, with 5,000 in 12 s and 690 MB, with 10,000
in 37 s and 650 MB, and a step then takes 40 ms instead of 1; comparing takes 2, 4 and 11 s more.
"""
_MOST_JUDGED = 1_000


class Answers:
    """The cache as a session sees it; raises CacheBusy with nothing written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection, for as long as the session goes on."""
        self._connection = connection

    def paper(self, name: str) -> CachedPaper | None:
        """Read a paper by an id that it has or had."""
        return papers_by_id(self._connection, [name]).get(name)

    def decide(self, papers: Sequence[str], decision: Decision) -> None:
        """Write a decision for each of the papers."""
        names = self._named_now(papers)
        journal.decide(self._connection, names, decision, at=_now(), new_line=new_line)

    def undo(self, papers: Sequence[str]) -> list[Undone]:
        """Take back the last decision of each of the papers."""
        return journal.undo(self._connection, papers, at=_now(), new_line=new_line)

    def label(self, paper: str, topic: str, value: bool | None) -> None:
        """Write a label, or take it back."""
        names = self._named_now([paper])
        journal.label(self._connection, names, topic, value, at=_now(), new_line=new_line)

    def search(self, query: str) -> list[str]:
        """Find papers, best match first; raises InputError."""
        hits = search_papers(self._connection, query, Filters(limit=_MOST_HITS))
        return [paper.paper.id for paper in hits]

    def audit(self, paper: str) -> None:
        """Remember that chance drew a paper."""
        (name,) = self._named_now([paper])
        record_audit(self._connection, name, _now())

    def pass_over(self, papers: Sequence[str], why: str) -> int:
        """Record papers as not seen, but those with a decision; returns how many."""
        return queue.pass_over(self._connection, self._named_now(papers), _now(), why)

    def pass_over_all(self, waiting: Waiting, shown: Sequence[str], why: str) -> int:
        """Record all that wait as not seen, but those that were shown; returns how many."""
        names = [*shown, *self._named_now(shown)]
        return pass_over_all(self._connection, waiting, names, _now(), why)

    def draw_waiting(self, waiting: Waiting, chance: Random) -> str | None:
        """Draw one of all that wait, one time in 10; None the other times."""
        due = audit_is_due(chance)
        return draw_waiting(self._connection, waiting, chance) if due else None

    def _named_now(self, papers: Sequence[str]) -> list[str]:
        """Return the papers' ids of now: a fetch beside the session may have found better ones."""
        now = current_ids(self._connection, papers)
        return [now.get(paper, paper) for paper in papers]


def longest_wait() -> float:
    """Return for how many seconds a key may wait for other processes."""
    return _WAIT_S if logs_ahead(paths.cache_path()) else _WAIT_TO_READ_S


def material(ids: Sequence[str]) -> tuple[list[Judged], list[Judged]]:
    """Read what an order is learned from, by a connection of the caller's own thread."""
    with opened(paths.cache_path()) as connection:
        waiting = queue.texts_in_order(connection, ids[:MOST_WAITING])
        return waiting, queue.last_judged(connection, _MOST_JUDGED)


def _now() -> str:
    return clock.fine_stamp(clock.now())
