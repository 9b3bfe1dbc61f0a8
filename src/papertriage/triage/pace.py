"""Plan a catch-up: how many papers fit into the minutes there are, at the reader's own pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

DEFAULT_PACE = 4.0
"""Papers a minute until the journal knows better: 15 seconds for a title and half an abstract."""
PAUSE_S = 120.0
"""A longer gap is a pause: so much of it counts for a budget, and none of it for a pace."""
_SCRIPTED_S = 0.3
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class ReadingPace:
    """Papers a minute, and from how many decisions that is known; 0 is a guess."""

    papers_a_minute: float
    decisions: int


def pace_of(times: Sequence[str]) -> ReadingPace:
    """Work out the pace from when decisions were made (ISO 8601, first to last).

    Only gaps within a sitting count: not pauses, nor the hands of a script or of a whole fold.
    """
    moments = [datetime.fromisoformat(time) for time in times]
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
    gaps = [gap for gap in gaps if _SCRIPTED_S <= gap <= PAUSE_S]
    if len(gaps) < _ENOUGH:
        return ReadingPace(DEFAULT_PACE, 0)
    return ReadingPace(60 * len(gaps) / sum(gaps), len(gaps))


@dataclass(slots=True)
class Budget:
    """The minutes of a catch-up, and the seconds used of them."""

    minutes: float
    pace: ReadingPace
    used: float = 0.0

    @property
    def papers(self) -> int:
        """How many papers fit, at least one."""
        return max(1, round(self.minutes * self.pace.papers_a_minute))

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return self.used >= self.minutes * 60

    @property
    def reason(self) -> str:
        """What the papers that were passed over were passed over by."""
        return f"catch-up of {_minutes(self.minutes)}"

    def spend(self, seconds: float) -> None:
        """Count the time between two keys; a pause counts as two minutes."""
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
