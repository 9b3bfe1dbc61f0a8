"""Choose the best candidates of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from papertriage import clock
from papertriage.cache.eligible import Day
from papertriage.cache.picks import Candidate


def reader_day(day: date) -> Day:
    """Return a reader's day with the time at which it begins."""
    return Day(day.isoformat(), clock.fine_stamp(clock.midnight(day)))


def choose(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """Return the best papers by merit, where no topic with candidates goes empty-handed.

    Half of the places are dealt evenly to the topics, the rest go by merit alone; limit 0 is all.
    """
    by_paper: dict[str, Candidate] = {}
    by_topic: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.merit, c.paper, c.topic)):
        # The best merit comes first, so a paper stands under the topic that it fits best.
        if by_paper.setdefault(candidate.paper, candidate) is candidate:
            by_topic.setdefault(candidate.topic, []).append(candidate)
    best = list(by_paper.values())
    if not limit or len(best) <= limit:
        return best
    share = max(1, limit // (2 * len(by_topic)))
    dealt = {c.paper for own in by_topic.values() for c in own[:share]}
    chosen = [c for c in best if c.paper in dealt][:limit]
    rest = [c for c in best if c.paper not in dealt][: limit - len(chosen)]
    return sorted([*chosen, *rest], key=best.index)
