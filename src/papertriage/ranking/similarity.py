"""Compute cosines between rows, each smoothed over its nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from papertriage.ranking.views import Matrix

Floats = NDArray[np.float32]

# 20 to 50 neighbours, smoothed at 0.6 to 1, make no difference; 10 at 0.3 are worse.
_NEIGHBOURS = 40
_BLOCK = 512
# Terms found in a larger share of texts are cheaper in a dense product: docs/research/costs.md.
_FREQUENT = 0.08
_MAX_CELLS = 100_000_000
"""Memory of the dense part: 400 MB."""


class Cosines:
    """Multiplies rows of length 1 with each other, block by block."""

    def __init__(self, rows: Matrix) -> None:
        """Separate the frequent terms."""
        self.texts: int = rows.shape[0]
        held = np.bincount(rows.indices, minlength=rows.shape[1])
        count = min(int((held > _FREQUENT * self.texts).sum()), _MAX_CELLS // self.texts)
        order = np.argsort(-held, kind="stable")
        self._frequent: Floats = rows[:, np.sort(order[:count])].toarray()
        self._rare = rows[:, np.sort(order[count:])]
        self._terms = self._rare.T.tocsr()

    def starts(self) -> range:
        """Return the first text of each block."""
        return range(0, self.texts, _BLOCK)

    def block(self, start: int) -> Floats:
        """Return the cosines [up to 512, texts] of the texts from start on with all."""
        chosen = slice(start, start + _BLOCK)
        product: Floats = (self._rare[chosen] @ self._terms).toarray()
        product += self._frequent[chosen] @ self._frequent.T
        return product


class Neighbours:
    """Collects each text's 40 most similar others, block by block."""

    def __init__(self, texts: int) -> None:
        """Prepare for this many texts."""
        self._count = min(_NEIGHBOURS, texts - 1)
        self._nearest = np.zeros((texts, self._count), dtype=np.int64)
        self._cosines = np.zeros((texts, self._count), dtype=np.float32)

    def add(self, start: int, block: Floats) -> None:
        """Add the cosines of the texts from start on with all."""
        if self._count == 0:
            return
        here = np.arange(len(block))
        others = block.copy()
        others[here, start + here] = -1
        nearest = np.argpartition(others, -self._count, axis=1)[:, -self._count :]
        stop = start + len(block)
        self._nearest[start:stop] = nearest
        self._cosines[start:stop] = np.maximum(np.take_along_axis(others, nearest, axis=1), 0)

    def smoother(self, strength: float) -> Matrix:
        """Return I + strength x W in CSR: W holds the cosines, scaled to row sums of 1 (or 0)."""
        texts = len(self._nearest)
        sums = self._cosines.sum(axis=1, keepdims=True)
        shares = strength * self._cosines / np.where(sums > 0, sums, 1)
        starts = np.arange(texts + 1) * self._count
        own = sparse.identity(texts, dtype=np.float32, format="csr")
        values = shares.astype(np.float32).ravel()
        return own + sparse.csr_matrix((values, self._nearest.ravel(), starts), (texts, texts))


def dense_kernel(rows: Matrix, strength: float) -> Floats:
    """Return the cosines [texts, texts] of the smoothed rows; a row without terms only has zeros.

    Smoothing X <- (I + strength x W) X before the rows are scaled to length 1, computed as K <- (I
    + strength x W) K (I + strength x W)'.
    """
    cosines = Cosines(rows)
    neighbours = Neighbours(cosines.texts)
    kernel = np.empty((cosines.texts, cosines.texts), dtype=np.float32)
    for start in cosines.starts():
        block = cosines.block(start)
        kernel[start : start + len(block)] = block
        if strength:
            neighbours.add(start, block)
    del cosines
    if strength:
        smoother = neighbours.smoother(strength)
        kernel = smoother @ (smoother @ kernel).T
    scales = _scales(kernel.diagonal())
    kernel *= scales[:, None]
    kernel *= scales
    return kernel


class SmoothedRows:
    """Multiplies by the same kernel without holding it: a row has the terms of some 41 texts."""

    def __init__(self, rows: Matrix, strength: float) -> None:
        """Find the neighbours and the lengths of the smoothed rows."""
        cosines = Cosines(rows)
        neighbours = Neighbours(cosines.texts)
        for start in cosines.starts() if strength else ():
            neighbours.add(start, cosines.block(start))
        self.texts = cosines.texts
        self._rows = rows
        self._smoother = neighbours.smoother(strength)
        squares = np.zeros(self.texts, dtype=np.float32)
        for start in cosines.starts():
            smoothed = self._smoother[start : start + _BLOCK] @ rows
            squares[start : start + _BLOCK] = smoothed.multiply(smoothed).sum(axis=1).A1
        self._scales = _scales(squares)
        self._spread = self._smoother.T.tocsr()

    def product(self, weights: Floats) -> Floats:
        """Return kernel @ weights, both [texts]."""
        spread = self._spread @ (weights * self._scales)
        touched = np.flatnonzero(spread)
        terms = self._rows[touched].T @ spread[touched]
        found: Floats = self._scales * (self._smoother @ (self._rows @ terms))
        return found


def _scales(squares: Floats) -> Floats:
    return np.where(squares > 0, 1 / np.sqrt(np.where(squares > 0, squares, 1)), 0).astype(
        np.float32
    )
