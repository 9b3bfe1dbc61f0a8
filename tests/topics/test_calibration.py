from __future__ import annotations

import numpy as np
import pytest

from papertriage.topics.calibration import (
    Platt,
    best_value,
    day_weights,
    expected_at,
    expected_cuts,
    fit_platt,
)

RANDOM = np.random.default_rng(7)
VALUES = RANDOM.normal(0, 2, 20_000)
TRUE = Platt(1.5, -1.0)
YES = RANDOM.random(20_000) < TRUE(VALUES)
ONES = np.ones(20_000)


def test_a_sigmoid_is_found_again_from_what_it_drew():
    found = fit_platt(VALUES, YES, ONES)
    assert found.slope == pytest.approx(TRUE.slope, rel=0.1)
    assert found.offset == pytest.approx(TRUE.offset, rel=0.1)


def test_a_weight_of_two_is_a_paper_twice():
    values, yes = VALUES[:200], YES[:200]
    weights = np.where(np.arange(200) < 100, 2.0, 1.0)
    twice = np.concatenate([np.arange(200), np.arange(100)])
    by_weight, by_copy = (
        fit_platt(values, yes, weights),
        fit_platt(values[twice], yes[twice], ONES[twice]),
    )
    assert by_weight.slope == pytest.approx(by_copy.slope, abs=1e-6)
    assert by_weight.offset == pytest.approx(by_copy.offset, abs=1e-6)


@pytest.mark.parametrize("yes", [[True, True, False, False], [False, False, True, True]])
def test_labels_without_overlap_give_a_finite_rising_sigmoid(yes: list[bool]):
    found = fit_platt(np.array([2.0, 1.5, -1.5, -2.0]), np.array(yes), np.ones(4))
    assert 0 < found.slope < 100
    assert abs(found.offset) < 100


def test_an_enriched_sample_is_weighted_to_promise_a_days_probabilities():
    day = VALUES
    enriched = RANDOM.permutation(np.flatnonzero((VALUES > 0) | (RANDOM.random(20_000) < 0.1)))
    values, yes = VALUES[enriched], YES[enriched]
    weights = day_weights(values, day)
    assert yes.mean() > YES.mean() + 0.1
    assert np.average(yes, weights=weights) == pytest.approx(YES.mean(), abs=0.02)
    assert weights.sum() == pytest.approx(len(values))


def test_a_threshold_is_expected_to_keep_what_the_probabilities_say():
    day = np.array([0.9, 0.5, 0.1, 0.1])
    cut = expected_at(day, 0.5)
    assert (cut.precision, cut.recall) == (0.7, 0.875)
    assert expected_at(day, 0.95).recall == 0.0


def test_higher_thresholds_expect_more_precision_and_less_recall():
    cuts = expected_cuts(TRUE(VALUES))
    assert [cut.threshold for cut in cuts] == sorted({cut.threshold for cut in cuts})
    assert [cut.precision for cut in cuts] == sorted(cut.precision for cut in cuts)
    assert [cut.recall for cut in cuts] == sorted((cut.recall for cut in cuts), reverse=True)


def test_the_cut_of_best_f1_lies_between_papers_that_lie_apart():
    values = np.concatenate([RANDOM.normal(-3, 0.3, 90), RANDOM.normal(3, 0.3, 10)])
    cut = best_value(values, np.arange(100) >= 90)
    assert abs(cut) < 2.5


def test_the_cut_loses_hardly_any_f1_to_the_best_of_all_cuts():
    def f1(cut: float) -> float:
        tagged = cut <= VALUES
        return 2 * (tagged & YES).sum() / (tagged.sum() + YES.sum())

    best = max(map(f1, np.linspace(-4, 4, 200)))
    assert f1(best_value(VALUES, YES)) > best - 0.01
