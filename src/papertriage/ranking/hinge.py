"""Fit a linear support vector machine with squared hinge loss, starting from the last solution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from papertriage.ranking.similarity import Floats

Signs = NDArray[np.float32]

ELAS_U4 = ((0, 0.11),)
"""The cost C of ASReview's default model, whatever the number of relevant answers."""
GROWING = ((5, 0.01), (40, 0.11))
"""C by the number of relevant answers, linear in between: with few of them, a smoother model is
better (0.974 of the loss on 48 reviews not used to choose it, 90% interval .940 to 1.009)."""
_RATIO = 9.8
_ROUNDS = 6
_ITERATIONS = 50
_TOLERANCE = 1e-5
"""Relative residual of the linear system: small enough to order a whole review like liblinear."""


Schedule = tuple[tuple[int, float], ...]


def costs(signs: Signs, schedule: Schedule) -> Floats:
    """Return the cost of each answer; signs must include both.

    As in ELAS u4 (asreview 3.0, models/models.py and balancers.py): C times weights that sum to the
    number of answers, where all relevant ones together weigh 9.8 times as much as the others.
    """
    positive = signs > 0
    relevant = int(positive.sum())
    irrelevant = len(signs) - relevant
    weights = np.where(positive, 1.0, relevant / (_RATIO * irrelevant))
    found: Floats = (_cost(schedule, relevant) * weights * len(signs) / weights.sum()).astype(
        np.float32
    )
    return found


def _cost(schedule: Schedule, relevant: int) -> float:
    counts, values = zip(*schedule, strict=True)
    return float(np.interp(relevant, counts, values))


def fit(
    product: Callable[[Floats], Floats], signs: Signs, costs: Floats, weights: Floats
) -> Floats:
    """Return the weights b of the answers, so that scores are kernel @ b.

    Minimises |w|^2 / 2 + sum of costs x max(0, 1 - signs x scores)^2 in its dual form (liblinear's
    L2-regularised L2-loss SVM: Fan et al. 2008, JMLR 9, 1871-1874), with the bias as one more term
    in `product`, which multiplies by the kernel. With S the answers whose signs x scores are below
    1, (K_SS + diag(1 / (2 costs))) b_S = signs_S, and b = 0 elsewhere; S is updated until it no
    longer changes (Keerthi and DeCoste 2005, JMLR 6, 341-361). Starts from the last weights.
    """
    ridge = np.float32(0.5) / costs
    scores = product(weights)
    for _ in range(_ROUNDS):
        active = signs * scores < 1
        if weights[~active].any():
            weights = np.where(active, weights, np.float32(0))
            scores = product(weights)
        weights, scores = _solve(product, active, signs, ridge, weights, scores)
        if np.array_equal(active, signs * scores < 1):
            break
    return weights


def _solve(
    product: Callable[[Floats], Floats],
    active: NDArray[np.bool_],
    signs: Signs,
    ridge: Floats,
    weights: Floats,
    scores: Floats,
) -> tuple[Floats, Floats]:
    """Return weights and scores, improved by conjugate gradients (Jacobi) on the active answers."""
    # 2: the similarity of every paper with itself is 1, plus 1 for the bias.
    diagonal = ridge + 2
    residual: Floats = np.where(active, signs - scores - ridge * weights, np.float32(0))
    enough = _TOLERANCE**2 * np.count_nonzero(active)
    scaled: Floats = residual / diagonal
    direction = scaled
    size = float(residual @ scaled)
    for _ in range(_ITERATIONS):
        if residual @ residual <= enough:
            break
        image = product(direction)
        curved: Floats = np.where(active, image + ridge * direction, np.float32(0))
        step = size / float(direction @ curved)
        weights = weights + step * direction
        scores = scores + step * image
        residual = residual - step * curved
        scaled = residual / diagonal
        size, before = float(residual @ scaled), size
        direction = scaled + (size / before) * direction
    return weights, scores
