from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from invented import invented_labels
from papertriage.ranking import hinge
from papertriage.ranking.similarity import dense_kernel
from papertriage.ranking.views import words

PAPERS = invented_labels(90)
ROWS = words([paper.text for paper in PAPERS])
KERNEL = dense_kernel(ROWS, 0.0)
SIGNS = np.array([1 if paper.labels["birdsong"] else -1 for paper in PAPERS], dtype=np.float32)


def scores(count, start=None, scale=1):
    cosines = KERNEL[:count, :count]
    costs = hinge.costs(SIGNS[:count], hinge.ELAS_U4) * np.float32(scale)
    begin = np.zeros(count, dtype=np.float32) if start is None else start
    found = hinge.fit(lambda own: cosines @ own + own.sum(), SIGNS[:count], costs, begin)
    return found, found @ KERNEL[:count] + found.sum()


def test_relevant_answers_weigh_9_8_times_the_others_and_all_sum_to_011_each():
    found = hinge.costs(np.array([1, -1, -1, -1, -1], dtype=np.float32), hinge.ELAS_U4)
    assert found.sum() == pytest.approx(0.11 * 5)
    assert found[0] == pytest.approx(9.8 * found[1:].sum())
    assert len(set(found[1:])) == 1


@pytest.mark.parametrize(("relevant", "each"), [(1, 0.01), (5, 0.01), (40, 0.11), (90, 0.11)])
def test_the_costs_grow_with_the_relevant_answers(relevant, each):
    signs = np.array([1] * relevant + [-1] * 10, dtype=np.float32)
    assert hinge.costs(signs, hinge.GROWING).sum() == pytest.approx(each * len(signs))


# Where costs are high some answers are no support vectors, and the active set has to move.
@pytest.mark.parametrize("scale", [1, 30, 1000])
@pytest.mark.parametrize("count", [2, 15, 60])
def test_the_scores_are_those_of_liblinear(count, scale):
    costs = hinge.costs(SIGNS[:count], hinge.ELAS_U4) * scale
    theirs = LinearSVC(loss="squared_hinge", C=1, tol=1e-8, max_iter=1_000_000)
    theirs.fit(ROWS[:count], SIGNS[:count], sample_weight=costs)
    _, ours = scores(count, scale=scale)
    assert np.abs(ours - theirs.decision_function(ROWS)).max() < 1e-3


def test_where_it_begins_makes_no_difference():
    _, fresh = scores(60)
    begin = np.linspace(-5, 5, 60, dtype=np.float32)
    assert np.abs(scores(60, begin)[1] - fresh).max() < 1e-3
