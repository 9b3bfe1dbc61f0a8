"""Judge what a fetch brought: all there was, a quiet day, yesterday's batch, or not all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from papertriage.cache.papers import Stored
from papertriage.models import Receipt
from papertriage.sources.contract import Batch

COMPLETE = "complete"
QUIET = "quiet day"
NO_ANNOUNCEMENT = "weekend or holiday"
STALE = "feed is yesterday's batch"
PARTIAL = "partial"
FAILED = "failed"
WHOLE = frozenset((COMPLETE, QUIET, NO_ANNOUNCEMENT))
"""The verdicts that leave nothing to fetch again."""

# Each of the papers that were cut, in the receipt's message.
_NAMED = 5
_EASTERN = "America/New_York"
_SATURDAY = 5
# Evenings without an announcement: https://info.arxiv.org/help/availability.html (2026), and the
# two that fall on the same date every year.
_HOLIDAYS_2026 = frozenset(
    {(1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31)}
)
_EVERY_YEAR = frozenset({(1, 1), (12, 25)})


@dataclass
class Brought:
    """What has come of a feed so far."""

    stored: Stored = field(default_factory=Stored)
    skipped: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    announced: str | None = None
    newest: str | None = None
    stale: bool = False

    def add(self, batch: Batch, cut: Sequence[str] = ()) -> None:
        """Take note of a batch, with a line for each paper of it that was cut."""
        self.skipped += batch.skipped
        self.cut += cut
        if batch.outcome:
            self.outcomes[batch.outcome] += 1
        self.kinds.update(s.announce_type for s in batch.sightings if s.announce_type)
        days = [batch.announced, *(s.paper.announced for s in batch.sightings)]
        known = [day for day in [self.newest, *days] if day]
        self.newest = max(known, default=None)
        self.announced = batch.announced or self.announced

    def on(self, receipt: Receipt, verdict: str, message: str | None = None) -> Receipt:
        """Write what came on the receipt."""
        said = [message] if message else []
        said += self.cut[:_NAMED]
        if len(self.cut) > _NAMED:
            said.append(f"{len(self.cut) - _NAMED:,} more papers cut")
        outcomes = [f"{what} x{n}" if n > 1 else what for what, n in self.outcomes.items()]
        return replace(
            receipt,
            verdict=verdict,
            message="; ".join(said) or None,
            new=self.stored.new,
            updated=self.stored.updated,
            unchanged=self.stored.unchanged,
            merged=self.stored.merged,
            replaced=self.kinds["replace"] + self.kinds["replace-cross"],
            cross_listed=self.kinds["cross"],
            skipped=tuple(self.skipped),
            outcome=", ".join(outcomes) or None,
            newest=self.newest,
        )


def verdict_of(brought: Brought, now: datetime) -> str:
    """Judge a feed that was read to its end, at a time (UTC)."""
    expected = announcement_day(now)
    if brought.stale or (brought.announced and date.fromisoformat(brought.announced) < expected):
        return STALE
    if brought.stored.papers or brought.skipped or "304" in brought.outcomes:
        return COMPLETE
    return QUIET if expected == _eastern_day(now) else NO_ANNOUNCEMENT


def announcement_day(now: datetime) -> date:
    """Return the latest day that arXiv has announced papers for, as its daily feeds date it.

    A feed of a day appears at midnight US Eastern after an announcement at 20:00, Sunday to
    Thursday (https://info.arxiv.org/help/availability.html).
    """
    day = _eastern_day(now)
    while not announced_on(day):
        day -= timedelta(days=1)
    return day


def announced_on(day: date) -> bool:
    """Tell whether arXiv's daily feeds have a batch of that day."""
    evening = day - timedelta(days=1)
    holidays: Sequence[tuple[int, int]] | frozenset[tuple[int, int]] = _EVERY_YEAR
    if evening.year == 2026:  # noqa: PLR2004 - the year of the list
        holidays = _HOLIDAYS_2026
    return day.weekday() < _SATURDAY and (evening.month, evening.day) not in holidays


def _eastern_day(now: datetime) -> date:
    from zoneinfo import ZoneInfo

    return now.astimezone(ZoneInfo(_EASTERN)).date()
