"""Decide the verdict of a fetch: complete, a quiet day, yesterday's batch, partial or failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from papertriage.cache.papers import Stored
from papertriage.errors import ExitCode
from papertriage.models.fetched import Batch, Receipt, Whole
from papertriage.sources.announcements import announced_on, announcement_day, eastern_day

COMPLETE = "complete"
QUIET = "quiet day"
NO_ANNOUNCEMENT = "weekend or holiday"
STALE = "feed is yesterday's batch"
PARTIAL = "partial"
FAILED = "failed"
SEARCHED = "searched"
WHOLE = frozenset((COMPLETE, QUIET, NO_ANNOUNCEMENT))
"""The verdicts that leave nothing to fetch again."""
DONE = WHOLE | {SEARCHED}
"""The verdicts of fetches without errors."""

# The most cut papers that a receipt's message names.
_NAMED = 5
# An announcement is expected at midnight, but may be published a little later.
_LATE = timedelta(hours=1)


@dataclass
class Received:
    """What was received from a feed so far."""

    stored: Stored = field(default_factory=Stored)
    skipped: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    announced: str | None = None
    newest: str | None = None
    stale: bool = False
    whole: Whole | None = None
    note: str | None = None

    def add(self, batch: Batch, cut: Sequence[str] = ()) -> None:
        """Add a batch, with a line for each of its papers that was cut."""
        self.skipped += batch.skipped
        self.cut += cut
        if batch.outcome:
            self.outcomes[batch.outcome] += 1
        self.kinds.update(s.announce_type for s in batch.sightings if s.announce_type)
        days = [batch.announced, *(s.paper.announced for s in batch.sightings)]
        known = [day for day in [self.newest, *days] if day]
        self.newest = max(known, default=None)
        self.announced = batch.announced or self.announced
        self.whole = batch.whole or self.whole
        self.note = batch.note or self.note

    def fill_in(self, receipt: Receipt, verdict: str, message: str | None = None) -> Receipt:
        """Return the receipt, filled in with what was received."""
        said = [one for one in (message or self.note,) if one]
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
            older=self.stored.older,
            whole_from=self.whole.first if self.whole else None,
            whole_to=self.whole.last if self.whole else None,
        )


def exit_code(receipts: Iterable[Receipt]) -> int:
    """Return DONE if no feed had an error, else PARTLY_DONE."""
    done = all(receipt.verdict in DONE for receipt in receipts)
    return ExitCode.DONE if done else ExitCode.PARTLY_DONE


def verdict_of(received: Received, now: datetime) -> str:
    """Return the verdict for a feed that was read to its end, at a time (UTC)."""
    if received.whole is not None:
        return _verdict_of_announcements(received, received.whole, now)
    expected = announcement_day(now)
    if received.stale or (received.announced and date.fromisoformat(received.announced) < expected):
        return STALE
    if received.skipped and not received.stored.papers:
        # Nothing received could be read, which is not a quiet day.
        return FAILED
    if received.stored.papers or "304" in received.outcomes:
        return COMPLETE
    return QUIET if expected == eastern_day(now) else NO_ANNOUNCEMENT


def verdict_of_search(_received: Received, _now: datetime) -> str:
    """Return the verdict for a search by submission time that was read to its end.

    It is never complete: arXiv lists a paper only once it is announced, which may be weeks later.
    """
    return SEARCHED


def _verdict_of_announcements(received: Received, whole: Whole, now: datetime) -> str:
    if date.fromisoformat(whole.last) < announcement_day(now - _LATE):
        return STALE
    if received.skipped and not received.stored.papers:
        return FAILED
    if received.stored.papers or "304" in received.outcomes:
        return COMPLETE
    return QUIET if announced_on(eastern_day(now)) else NO_ANNOUNCEMENT
