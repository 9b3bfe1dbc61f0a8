from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented import invented_labels
from papertriage.errors import InputError
from papertriage.files.review import Review
from papertriage.ranking import measures
from papertriage.topics.labelled import Text
from papertriage.triage.measuring.simulating import (
    check_review,
    drawn_rows,
    labels_in,
    prior_rows,
    simulate,
)

PAPERS = invented_labels(60)
REVIEW = Review(
    tuple(paper.text for paper in PAPERS), tuple(paper.labels["birdsong"] for paper in PAPERS)
)
TWO = Review((Text("A", None), Text("B", None)), (True, False))


def replayed(review, prior, seed=None):
    ticks = itertools.count()
    found = []
    return simulate(review, prior, seed, lambda: next(ticks), found.append), found


def test_a_replay_asks_until_all_relevant_papers_are_found():
    done, found = replayed(REVIEW, (4, 0, 6))
    assert done.order[:3] == done.prior == (4, 0, 6)
    assert len(set(done.order)) == len(done.order) == done.steps + 3
    assert {row for row, yes in enumerate(REVIEW.relevant) if yes} <= set(done.order)
    assert REVIEW.relevant[done.order[-1]]
    assert (done.n, done.relevant, sum(found)) == (60, 20, 18)
    assert done.loss == round(measures.loss(labels_in(done.order, REVIEW)), 6) < 0.1


def test_the_measured_times_are_those_of_the_clock():
    done, _ = replayed(REVIEW, (0, 1))
    assert done.prepare_ms == 1000
    assert done.ms_per_step == round(1000 / done.steps, 3)


def test_the_stop_is_where_enough_was_read_whether_or_not_the_replay_is_over():
    done, _ = replayed(REVIEW, (4, 0, 6))
    assert done.stop.recall == 1
    assert len(done.order) < done.stop.at < 60
    assert done.stop.read == round(done.stop.at / 60, 6)


def test_the_recall_at_the_stop_counts_what_was_found_by_then():
    # The last two relevant papers look like the irrelevant ones.
    texts = [paper.text for paper in invented_labels(900)]
    relevant = [paper.labels["birdsong"] for paper in invented_labels(900)]
    odd = [row for row, yes in enumerate(relevant) if not yes][-20:]
    review = Review(tuple(texts), tuple(yes or row in odd for row, yes in enumerate(relevant)))
    done, _ = replayed(review, (0, 1))
    assert done.stop.at < len(done.order)
    read = [review.relevant[row] for row in done.order[: done.stop.at]]
    assert done.stop.recall == round(sum(read) / sum(review.relevant), 6) < 1


def test_a_review_of_two_papers_is_over_before_it_begins():
    done, found = replayed(TWO, (0, 1), 7)
    assert (done.steps, done.order, done.ms_per_step, found) == (0, (0, 1), 0, [])
    assert (done.loss, done.recall10, done.wss95, done.seed) == (0, 0, 0.45, 7)


def test_a_seed_always_draws_the_same_relevant_and_irrelevant_row():
    draws = {drawn_rows(REVIEW, seed) for seed in range(20)}
    assert len(draws) > 10
    assert all(REVIEW.relevant[yes] and not REVIEW.relevant[no] for yes, no in draws)
    assert drawn_rows(REVIEW, 5) == drawn_rows(REVIEW, 5)


def test_prior_rows_are_read_in_the_given_order():
    assert prior_rows("3, 1,0", REVIEW) == (3, 1, 0)


@pytest.mark.parametrize(
    ("given_rows", "said"),
    [
        ("", "use row numbers separated by commas"),
        ("1,x", "use row numbers separated by commas"),
        ("1,-2", "use row numbers separated by commas"),
        ("1,", "use row numbers separated by commas"),
        ("0,1,60", "there is no row 60, use 0 to 59"),
        ("0,1,0", "it contains a row twice"),
        ("0,3", "all rows are relevant, add one that is irrelevant"),
        ("1", "all rows are irrelevant, add one that is relevant"),
    ],
)
def test_wrong_prior_rows_are_refused(given_rows, said):
    with pytest.raises(InputError, match=said):
        prior_rows(given_rows, REVIEW)


@given(st.text(max_size=20))
def test_any_prior_is_rows_of_both_kinds_or_an_error(text):
    try:
        rows = prior_rows(text, REVIEW)
    except InputError:
        return
    assert {REVIEW.relevant[row] for row in rows} == {True, False}


@pytest.mark.parametrize(("label", "kind"), [(True, "irrelevant"), (False, "relevant")])
def test_a_review_of_one_kind_is_refused(label, kind):
    with pytest.raises(InputError, match=f"no row is labelled {kind}"):
        check_review(Review((Text("A", None),), (label,)))
    check_review(TWO)
