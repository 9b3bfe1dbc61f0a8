"""Plan how many papers fit into some minutes, at the reader's own pace."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from papertriage.cache.journal import decision_times

DEFAULT_PACE = 2.0
"""Papers a minute until the journal knows better: a plan that is kept, rather than one too long."""
PAUSE_S = 300.0
"""A longer gap is a pause: so much of it counts for a budget, and none of it for a pace."""
# Decisions of one command have times that are microseconds apart.
_SCRIPTED_S = 1.0
_LEAST_GAPS = 5
# Some evenings' worth: a pace changes, and older evenings should not hold it.
_LAST_DECISIONS = 500


@dataclass(frozen=True, slots=True)
class ReadingPace:
    """Papers a minute, and from how many decisions that is known; 0 is a guess."""

    papers_a_minute: float
    decisions: int

    @property
    def seconds(self) -> float:
        """How long one paper takes."""
        return 60 / self.papers_a_minute

    def papers_in(self, minutes: float) -> int:
        """Return how many papers fit, at least one."""
        # 10 * 0.4 papers are four, whatever the last digit of the product.
        return max(1, int(minutes * self.papers_a_minute + 1e-9))


def reading_pace(connection: sqlite3.Connection) -> ReadingPace:
    """Work out the reader's pace from their last decisions."""
    return pace_of(decision_times(connection, _LAST_DECISIONS))


def pace_of(times: Sequence[str]) -> ReadingPace:
    """Work out the pace from when decisions were made (ISO 8601, first to last).

    It is the median of the gaps within a sitting: pauses do not count, nor the hands of a script
    or of a whole fold.
    """
    moments = [datetime.fromisoformat(time) for time in times]
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
    gaps = [gap for gap in gaps if _SCRIPTED_S <= gap <= PAUSE_S]
    if len(gaps) < _LEAST_GAPS:
        return ReadingPace(DEFAULT_PACE, 0)
    return ReadingPace(60 / median(gaps), len(gaps))


@dataclass(slots=True)
class Budget:
    """The minutes of a catch-up, and the seconds used of them."""

    minutes: float
    pace: ReadingPace
    used: float = 0.0

    @property
    def papers(self) -> int:
        """How many papers fit, at least one."""
        return self.pace.papers_in(self.minutes)

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return self.used >= self.minutes * 60

    @property
    def reason(self) -> str:
        """What the papers that were passed over were passed over by."""
        return f"catch-up of {_minutes(self.minutes)}"

    def spend(self, seconds: float) -> None:
        """Count the time between two keys; a pause counts as five minutes."""
        self.used += min(seconds, PAUSE_S)

    def plan(self, waiting: int, *, or_more: bool = False) -> str:
        """Say in one line how many papers fit; or_more: of those that wait not all were counted."""
        pace = f"{self.pace.papers_a_minute:.1f} papers a minute"
        known = (
            f"your pace over {self.pace.decisions} decisions"
            if self.pace.decisions
            else "a guess, until the journal knows your pace"
        )
        fit = min(self.papers, waiting)
        of = f"at least {waiting:,}" if or_more else f"{waiting:,}"
        return f"{fit:,} of {of} papers in {_minutes(self.minutes)}: {pace}, {known}"


def _minutes(number: float) -> str:
    return f"{number:g} minute{'' if number == 1 else 's'}"
