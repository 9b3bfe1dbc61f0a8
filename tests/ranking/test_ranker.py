from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHARED
from invented import invented_labels
from papertriage.files.review import read_review
from papertriage.ranking import kernel
from papertriage.ranking.measures import loss, recall, work_saved
from papertriage.ranking.ranker import ELAS_U4, Ranker
from papertriage.topics.labelled import Text

PAPERS = invented_labels(80)
TEXTS = [paper.text for paper in PAPERS]
RELEVANT = [paper.labels["birdsong"] for paper in PAPERS]


def answered(rows, texts=TEXTS):
    ranker = Ranker(texts)
    for row in rows:
        ranker.answer(row, relevant=RELEVANT[row])
    return ranker


def close(first, second):
    return np.abs(first.scores() - second.scores()).max() < 1e-3


def test_it_finds_the_relevant_papers_first():
    ranker = answered([0, 1])
    asked = []
    for _ in range(20):
        row = ranker.best()
        asked.append(RELEVANT[row])
        ranker.answer(row, relevant=RELEVANT[row])
    assert sum(asked) >= 19


def test_learning_one_by_one_equals_training_anew():
    one_by_one = Ranker(TEXTS)
    for row in range(40):
        one_by_one.answer(row, relevant=RELEVANT[row])
        one_by_one.best()
    assert close(one_by_one, answered(range(40)))
    assert one_by_one.best() == answered(reversed(range(40))).best()


@given(st.permutations(range(12)), st.integers(0, 11))
@settings(max_examples=20)
def test_any_answer_taken_back_is_as_never_given(rows, taken):
    ranker = Ranker(TEXTS[:30])
    for row in rows:
        ranker.answer(row, relevant=RELEVANT[row])
        ranker.best()
    ranker.take_back(rows[taken])
    kept = [row for row in rows if row != rows[taken]]
    assert close(ranker, answered(kept, TEXTS[:30]))


def test_another_answer_replaces_the_first():
    changed = answered(range(10))
    changed.best()
    changed.answer(3, relevant=not RELEVANT[3])
    changed.best()
    changed.answer(3, relevant=RELEVANT[3])
    assert close(changed, answered(range(10)))


def test_a_set_too_large_for_a_whole_kernel_is_ranked_the_same(monkeypatch):
    whole = answered([0, 1])
    monkeypatch.setattr(kernel, "MAX_DENSE", 10)
    # 7 rows of two views.
    monkeypatch.setattr(kernel, "_MAX_ROWS", 7 * 4 * len(TEXTS))
    by_rows = answered([0, 1])
    for _ in range(30):
        row = whole.best()
        assert by_rows.best() == row
        whole.answer(row, relevant=RELEVANT[row])
        by_rows.answer(row, relevant=RELEVANT[row])
    by_rows.take_back(0)
    whole.take_back(0)
    assert close(whole, by_rows)


def test_before_the_first_relevant_answer_all_scores_are_0():
    ranker = Ranker(TEXTS)
    assert ranker.scores().tolist() == [0] * 80
    assert ranker.scores().dtype == np.float32
    assert ranker.best() == 0
    ranker.answer(0, relevant=False)
    assert ranker.scores().tolist() == [0] * 80
    assert ranker.best() == 1


def test_relevant_answers_alone_rank_by_likeness():
    ranker = answered([0, 3])
    best = np.argsort(-ranker.scores())
    assert {int(row) for row in best[:2]} == {0, 3}
    assert sum(RELEVANT[row] for row in best[2:12]) == 10


def test_of_equal_papers_the_first_is_asked_first():
    twins = [Text("Bird song", "Syllables of a warbler"), Text("Tractors", "Diesel and oil")]
    twins += [Text("Warbler song", "A tutor's syllables")] * 9
    ranker = Ranker(twins)
    ranker.answer(0, relevant=True)
    ranker.answer(1, relevant=False)
    for row in range(2, 11):
        assert ranker.best() == row
        ranker.answer(row, relevant=row % 2 == 0)
    assert ranker.best() is None
    assert np.isfinite(ranker.scores()).all()


def test_a_row_that_is_not_there_or_not_answered_is_refused():
    ranker = answered([2])
    for row in (-1, 80):
        with pytest.raises(IndexError, match=f"no row {row} among 80"):
            ranker.answer(row, relevant=True)
    with pytest.raises(ValueError, match="row 3 has no answer"):
        ranker.take_back(3)


def test_an_empty_set_has_no_best_row():
    ranker = Ranker([])
    assert ranker.best() is None
    assert ranker.scores().shape == (0,)


@given(
    st.lists(st.tuples(st.text(max_size=20), st.none() | st.text(max_size=40)), max_size=14),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40)
def test_any_texts_can_be_ranked_to_the_last(pairs, chance: random.Random):
    ranker = Ranker([Text(title, abstract) for title, abstract in pairs])
    seen = []
    while (row := ranker.best()) is not None:
        seen.append(row)
        ranker.answer(row, relevant=chance.random() < 0.5)
        assert np.isfinite(ranker.scores()).all()
    assert sorted(seen) == list(range(len(pairs)))


def open_review(name):
    """Return the texts, labels and published figures of an open review."""
    folder = SHARED / "data" / "triage"
    if not (folder / f"{name}.csv").exists():
        pytest.skip("the open reviews are not here")
    review = read_review(str(folder / f"{name}.csv"), "label_included")
    figures = json.loads((folder / "elas_u4.json").read_text())[f"{name}.1"]
    return review.texts, review.relevant, figures


def read_all(ranker, labels, prior):
    order = list(prior)
    for row in prior:
        ranker.answer(row, relevant=labels[row])
    while sum(labels[row] for row in order) < sum(labels):
        order.append(ranker.best())
        ranker.answer(order[-1], relevant=labels[order[-1]])
    return [labels[row] for row in order] + [False] * (len(labels) - len(order))


def test_elas_u4_comes_out_as_asreview_measured_it():
    texts, labels, figures = open_review("Kitchenham_2010")
    order = read_all(Ranker(texts, ELAS_U4), labels, figures["prior"])
    assert len(texts) == figures["n"]
    assert round(loss(order), 4) == figures["loss"]
    assert round(recall(order), 4) == figures["recall10"]
    assert round(work_saved(order), 4) == figures["wss95"]


def test_our_recipe_loses_at_most_095_of_elas_u4():
    texts, labels, figures = open_review("Nagtegaal_2019")
    assert loss(read_all(Ranker(texts), labels, figures["prior"])) <= 0.95 * figures["loss"]
