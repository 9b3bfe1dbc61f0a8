"""Measure rankings day by day, with means, intervals and calibration."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

FIRST = 10
"""How many of the first papers are measured."""
WAYS = ("interest", "topics", "keywords", "newest", "random")
BASELINES = ("topics", "keywords", "newest", "random")
MEASURES = ("precision", "recall", "average_precision")
LEAST_DAYS = 5
"""With fewer days, their variation is unknown: no interval."""

_RESAMPLES = 1_000
_BINS = 10


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of one ranked day; recall and average precision are None if nothing was kept."""

    precision: float
    recall: float | None
    average_precision: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Papers that were picked, and the decisions on them."""

    papers: int
    kept: int
    skipped: int


@dataclass(frozen=True, slots=True)
class ScoredDay:
    """A day, the papers decided on it in each ranking's order, and how likely each was to be kept.

    new counts the papers added, unjudged those of them neither kept nor skipped so far.
    learned_from is the number of earlier decisions; 0: too few, so that interest is not ranked.
    """

    day: str
    judged: int
    kept: int
    new: int
    unjudged: int
    shown: Shown
    learned_from: int
    ways: Mapping[str, Measures]
    scores: tuple[tuple[float, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean over some days with its 95% interval; None if there are too few."""

    value: float | None
    low: float | None
    high: float | None
    days: int


@dataclass(frozen=True, slots=True)
class ScoreboardWindow:
    """Means by ranking and measure over the days that all rankings cover, and leads of interest.

    alike counts the days with at most ten judged papers: in any order the first ten are the same,
    so that they do not count towards a lead in precision or recall.
    """

    name: str
    first: str
    days: int
    compared: int
    alike: int
    ways: Mapping[str, Mapping[str, Mean]]
    ahead: Mapping[str, Mapping[str, Mean]]


@dataclass(frozen=True, slots=True)
class Bin:
    """Papers with interest in a range: how many keeps were predicted, and how many came true."""

    low: float
    high: float
    papers: int
    expected: float
    kept: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How reliable interest was; error is the expected calibration error of the bins."""

    papers: int
    expected: float
    kept: int
    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """How well papers were ranked between two days; the model was retrained every so many days."""

    first: str
    last: str
    shown: Shown
    retrained_every: int
    windows: tuple[ScoreboardWindow, ...]
    reliability: Reliability | None
    days: tuple[ScoredDay, ...]


def measured(kept: Sequence[bool]) -> Measures:
    """Measure a day's papers in the order of a ranking, best first; at least one paper.

    Precision is of the first ten, or of all if there are fewer; recall is the share of the kept
    ones that is among the first ten.
    """
    total, found = sum(kept), sum(kept[:FIRST])
    precision = found / min(FIRST, len(kept))
    if not total:
        return Measures(precision, None, None)
    hits = zip(accumulate(kept), kept, strict=True)
    precisions = [hit / place for place, (hit, keep) in enumerate(hits, start=1) if keep]
    return Measures(precision, found / total, math.fsum(precisions) / total)


def by_chance(papers: int, kept: int) -> Measures:
    """Return the expected values of a random order.

    Average precision: Bestgen 2015, "Exact expected average precision of the random baseline for
    system evaluation", Prague Bulletin of Mathematical Linguistics 103, 131-138.
    """
    if not kept:
        return Measures(0.0, None, None)
    harmonic = math.fsum(1 / place for place in range(1, papers + 1))
    others = (kept - 1) / (papers - 1) * (papers - harmonic) if papers > 1 else 0.0
    return Measures(kept / papers, min(FIRST, papers) / papers, (others + harmonic) / papers)


def window(name: str, first: str, days: Sequence[ScoredDay]) -> ScoreboardWindow:
    """Average the days from the first (ISO date) on.

    If interest was known on some of them, all rankings are averaged over those days only.
    """
    here = [day for day in days if day.day >= first]
    learned = [day for day in here if "interest" in day.ways]
    compared = learned or here
    names = [way for way in WAYS if compared and way in compared[0].ways]
    values = {
        way: {one: [getattr(day.ways[way], one) for day in compared] for one in MEASURES}
        for way in names
    }
    ahead = {
        way: {
            one: [
                _lead(day, one, ours, theirs)
                for day, ours, theirs in zip(
                    compared, values["interest"][one], values[way][one], strict=True
                )
            ]
            for one in MEASURES
        }
        for way in BASELINES
        if learned
    }
    alike = sum(day.judged <= FIRST for day in compared)
    return ScoreboardWindow(
        name, first, len(here), len(compared), alike, _means(values), _means(ahead)
    )


def _lead(day: ScoredDay, measure: str, ours: float | None, theirs: float | None) -> float | None:
    """Return the lead of interest on a day; None if no order could be ahead."""
    if ours is None or theirs is None:
        return None
    alike = day.judged <= FIRST and measure != "average_precision"
    return None if alike else ours - theirs


def _means(values: Mapping[str, Mapping[str, list[float | None]]]) -> dict[str, dict[str, Mean]]:
    return {
        way: {measure: mean_of(numbers) for measure, numbers in measures.items()}
        for way, measures in values.items()
    }


def mean_of(numbers: Sequence[float | None]) -> Mean:
    """Return the mean of known values, with a 95% percentile interval by resampling (seed 0)."""
    known = [number for number in numbers if number is not None]
    if not known:
        return Mean(None, None, None, 0)
    value = math.fsum(known) / len(known)
    if len(known) < LEAST_DAYS:
        return Mean(value, None, None, len(known))
    chance = random.Random(0)  # noqa: S311 - resampling, no secrets
    means = sorted(
        math.fsum(chance.choices(known, k=len(known))) / len(known) for _ in range(_RESAMPLES)
    )
    cut = _RESAMPLES // 40
    return Mean(value, means[cut], means[-1 - cut], len(known))


def reliability(scores: Sequence[tuple[float, bool]]) -> Reliability | None:
    """Compare predicted and actual keeps in ten bins of equal width (Naeini et al. 2015)."""
    if not scores:
        return None
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for score, keep in scores:
        groups[min(int(score * _BINS), _BINS - 1)].append((score, keep))
    bins = tuple(
        Bin(
            number / _BINS,
            (number + 1) / _BINS,
            len(group),
            math.fsum(score for score, _ in group),
            sum(keep for _, keep in group),
        )
        for number, group in enumerate(groups)
        if group
    )
    return Reliability(
        papers=len(scores),
        expected=math.fsum(one.expected for one in bins),
        kept=sum(one.kept for one in bins),
        error=math.fsum(abs(one.expected - one.kept) for one in bins) / len(scores),
        bins=bins,
    )
