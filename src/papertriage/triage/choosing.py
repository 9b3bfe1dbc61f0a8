"""Choose the best candidates for a day's picks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from papertriage import clock
from papertriage.cache.eligible import Day
from papertriage.cache.picks import Candidate


def reader_day(day: date) -> Day:
    """Return a day with the time at which it begins for the reader."""
    return Day(day.isoformat(), clock.fine_stamp(clock.midnight(day)))


def choose(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """Return the best papers by merit, with a share for each topic that has candidates.

    Half of the places are shared equally among the topics, the rest go by merit alone; a limit of
    0 returns all.
    """
    by_paper: dict[str, Candidate] = {}
    by_topic: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.merit, c.paper, c.topic)):
        # Sorted by merit, so that a paper is assigned to the topic that it fits best.
        if by_paper.setdefault(candidate.paper, candidate) is candidate:
            by_topic.setdefault(candidate.topic, []).append(candidate)
    best = list(by_paper.values())
    if not limit or len(best) <= limit:
        return best
    share = max(1, limit // (2 * len(by_topic)))
    shared = {c.paper for own in by_topic.values() for c in own[:share]}
    chosen = [c for c in best if c.paper in shared][:limit]
    rest = [c for c in best if c.paper not in shared][: limit - len(chosen)]
    return sorted([*chosen, *rest], key=best.index)
