"""Hold similarities between papers, with the answered ones first."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from papertriage.ranking.similarity import Floats, SmoothedRows, dense_kernel
from papertriage.ranking.views import Matrix

MAX_DENSE = 6_000
"""Most papers for which the full kernel is held: 144 MB at 6,000."""
_MAX_ROWS = 400_000_000
"""Memory in bytes for rows of a larger kernel: 5,000 rows at 20,000 papers."""


class Kernel(Protocol):
    """A symmetric matrix of similarities whose positions can be swapped."""

    def exchange(self, first: int, second: int) -> None:
        """Swap the papers at two positions."""

    def product(self, weights: Floats, start: int, stop: int) -> Floats:
        """Return the sums [stop - start] of the first positions' columns, times their weights."""


def kernel_of(rows: Matrix, strength: float) -> Kernel:
    """Return the kernel of rows of length 1, smoothed with this strength (0: not at all)."""
    if rows.shape[0] <= MAX_DENSE:
        return DenseKernel(dense_kernel(rows, strength))
    smoothed = SmoothedRows(rows, strength)
    return RowKernel(smoothed, _MAX_ROWS // (4 * smoothed.texts))


class DenseKernel:
    """A kernel held in full."""

    def __init__(self, cosines: Floats) -> None:
        """Take ownership of a symmetric matrix, which is changed in place."""
        self._rows = cosines

    def exchange(self, first: int, second: int) -> None:
        """Swap the papers at two positions, both rows and columns."""
        self._rows[[first, second]] = self._rows[[second, first]]
        self._rows[:, [first, second]] = self._rows[:, [second, first]]

    def product(self, weights: Floats, start: int, stop: int) -> Floats:
        """Return the sums [stop - start] of the first positions' columns, times their weights."""
        return weights @ self._rows[: len(weights), start:stop]


class RowKernel:
    """A kernel that holds its first rows on request, and computes products with the rest."""

    def __init__(self, smoothed: SmoothedRows, most: int) -> None:
        """Hold at most `most` rows."""
        self._smoothed = smoothed
        self._order = np.arange(smoothed.texts)
        # Memory pages that were never written take no space.
        self._rows = np.empty((min(most, smoothed.texts), smoothed.texts), dtype=np.float32)
        self._held = 0

    def exchange(self, first: int, second: int) -> None:
        """Swap the papers at two positions."""
        self._order[[first, second]] = self._order[[second, first]]
        held = self._rows[: self._held]
        held[:, [first, second]] = held[:, [second, first]]
        if max(first, second) < self._held:
            held[[first, second]] = held[[second, first]]
        elif min(first, second) < self._held:
            held[min(first, second)] = self._row(min(first, second))

    def product(self, weights: Floats, start: int, stop: int) -> Floats:
        """Return the sums [stop - start] of the first positions' columns, times their weights."""
        count = min(len(weights), len(self._rows))
        for position in range(self._held, count):
            self._rows[position] = self._row(position)
            self._held = position + 1
        found = weights[:count] @ self._rows[:count, start:stop]
        if count < len(weights):
            rest = np.zeros(self._smoothed.texts, dtype=np.float32)
            rest[self._order[count : len(weights)]] = weights[count:]
            found = found + self._smoothed.product(rest)[self._order[start:stop]]
        return found

    def _row(self, position: int) -> Floats:
        alone = np.zeros(self._smoothed.texts, dtype=np.float32)
        alone[self._order[position]] = 1
        return self._smoothed.product(alone)[self._order]
