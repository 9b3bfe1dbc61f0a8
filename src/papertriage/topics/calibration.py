"""Turn decision values into probabilities, and choose thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.topics.model import Cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_BINS = 10
_STEPS = 100
_TINY = 1e-9
_FLATTEST, _STEEPEST = 0.05, 50.0
_CUTS = 200
_SMOOTHING = 1 / 9


@dataclass(frozen=True, slots=True)
class Platt:
    """Probability = 1 / (1 + exp(-(slope x value + offset))); Platt 1999."""

    slope: float
    offset: float

    def __call__(self, values: Array) -> Array:
        """Turn decision values into probabilities."""
        import numpy as np

        probabilities: Array = 1.0 / (1.0 + np.exp(-(self.slope * values + self.offset)))
        return probabilities


def fit_platt(values: Array, yes: Array, weights: Array, steepest: float = _STEEPEST) -> Platt:
    """Fit the sigmoid by weighted maximum likelihood with Platt's softened targets.

    Newton's method with step halving, as in Lin, Lin and Weng (2007); the slope stays between 0.05
    and `steepest`.
    """
    import numpy as np

    positive, negative = float(weights[yes].sum()), float(weights[~yes].sum())
    target = np.where(yes, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.column_stack([values, np.ones(len(values))])

    def loss(solution: Array) -> float:
        margin = design @ solution
        return float((weights * (np.logaddexp(0.0, margin) - target * margin)).sum())

    solution = np.array([0.0, np.log((positive + 1) / (negative + 1))])
    for _ in range(_STEPS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ solution, -500, 500)))
        curvature = weights * probability * (1 - probability)
        hessian = design.T @ (design * curvature[:, None]) + _TINY * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (weights * (probability - target)))
        length = 1.0
        while loss(solution - length * step) > loss(solution) and length > _TINY:
            length /= 2
        solution = solution - length * step
        if float(np.abs(length * step).max()) < _TINY:
            break
    slope = min(max(float(solution[0]), _FLATTEST), steepest)
    if slope != solution[0]:
        return Platt(slope, _fit_offset(slope * values, target, weights))
    return Platt(slope, float(solution[1]))


def day_weights(labelled: Array, day: Array) -> Array:
    """Weight labelled papers so that their decision values are distributed as a day's papers'.

    Labelled papers were selected by content, not by label, so the share of yes at a given decision
    value is the same in both; only how often a value occurs differs (covariate shift, Shimodaira
    2000). The ratio is estimated in ten bins with equal numbers of labelled papers.
    """
    import numpy as np

    edges = np.quantile(labelled, np.linspace(0, 1, _BINS + 1)[1:-1])
    here = np.searchsorted(edges, labelled, side="right")
    there = np.searchsorted(edges, day, side="right")
    share = np.bincount(here, minlength=_BINS) / len(labelled)
    wanted = np.bincount(there, minlength=_BINS) / len(day)
    weights: Array = np.divide(wanted, share, out=np.zeros(_BINS), where=share > 0)[here]
    weights *= len(labelled) / weights.sum()
    return weights


def best_value(values: Array, yes: Array) -> float:
    """Find the decision value of best F1 on a smoothed curve.

    Each paper counts as tagged with the normal probability that its value, give or take a ninth of
    the values' spread, exceeds the cut. A plain argmax follows a few borderline papers: over four
    deals of the folds it varied four times as much, without better F1 on held-out papers.
    """
    import numpy as np
    from scipy.special import ndtr

    cuts = np.linspace(float(np.median(values)), float(values.max()), _CUTS)
    width = max(_SMOOTHING * float(values.std()), 1e-9)
    tagged = ndtr((values[None, :] - cuts[:, None]) / width)
    f1 = 2 * (tagged * yes).sum(axis=1) / (tagged.sum(axis=1) + yes.sum())
    return float(cuts[int(np.argmax(f1))])


def expected_cuts(day: Array) -> tuple[Cut, ...]:
    """List thresholds with the precision and recall expected from a day's probabilities.

    Precision is the mean probability of the papers at or above the threshold, recall their share of
    all probability.
    """
    thresholds = [round(step / 100, 2) for step in (1, 2, 3, *range(5, 100, 5), 97, 98, 99)]
    highest = float(day.max())
    return tuple(expected_at(day, one) for one in thresholds if one <= highest)


def expected_at(day: Array, threshold: float) -> Cut:
    """Return the expected precision and recall of one threshold on a day's probabilities."""
    above = day[day >= threshold]
    precision = float(above.mean()) if len(above) else 0.0
    recall = float(above.sum()) / max(float(day.sum()), 1e-9)
    return Cut(threshold, round(precision, 4), round(recall, 4))


def _fit_offset(margins: Array, target: Array, weights: Array) -> float:
    """Find the offset where the weighted probabilities sum to the targets, by bisection."""
    import numpy as np

    low, high = -50.0, 50.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        probability = 1.0 / (1.0 + np.exp(-np.clip(margins + middle, -500, 500)))
        low, high = (low, middle) if weights @ (probability - target) > 0 else (middle, high)
    return (low + high) / 2
