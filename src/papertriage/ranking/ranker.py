"""Rank papers by the answers given so far, and learn from each new answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it has no types

from papertriage.ranking import hinge
from papertriage.ranking.kernel import Kernel, kernel_of
from papertriage.ranking.similarity import Floats
from papertriage.ranking.views import Matrix, characters, words
from papertriage.topics.labelled import Text


@dataclass(frozen=True, slots=True)
class RankerRecipe:
    """Views whose scores are added, how strongly each is smoothed over neighbours, and C."""

    views: tuple[Callable[[Sequence[Text]], Matrix], ...]
    smoothing: float
    costs: hinge.Schedule


RECIPE = RankerRecipe((words, characters), smoothing=0.8, costs=hinge.GROWING)
ELAS_U4 = RankerRecipe((words,), smoothing=0.0, costs=hinge.ELAS_U4)
"""ASReview's default model, for comparison."""

_TIE = 1e-5
"""Scores closer than this are equal: identical papers can differ by rounding."""


class Ranker:
    """Rank the papers of one set, answered one by one; not thread-safe."""

    def __init__(self, texts: Sequence[Text], recipe: RankerRecipe = RECIPE) -> None:
        """Read the texts; 2,000 abstracts take 2 to 3 s."""
        self._costs = recipe.costs
        self._threads = ThreadpoolController()
        with self._threads.limit(limits=1):
            self._kernels: list[Kernel] = (
                [kernel_of(view(texts), recipe.smoothing) for view in recipe.views] if texts else []
            )
        # Answered papers come first: a kernel multiplies by its first rows, without gathering them.
        self._order = np.arange(len(texts))
        self._place = np.arange(len(texts))
        self._answered = 0
        self._signs = np.zeros(len(texts), dtype=np.float32)
        self._weights = [np.zeros(len(texts), dtype=np.float32) for _ in self._kernels]
        self._learned = True

    def answer(self, row: int, *, relevant: bool) -> None:
        """Learn an answer, replacing an earlier one; IndexError if there is no such row."""
        position = self._position(row)
        if position >= self._answered:
            self._exchange(position, self._answered)
            position = self._answered
            self._answered += 1
        self._signs[position] = 1 if relevant else -1
        self._learned = False

    def take_back(self, row: int) -> None:
        """Remove an answer as if it was never given; ValueError if there is none."""
        position = self._position(row)
        if position >= self._answered:
            msg = f"row {row} has no answer"
            raise ValueError(msg)
        self._answered -= 1
        self._exchange(position, self._answered)
        for values in (self._signs, *self._weights):
            values[self._answered] = 0
        self._learned = False

    def scores(self) -> Floats:
        """Return a score for every row, higher is better; all 0 until a relevant one is known.

        The sum over views of scores in standard deviations of the unanswered papers' scores. Until
        an irrelevant one is known, these are mean similarities to the relevant ones.
        """
        found = np.zeros(len(self._order), dtype=np.float32)
        found[self._order] = self._combined(0)
        return found

    def margins(self) -> Floats:
        """Sum the views' decision values for every row; all 0 until there are both answers.

        Unlike scores, which are scaled by the unanswered papers, these can be compared between
        steps: per view, relevant papers should be at 1, the others at -1.
        """
        total = np.zeros(len(self._order), dtype=np.float32)
        signs = self._signs[: self._answered]
        if (signs > 0).any() and (signs < 0).any():
            with self._threads.limit(limits=1):
                self._learn()
                for kernel, weights in zip(self._kernels, self._weights, strict=True):
                    known = weights[: self._answered]
                    total[self._order] += kernel.product(known, 0, len(total)) + known.sum()
        return total

    def best(self) -> int | None:
        """Return the unanswered row with the top score, the first of equals; None if none left."""
        rows = self._order[self._answered :]
        if len(rows) == 0:
            return None
        scores = self._combined(self._answered)
        return int(rows[scores >= scores.max() - _TIE].min())

    def _position(self, row: int) -> int:
        if not 0 <= row < len(self._place):
            msg = f"no row {row} among {len(self._place)}"
            raise IndexError(msg)
        return int(self._place[row])

    def _exchange(self, first: int, second: int) -> None:
        if first == second:
            return
        for kernel in self._kernels:
            kernel.exchange(first, second)
        self._order[[first, second]] = self._order[[second, first]]
        for values in (self._signs, *self._weights):
            values[[first, second]] = values[[second, first]]
        self._place[self._order[[first, second]]] = first, second

    def _combined(self, start: int) -> Floats:
        """Return the scores of the positions from start on."""
        signs = self._signs[: self._answered]
        total = np.zeros(len(self._order) - start, dtype=np.float32)
        if not (signs > 0).any():
            return total
        with self._threads.limit(limits=1):
            self._learn()
            for kernel, weights in zip(self._kernels, self._weights, strict=True):
                known = weights[: self._answered] if (signs < 0).any() else signs
                scores = kernel.product(known, start, len(self._order)) + known.sum()
                total += _standardised(scores, scores[self._answered - start :])
        return total

    def _learn(self) -> None:
        signs = self._signs[: self._answered]
        if self._learned or not (signs < 0).any():
            return
        costs = hinge.costs(signs, self._costs)
        for kernel, weights in zip(self._kernels, self._weights, strict=True):

            def product(own: Floats, kernel: Kernel = kernel) -> Floats:
                # The bias is one more feature, 1 for every paper, as in liblinear.
                scores: Floats = kernel.product(own, 0, len(own)) + own.sum()
                return scores

            weights[: len(signs)] = hinge.fit(product, signs, costs, weights[: len(signs)])
        self._learned = True


def _standardised(scores: Floats, unanswered: Floats) -> Floats:
    measured = unanswered if len(unanswered) else scores
    deviation = measured.std()
    found: Floats = (scores - measured.mean()) / (deviation if deviation > _TIE else np.float32(1))
    return found
