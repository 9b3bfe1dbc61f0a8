"""Plan how many papers fit into a number of minutes at the reader's pace."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from papertriage.cache.journal import decision_times

DEFAULT_PACE = 2.0
"""Papers a minute until the reader's own pace is known; low, so that plans are not too long."""
PAUSE_S = 300.0
"""A longer gap is a pause: this much of it counts towards a budget, and none towards a pace."""
# Decisions made by one command are microseconds apart.
_SCRIPTED_S = 1.0
_LEAST_GAPS = 5
# A few evenings' worth, so that the pace follows changes.
_LAST_DECISIONS = 500


@dataclass(frozen=True, slots=True)
class ReadingPace:
    """Papers a minute, and how many decisions it was measured on; 0 means a guess."""

    papers_a_minute: float
    decisions: int

    @property
    def seconds(self) -> float:
        """Return the seconds that one paper takes."""
        return 60 / self.papers_a_minute

    def papers_in(self, minutes: float) -> int:
        """Return how many papers fit, at least one."""
        # 1e-9 absorbs rounding errors: 10 * 0.4 must give 4 papers.
        return max(1, int(minutes * self.papers_a_minute + 1e-9))


def reading_pace(connection: sqlite3.Connection) -> ReadingPace:
    """Compute the reader's pace from their last decisions."""
    return pace_of(decision_times(connection, _LAST_DECISIONS))


def pace_of(times: Sequence[str]) -> ReadingPace:
    """Compute the pace from the times of decisions (ISO 8601, in order).

    It is the median gap within a session; pauses, scripted decisions and skipped folds do not
    count.
    """
    moments = [datetime.fromisoformat(time) for time in times]
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
    gaps = [gap for gap in gaps if _SCRIPTED_S <= gap <= PAUSE_S]
    if len(gaps) < _LEAST_GAPS:
        return ReadingPace(DEFAULT_PACE, 0)
    return ReadingPace(60 / median(gaps), len(gaps))


@dataclass(slots=True)
class Budget:
    """The minutes available for a catch-up, and the seconds used."""

    minutes: float
    pace: ReadingPace
    used: float = 0.0

    @property
    def papers(self) -> int:
        """Return how many papers fit, at least one."""
        return self.pace.papers_in(self.minutes)

    @property
    def spent(self) -> bool:
        """Return whether the time is up."""
        return self.used >= self.minutes * 60

    @property
    def reason(self) -> str:
        """Return the reason to record for papers that were passed over."""
        return f"catch-up of {_minutes(self.minutes)}"

    def spend(self, seconds: float) -> None:
        """Count the time between two keys; a pause counts as five minutes."""
        self.used += min(seconds, PAUSE_S)

    def plan(self, waiting: int, *, or_more: bool = False) -> str:
        """Say in one line how many papers fit; with or_more, `waiting` is a lower bound."""
        pace = f"{self.pace.papers_a_minute:.1f} papers a minute"
        known = (
            f"your pace over {self.pace.decisions} decisions"
            if self.pace.decisions
            else "a guess until your own pace is known"
        )
        fit = min(self.papers, waiting)
        of = f"at least {waiting:,}" if or_more else f"{waiting:,}"
        return f"{fit:,} of {of} papers in {_minutes(self.minutes)}: {pace}, {known}"


def _minutes(number: float) -> str:
    return f"{number:g} minute{'' if number == 1 else 's'}"
