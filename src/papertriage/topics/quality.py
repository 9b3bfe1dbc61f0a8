"""Measure ranking, tagging and calibration fold by fold, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.topics.calibration import best_value, day_weights, fit_platt

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

_BINS = 10
_RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One tagger on one topic; no calibration error if its values are not probabilities."""

    labelled: int
    positives: int
    average_precision: Estimate
    precision: Estimate
    recall: Estimate
    f1: Estimate
    calibration_error: Estimate | None


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """Out-of-fold results per labelled paper; `day` weights them like a day's papers."""

    values: Array
    yes: Array
    tagged: Array
    probabilities: Array
    day: Array


def cross_fit(values: Array, yes: Array, folds: Array, day_values: Array) -> CrossFitted:
    """Calibrate each fold's values and choose its threshold from the other folds."""
    import numpy as np

    day = day_weights(values, day_values)
    probabilities, tagged = np.zeros(len(yes)), np.zeros(len(yes), dtype=bool)
    for fold in np.unique(folds):
        here, others = folds == fold, folds != fold
        if not yes[others].any():
            continue
        platt = fit_platt(values[others], yes[others], day[others])
        probabilities[here] = platt(values[here])
        tagged[here] = values[here] >= best_value(values[others], yes[others])
    return CrossFitted(values, yes, tagged, probabilities, day)


def measure(held: CrossFitted, *, calibrated: bool = True) -> Measured:
    """Measure with 95% percentile intervals over 500 resamplings of the papers (seed 0)."""
    import numpy as np

    random = np.random.default_rng(0)
    count = len(held.yes)
    samples = [random.integers(0, count, count) for _ in range(_RESAMPLES)]

    def estimate(of: Callable[[Array], float]) -> Estimate:
        low, high = np.quantile([of(sample) for sample in samples], [0.025, 0.975])
        return Estimate(of(np.arange(count)), float(low), float(high))

    def rates(rows: Array) -> tuple[float, float, float]:
        return precision_recall_f1(held.tagged[rows], held.yes[rows])

    return Measured(
        labelled=count,
        positives=int(held.yes.sum()),
        average_precision=estimate(lambda s: average_precision(held.values[s], held.yes[s])),
        precision=estimate(lambda s: rates(s)[0]),
        recall=estimate(lambda s: rates(s)[1]),
        f1=estimate(lambda s: rates(s)[2]),
        calibration_error=estimate(
            lambda s: calibration_error(held.probabilities[s], held.yes[s], held.day[s])
        )
        if calibrated
        else None,
    )


def average_precision(values: Array, yes: Array) -> float:
    """Return average precision as in scikit-learn: tied values share one recall step."""
    import numpy as np

    if not yes.any():
        return 0.0
    order = np.argsort(-values, kind="stable")
    ranked, hits = values[order], np.cumsum(yes[order])
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    gained = np.diff(hits[ends], prepend=0)
    return float((gained * hits[ends] / (ends + 1)).sum() / hits[-1])


def precision_recall_f1(tagged: Array, yes: Array) -> tuple[float, float, float]:
    """Return precision, recall and F1; precision is 0 if nothing is tagged."""
    hits = float((tagged & yes).sum())
    precision = hits / max(float(tagged.sum()), 1.0)
    recall = hits / max(float(yes.sum()), 1.0)
    return precision, recall, 2 * hits / max(float(tagged.sum() + yes.sum()), 1.0)


def calibration_error(probabilities: Array, yes: Array, weights: Array) -> float:
    """Return the expected calibration error: ten bins of equal width (Naeini et al. 2015)."""
    import numpy as np

    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights * (probabilities - yes), minlength=_BINS)
    return float(np.abs(gaps).sum() / weights.sum())
