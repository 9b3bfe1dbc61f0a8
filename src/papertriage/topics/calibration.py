"""Calibration: decision values to probabilities of a day's papers, and thresholds on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.topics.model import Cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_BINS = 10
_STEPS = 100


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


def fit_platt(values: Array, yes: Array, weights: Array) -> Platt:
    """Fit the sigmoid by weighted maximum likelihood with Platt's softened targets."""
    import numpy as np

    positive, negative = float(weights[yes].sum()), float(weights[~yes].sum())
    target = np.where(yes, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.column_stack([values, np.ones(len(values))])
    solution = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ solution, -500, 500)))
        gradient = design.T @ (weights * (probability - target))
        curvature = weights * np.maximum(probability * (1 - probability), 1e-9)
        hessian = design.T @ (design * curvature[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        solution = solution - step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-9:
            break
    return Platt(max(float(solution[0]), 0.05), float(solution[1]))


def day_weights(labelled: Array, day: Array) -> Array:
    """Weight labelled papers so that their decision values are spread as a day's papers' are.

    Labelled papers were drawn by what they say, not by their label, so the share of yes at a given
    decision value is the same in both; only how often a value occurs differs (covariate shift,
    Shimodaira 2000). The ratio is taken in ten bins of equally many labelled papers.
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


def best_threshold(probabilities: Array, yes: Array) -> float:
    """Choose the threshold of best F1, steadied by resampling.

    The median over 200 bootstrap samples (seed 0) of each sample's best cut: a single best cut
    follows a few borderline papers and does not hold on later ones.
    """
    import numpy as np

    random = np.random.default_rng(0)
    cuts = []
    for _ in range(200):
        sample = random.integers(0, len(yes), len(yes))
        if yes[sample].any():
            cuts.append(_best_cut(probabilities[sample], yes[sample]))
    return float(np.median(cuts)) if cuts else 0.5


def expected_cuts(day: Array) -> tuple[Cut, ...]:
    """List thresholds with the precision and recall that a day's probabilities promise.

    Precision is the mean probability of the papers at or above the threshold, recall their share
    of all probability.
    """
    thresholds = [round(step / 100, 2) for step in (1, 2, 3, *range(5, 100, 5), 97, 98, 99)]
    highest = float(day.max())
    return tuple(expected_at(day, one) for one in thresholds if one <= highest)


def expected_at(day: Array, threshold: float) -> Cut:
    """Expect precision and recall of one threshold on a day's probabilities."""
    above = day[day >= threshold]
    precision = float(above.mean()) if len(above) else 0.0
    recall = float(above.sum()) / max(float(day.sum()), 1e-9)
    return Cut(threshold, round(precision, 4), round(recall, 4))


def _best_cut(probabilities: Array, yes: Array) -> float:
    import numpy as np

    order = np.argsort(-probabilities, kind="stable")
    ranked, hits = probabilities[order], np.cumsum(yes[order])
    f1 = 2 * hits / (np.arange(1, len(yes) + 1) + yes.sum())
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(np.argmax(f1))
    lower = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + lower) / 2)
