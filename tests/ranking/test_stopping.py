from __future__ import annotations

import random
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SHARED
from invented import invented_labels
from papertriage.files.review import read_review
from papertriage.ranking.ranker import Ranker
from papertriage.ranking.stopping import StoppingAdviser, advice, audit_bound, drawn_audit
from papertriage.triage.measuring.simulating import drawn_rows, labels_in, simulate

reads = st.lists(st.booleans(), max_size=60)
unreads = st.integers(0, 80)
confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def chance_of_at_most(hits, relevant, drawn, papers):
    """Count the draws that hold at most so many of the first `relevant` papers."""
    draws = [sum(paper < relevant for paper in d) for d in combinations(range(papers), drawn)]
    return sum(held <= hits for held in draws) / len(draws)


@pytest.mark.parametrize("papers", [3, 6, 9])
@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_the_bound_of_audits_is_what_counting_all_draws_gives(papers, confidence):
    for audits in range(1, papers):
        unread = papers - audits
        for hits in range(audits + 1):
            chances = [
                chance_of_at_most(hits, hits + missed, audits, papers)
                for missed in range(unread + 1)
            ]
            possible = [missed for missed, c in enumerate(chances) if c >= 1 - confidence]
            assert audit_bound(hits, audits, unread, confidence) == max(possible)


@given(st.integers(1, 40), st.integers(0, 40), st.data(), confidences)
def test_the_bound_of_audits_holds_as_often_as_it_says(audits, unread, data, confidence):
    papers = audits + unread
    relevant = data.draw(st.integers(0, papers))
    held = sum(
        comb(relevant, hits) * comb(papers - relevant, audits - hits)
        for hits in range(min(audits, relevant) + 1)
        if relevant - hits <= audit_bound(hits, audits, unread, confidence)
    )
    assert held >= (confidence - 1e-9) * comb(papers, audits)


def test_without_audits_anything_may_be_missed():
    assert audit_bound(0, 0, 700) == 700


def test_an_order_without_relevant_papers_is_one_draw():
    for read in (1, 5, 20):
        for unread in (0, 1, 30):
            assert advice([False] * read, unread, confidence=0.9).missed_at_most == audit_bound(
                0, read, unread, 0.9
            )


@given(reads, unreads, confidences)
def test_the_bound_lies_between_none_and_all_that_are_unread(read, unread, confidence):
    said = advice(read, unread, confidence=confidence)
    assert 0 <= said.missed_at_most <= unread
    assert (said.read, said.found, said.unread) == (len(read), sum(read), unread)
    assert (said.recall_at_least is None) == (not any(read))
    if said.enough:
        assert any(read)
    if not unread:
        assert said.known
        assert said.text == "all read"


@given(reads, unreads, confidences)
def test_more_confidence_never_bounds_tighter(read, unread, confidence):
    bounds = [advice(read, unread, confidence=c).missed_at_most for c in (confidence, 0.999)]
    assert bounds == sorted(bounds)


@given(reads, st.integers(1, 80), confidences)
def test_one_more_irrelevant_paper_never_loosens_the_bound(read, unread, confidence):
    before = advice(read, unread, confidence=confidence)
    after = advice([*read, False], unread - 1, confidence=confidence)
    assert after.missed_at_most <= before.missed_at_most
    assert after.enough >= before.enough


@given(st.integers(0, 60), st.integers(1, 80), st.floats(-3, 3), confidences)
def test_equal_margins_bound_no_tighter_than_counts(irrelevant, unread, margin, confidence):
    # With margins the papers are drawn as if each was put back.
    read = [False] * irrelevant
    by_counts = advice(read, unread, confidence=confidence)
    for margins in ([margin] * irrelevant, [None] * irrelevant):
        by_margins = advice(
            read, unread, margins=margins, unread_margins=[margin] * unread, confidence=confidence
        )
        assert by_margins.missed_at_most >= by_counts.missed_at_most


@given(reads, st.integers(1, 60), st.floats(0, 3))
def test_the_lower_the_unread_margins_the_tighter_the_bound(read, unread, lower):
    margins = [0.0] * len(read)
    high = advice(read, unread, margins=margins, unread_margins=[0.0] * unread)
    low = advice(read, unread, margins=margins, unread_margins=[-lower] * unread)
    assert low.missed_at_most <= high.missed_at_most


def test_margins_far_apart_are_no_overflow():
    said = advice([True, False], 2, margins=[1e6, -1e6], unread_margins=[-1e6, -1e6])
    assert 0 <= said.missed_at_most <= 2


def test_a_margin_for_some_papers_only_is_refused():
    with pytest.raises(ValueError, match="expected one margin per paper"):
        advice([True], 2, margins=[], unread_margins=[0.0, 0.0])
    with pytest.raises(ValueError, match="expected one margin per paper"):
        advice([True], 2, margins=[0.0], unread_margins=[0.0])


def test_the_advice_is_worded_by_what_is_known():
    assert advice([True] + [False] * 30, 600).text == "too little is known to stop"
    assert advice([True] + [False] * 3, 1).text == "too little is known to stop"
    assert advice([False] * 600, 1).text == "nothing missed, 95%"
    assert advice([True] + [False] * 600, 30).text == (
        "you may stop: 95% of what you would keep is likely behind you"
    )
    assert advice([True] * 5 + [False] * 100, 100).text == "at most 4 missed, 95%"
    assert advice([True], 0).text == "all read"


def test_a_target_that_is_lower_is_reached_earlier():
    read = [True] * 20 + [False] * 60
    assert not advice(read, 60).enough
    assert advice(read, 60, target=0.8).enough


def test_one_time_in_ten_an_audit_is_drawn_and_any_paper_may_be_it():
    chance = random.Random(5)  # noqa: S311 - for choosing, not for secrets
    drawn = [drawn_audit("abcd", chance) for _ in range(2000)]
    assert 150 < sum(paper is not None for paper in drawn) < 250
    assert set(drawn) == {None, *"abcd"}
    assert not any(drawn_audit("", chance) for _ in range(100))


def test_a_reading_takes_back_and_ignores_rows_of_others():
    reading = StoppingAdviser(range(5))
    reading.answer(7, relevant=True)
    reading.answer(2, relevant=True)
    reading.answer(3, relevant=False)
    reading.take_back(7)
    assert (reading.relevant, [*reading.unread]) == ([True, False], [0, 1, 4])
    reading.answer(2, relevant=False)
    reading.take_back(3)
    assert (reading.relevant, [*reading.unread]) == ([False], [0, 1, 4, 3])
    assert reading.advice() == advice([False], 4)


def test_a_reading_judges_by_the_margins_that_papers_had_before():
    reading = StoppingAdviser(range(4))
    reading.look([1.0, 0.5, -1.0, -2.0])
    reading.answer(0, relevant=True)
    reading.look([2.0, 0.0, -1.5, -2.5])
    reading.answer(1, relevant=False)
    assert reading.advice() == advice(
        [True, False], 2, margins=[1.0, 0.0], unread_margins=[-1.5, -2.5]
    )


def test_margins_of_a_ranker_come_with_both_answers_and_tell_papers_apart():
    papers = invented_labels(60)
    ranker = Ranker([paper.text for paper in papers])
    ranker.answer(0, relevant=True)
    assert not ranker.margins().any()
    for row in range(1, 12):
        ranker.answer(row, relevant=papers[row].labels["birdsong"])
    margins = ranker.margins()
    relevant = [paper.labels["birdsong"] for paper in papers]
    best = sorted(range(60), key=lambda row: -margins[row])[:20]
    assert sum(relevant[row] for row in best) >= 17


@pytest.mark.parametrize("name", ["Kitchenham_2010", "Nagtegaal_2019"])
def test_the_promise_holds_on_an_open_review_and_costs_less_than_buscar(name):
    file = SHARED / "data" / "triage" / f"{name}.csv"
    if not file.is_file():
        pytest.skip("the open reviews are not here: shared/data/triage")
    review = read_review(str(file), "label_included")
    done = simulate(review, drawn_rows(review, 3), 3, lambda: 0.0, lambda _: None)
    assert done.stop.recall >= 0.95
    labels, papers = labels_in(done.order, review), done.n
    looks = range(papers // 100, papers, papers // 100)
    buscar = next(read for read in looks if advice(labels[:read], papers - read).enough)
    assert done.stop.at < buscar
