from __future__ import annotations

import numpy as np
import pytest

from invented import invented_texts
from papertriage.ranking import similarity
from papertriage.ranking.similarity import Cosines, Neighbours, SmoothedRows, dense_kernel
from papertriage.ranking.views import characters, words
from papertriage.topics.labelled import Text

TEXTS = [*invented_texts(40), Text("", None)]


def by_the_formula(rows, strength):
    """Smooth and scale the rows themselves, neighbour by neighbour."""
    plain = rows.toarray()
    cosines = plain @ plain.T
    smoothed = plain.copy()
    for own, row in enumerate(cosines):
        others = sorted((-value, other) for other, value in enumerate(row) if other != own)[:40]
        total = sum(-value for value, _ in others)
        for value, other in others if total else ():
            smoothed[own] += strength * (-value / total) * plain[other]
    lengths = np.linalg.norm(smoothed, axis=1, keepdims=True)
    smoothed /= np.where(lengths > 0, lengths, 1)
    return smoothed @ smoothed.T


@pytest.mark.parametrize("block", [7, 512])
def test_the_cosines_are_those_of_a_plain_product(block, monkeypatch):
    monkeypatch.setattr(similarity, "_BLOCK", block)
    rows = characters(TEXTS)
    cosines = Cosines(rows)
    found = np.concatenate([cosines.block(start) for start in cosines.starts()])
    assert np.abs(found - (rows @ rows.T).toarray()).max() < 1e-5


@pytest.mark.parametrize("strength", [0.0, 0.3])
@pytest.mark.parametrize("view", [words, characters])
def test_a_kernel_holds_the_cosines_of_smoothed_rows(view, strength):
    rows = view(TEXTS)
    assert np.abs(dense_kernel(rows, strength) - by_the_formula(rows, strength)).max() < 1e-5


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_a_product_without_the_kernel_equals_one_with_it(strength):
    rows = words(TEXTS)
    weights = np.linspace(-1, 1, len(TEXTS), dtype=np.float32)
    expected = dense_kernel(rows, strength) @ weights
    assert np.abs(SmoothedRows(rows, strength).product(weights) - expected).max() < 1e-5


def test_a_blank_text_is_like_none_not_even_itself():
    kernel = dense_kernel(words(TEXTS), 0.3)
    assert not kernel[-1].any()
    assert np.allclose(kernel.diagonal()[:-1], 1, atol=1e-5)


def test_fewer_than_eleven_texts_have_fewer_neighbours():
    cosines = np.array([[1, 0.5, 0.25], [0.5, 1, 0], [0.25, 0, 1]], dtype=np.float32)
    neighbours = Neighbours(3)
    neighbours.add(0, cosines)
    expected = [[1, 0.2, 0.1], [0.3, 1, 0], [0.3, 0, 1]]
    assert np.allclose(neighbours.smoother(0.3).toarray(), expected)
    alone = Neighbours(1)
    alone.add(0, np.ones((1, 1), dtype=np.float32))
    assert alone.smoother(0.3).toarray() == [[1]]
