from __future__ import annotations

import random

import numpy as np
import pytest

from invented import invented_texts
from papertriage.ranking import kernel as kernels
from papertriage.ranking.kernel import DenseKernel, RowKernel, kernel_of
from papertriage.ranking.similarity import SmoothedRows, dense_kernel
from papertriage.ranking.views import words

ROWS = words(invented_texts(25))
WHOLE = dense_kernel(ROWS, 0.3)


@pytest.mark.parametrize("most", [None, 0, 4, 25])
def test_products_follow_the_exchanges_however_many_rows_are_held(most):
    chance = random.Random(3)  # noqa: S311 - no secrets
    smoothed = SmoothedRows(ROWS, 0.3)
    kernel = DenseKernel(WHOLE.copy()) if most is None else RowKernel(smoothed, most)
    order = np.arange(25)
    for _ in range(60):
        first, second = chance.randrange(25), chance.randrange(25)
        kernel.exchange(first, second)
        order[[first, second]] = order[[second, first]]
        count = chance.randrange(26)
        weights = np.linspace(-1, 1, count, dtype=np.float32)
        start = chance.randrange(25)
        expected = weights @ WHOLE[np.ix_(order[:count], order[start:])]
        assert np.abs(kernel.product(weights, start, 25) - expected).max() < 1e-5


def test_a_large_set_has_a_kernel_of_rows(monkeypatch):
    assert isinstance(kernel_of(ROWS, 0.3), DenseKernel)
    monkeypatch.setattr(kernels, "MAX_DENSE", 24)
    assert isinstance(kernel_of(ROWS, 0.3), RowKernel)
