"""Advise when to stop reading, by a bound on the relevant papers still unread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

TARGET = 0.95
"""The recall that is promised."""
CONFIDENCE = 0.95
"""The share of readers for whom the promise should hold."""

TILT = 1.5
"""How strongly margins count: a paper is drawn with weight e^(TILT x margin). The highest value
that kept the promise, also for other rankings and on held-out sets: docs/research/stopping.md has
the table."""

# A window starting more relevant papers back has never been the deciding one, and each takes time.
_WINDOWS = 30
# A bound above both this and the number found is not helpful.
_USEFUL = 5
_AUDIT_EVERY = 10


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known about the unread papers of a set; the bound holds with the confidence."""

    read: int
    found: int
    unread: int
    missed_at_most: int
    confidence: float
    enough: bool
    """Whether the target is likely reached; never before the first relevant paper is found."""
    target: float = TARGET

    @property
    def recall_at_least(self) -> float | None:
        """Return the lowest recall consistent with the bound; None before the first find."""
        return self.found / (self.found + self.missed_at_most) if self.found else None

    @property
    def known(self) -> bool:
        """Return whether the bound helps: below the unread count, and at most 5 or `found`."""
        if self.missed_at_most == self.unread:
            return not self.unread
        return self.missed_at_most <= max(_USEFUL, self.found)

    @property
    def text(self) -> str:
        """Return the estimate in a few words, for a status line."""
        if not self.unread:
            return "all read"
        if self.enough:
            return f"you may stop: {self.target:.0%} of what you would keep is likely behind you"
        if not self.known:
            return "too little is known to stop"
        most = f"at most {self.missed_at_most:,}" if self.missed_at_most else "nothing"
        return f"{most} missed, {self.confidence:.0%}"


@dataclass(frozen=True, slots=True)
class _Window:
    """Papers read in a row, as a draw from them and the unread ones."""

    found: int
    tail: Callable[[int, int], float]
    """The chance of finding at most some number, out of some number of relevant ones."""

    def chance(self, missed: int) -> float:
        """Return the chance of finding no more than was found, had so many been missed."""
        return self.tail(self.found, self.found + missed)


def advice(
    read: Sequence[bool],
    unread: int,
    *,
    margins: Sequence[float | None] = (),
    unread_margins: Sequence[float] = (),
    confidence: float = CONFIDENCE,
    target: float = TARGET,
    tilt: float = TILT,
) -> Advice:
    """Estimate what is unread from papers read, relevant or not in reading order.

    BUSCAR (Callaghan and Mueller-Hansen 2020, Systematic Reviews 9, 273): from any point on, the
    papers read are treated as a draw from all that were unread there; the hypothesis that more were
    missed is rejected if some such draw should have found more. Ranked reading finds more than a
    draw, so the bound errs on the safe side; reading that is worse than a draw breaks it.

    With margins (Ranker.margins; None is unknown) a paper is drawn with weight e^(TILT x margin),
    not 1: `margins` are those that the read papers had before they were answered, `unread_margins`
    those of the unread ones now. ValueError if their numbers differ from those of the papers.
    """
    if unread_margins:
        if len(margins) != len(read) or len(unread_margins) != unread:
            msg = "expected one margin per paper, or none"
            raise ValueError(msg)
        windows = _weighted(read, margins, unread_margins, tilt)
    else:
        windows = _counted(read, unread)
    found = sum(read)
    # More than this, and the recall is below the target; 1e-9 for rounding errors.
    allowed = math.floor(found / target - found + 1e-9)
    enough = _likeliest(windows, allowed + 1) < 1 - CONFIDENCE if allowed < unread else True
    missed = _bound(windows, unread, confidence)
    return Advice(len(read), found, unread, missed, confidence, bool(found) and enough, target)


def audit_bound(hits: int, audits: int, unread: int, confidence: float = CONFIDENCE) -> int:
    """Return how many relevant papers are unread at most, from papers drawn at random.

    `hits` of the `audits` were relevant. The exact hypergeometric bound (one-sided, Clopper-Pearson
    without replacement). Audits drawn earlier, among more papers, keep it on the safe side if
    ranked reading has since thinned out the relevant ones. It makes no other assumption.
    """
    return _bound([_draw(hits, audits, audits + unread)] if audits else [], unread, confidence)


def drawn_audit(waiting: Sequence[str], chance: Random) -> str | None:
    """Draw one of all waiting papers, one time in 10; otherwise None."""
    return chance.choice(waiting) if waiting and audit_is_due(chance) else None


def audit_is_due(chance: Random) -> bool:
    """Return whether the next paper is to be drawn at random: one time in 10."""
    return chance.randrange(_AUDIT_EVERY) == 0


class StoppingAdviser:
    """Tracks the answers for some rows, and the margin of each before it was answered."""

    def __init__(self, rows: Iterable[int]) -> None:
        """Watch these rows; answers for others are ignored."""
        self.unread = dict.fromkeys(rows)
        self._read: dict[int, tuple[bool, float | None]] = {}
        self._margins: Mapping[int, float] = {}

    def look(self, margins: Sequence[float]) -> None:
        """Update the margins of all rows."""
        self._margins = dict(enumerate(margins))

    def answer(self, row: int, *, relevant: bool) -> None:
        """Record an answer, possibly replacing an earlier one."""
        if row in self.unread:
            del self.unread[row]
            self._read[row] = (relevant, self._margins.get(row))
        elif row in self._read:
            self._read[row] = (relevant, self._read[row][1])

    def take_back(self, row: int) -> None:
        """Remove an answer."""
        if self._read.pop(row, None) is not None:
            self.unread[row] = None

    @property
    def relevant(self) -> list[bool]:
        """Return the answers in reading order."""
        return [said for said, _ in self._read.values()]

    def advice(self, confidence: float = CONFIDENCE) -> Advice:
        """Estimate from the answers; by counts alone until margins are known."""
        relevant = self.relevant
        if not self._margins:
            return advice(relevant, len(self.unread), confidence=confidence)
        return advice(
            relevant,
            len(self.unread),
            margins=[margin for _, margin in self._read.values()],
            unread_margins=[self._margins[row] for row in self.unread],
            confidence=confidence,
        )


def _likeliest(windows: Sequence[_Window], missed: int) -> float:
    """Return the smallest chance that any window gives to so many missed papers."""
    return min((window.chance(missed) for window in windows), default=1.0)


def _bound(windows: Sequence[_Window], unread: int, confidence: float) -> int:
    """Return the smallest number such that more missed papers are rejected."""
    least, most = 0, unread
    while least < most:
        middle = (least + most) // 2
        # 1e-12: a chance of 0.1 is not below 1 - 0.9 = 0.09999999999999998.
        if _likeliest(windows, middle + 1) < 1 - confidence - 1e-12:
            most = middle
        else:
            least = middle + 1
    return least


def _windows(read: Sequence[bool], weights: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Yield the number of relevant papers in each window and its weight, shortest window first.

    Windows start after a relevant paper or at the very first: any other is contained in a longer
    one with no more relevant papers.
    """
    found, drawn, stop = 0, 0.0, len(read)
    places = [place for place, relevant in enumerate(read, 1) if relevant]
    for start in [0, *places][: -_WINDOWS - 2 : -1]:
        drawn += math.fsum(weights[start:stop])
        found += sum(read[start:stop])
        stop = start
        if start < len(read):
            yield found, drawn


def _counted(read: Sequence[bool], unread: int) -> list[_Window]:
    drawn = _windows(read, [1] * len(read))
    return [_draw(found, int(count), int(count) + unread) for found, count in drawn]


def _draw(found: int, drawn: int, papers: int) -> _Window:
    return _Window(found, lambda most, relevant: _hypergeometric(most, relevant, drawn, papers))


def _weighted(
    read: Sequence[bool],
    margins: Sequence[float | None],
    unread_margins: Sequence[float],
    tilt: float,
) -> list[_Window]:
    """Return windows that start at a relevant paper, with the share of the weight read."""
    top = max(unread_margins)
    rest = math.fsum(math.exp(tilt * (margin - top)) for margin in unread_margins)
    # A paper of unknown margin weighs as much as an average unread one: BUSCAR's assumption.
    mean = rest / len(unread_margins)
    weights = [
        mean if margin is None else math.exp(min(tilt * (margin - top), 500.0))
        for margin in margins
    ]
    return [_share(found, drawn / (drawn + rest)) for found, drawn in _windows(read, weights)]


def _share(found: int, share: float) -> _Window:
    return _Window(found, lambda most, relevant: _binomial(most, relevant, share))


def _hypergeometric(most: int, relevant: int, drawn: int, papers: int) -> float:
    """Return the chance that a draw holds at most so many of the relevant papers."""
    least = max(0, drawn + relevant - papers)
    if relevant > papers or most < least:
        return 0.0
    others = papers - relevant
    term = math.exp(
        _log_choices(relevant, least)
        + _log_choices(others, drawn - least)
        - _log_choices(papers, drawn)
    )
    total = term
    for one in range(least, min(most, relevant, drawn)):
        term *= (relevant - one) * (drawn - one) / ((one + 1) * (others - drawn + one + 1))
        total += term
    return min(total, 1.0)


def _log_choices(papers: int, drawn: int) -> float:
    return math.lgamma(papers + 1) - math.lgamma(drawn + 1) - math.lgamma(papers - drawn + 1)


def _binomial(most: int, relevant: int, share: float) -> float:
    """Return the chance that at most so many of the relevant papers are read."""
    if most >= relevant:
        return 1.0
    if share >= 1:
        return 0.0
    term = (1 - share) ** relevant
    total = term
    for one in range(most):
        term *= (relevant - one) / (one + 1) * share / (1 - share)
        total += term
    return min(total, 1.0)
