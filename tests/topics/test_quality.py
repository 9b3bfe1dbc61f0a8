from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from papertriage.topics.quality import (
    CrossFitted,
    average_precision,
    calibration_error,
    cross_fit,
    measure,
    precision_recall_f1,
)


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1))
def test_average_precision_is_that_of_scikit_learn_ties_included(pairs: list[tuple[int, bool]]):
    values = np.array([value for value, _ in pairs], dtype=float)
    yes = np.array([label for _, label in pairs])
    theirs = average_precision_score(yes, values) if yes.any() else 0.0
    assert average_precision(values, yes) == pytest.approx(theirs)


def test_precision_recall_and_f1_of_known_tags():
    tagged = np.array([True, True, False, False, True])
    yes = np.array([True, False, True, False, True])
    assert precision_recall_f1(tagged, yes) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert precision_recall_f1(tagged & False, yes) == (0.0, 0.0, 0.0)


def test_calibration_error_is_the_gap_per_bin():
    probabilities = np.array([0.05, 0.05, 0.95, 1.0])
    yes = np.array([False, True, True, True])
    assert calibration_error(probabilities, yes, np.ones(4)) == pytest.approx((0.9 + 0.05) / 4)
    assert calibration_error(probabilities, yes, np.array([1.0, 0, 0, 0])) == pytest.approx(0.05)


def sample(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    values = random.normal(0, 2, count)
    yes = random.random(count) < 1 / (1 + np.exp(-2 * values))
    return values, yes, np.arange(count) % 5


def test_a_fold_is_calibrated_and_cut_without_its_own_labels():
    values, yes, folds = sample(300)
    before = cross_fit(values, yes, folds, values)
    turned = np.where(folds == 0, ~yes, yes)
    after = cross_fit(values, turned, folds, values)
    assert np.array_equal(before.probabilities[folds == 0], after.probabilities[folds == 0])
    assert np.array_equal(before.tagged[folds == 0], after.tagged[folds == 0])
    assert not np.array_equal(before.probabilities[folds == 1], after.probabilities[folds == 1])


def test_estimates_lie_in_their_interval_which_narrows_with_more_papers():
    widths = []
    for count in (200, 2000):
        values, yes, folds = sample(count)
        measured = measure(cross_fit(values, yes, folds, values))
        assert (measured.labelled, measured.positives) == (count, int(yes.sum()))
        for one in (measured.average_precision, measured.precision, measured.recall, measured.f1):
            assert 0 <= one.low <= one.value <= one.high <= 1
        widths.append(measured.f1.high - measured.f1.low)
        assert measured.calibration_error is not None
        assert measured.calibration_error.value < 0.1
    assert widths[0] > 2 * widths[1]


def test_what_promises_no_probability_has_no_calibration_error():
    values, yes, folds = sample(50)
    held: CrossFitted = cross_fit(values, yes, folds, values)
    assert measure(held, calibrated=False).calibration_error is None
