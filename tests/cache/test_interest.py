from __future__ import annotations

import sqlite3

import pytest

from caches import lines, store_papers, titled
from papertriage.cache import interest
from papertriage.cache.interest import InterestScore
from papertriage.cache.journal import decide, undo
from papertriage.cache.listing import list_papers
from papertriage.cache.status import current_model, tally
from papertriage.models import Filters, Interest, Learned

MODEL = Learned(0, "abc", "2026-11-23T09:00:00Z", 3, 2, 5, 0.1)
EVIDENCE = (("sheep", 0.5), ("(base rate)", -0.1))


def scored(*keys: int) -> list[InterestScore]:
    return [InterestScore(key, key / 10, float(key), EVIDENCE) for key in keys]


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    store_papers(connection, *titled("ood 0.9", "ood 0.8", "causality 0.7", "Sheep", "Cows"))
    return connection


def interests(connection: sqlite3.Connection) -> list[Interest | None]:
    return [
        held.interest
        for held in sorted(list_papers(connection, Filters()), key=lambda h: h.paper.id)
    ]


def test_a_model_counts_from_when_it_begins(filled: sqlite3.Connection) -> None:
    assert current_model(filled) is None
    interest.begin_model(filled, MODEL, scored(1, 2))
    held = current_model(filled)
    assert held is not None
    assert (held.hash, held.decisions, held.calibration_error) == ("abc", 5, 0.1)
    assert interests(filled)[:3] == [Interest(0.1, EVIDENCE, 5), Interest(0.2, EVIDENCE, 5), None]
    interest.confirm_model(filled, held, 9)
    assert current_model(filled).said == 9  # type: ignore[union-attr]


def test_scores_of_two_models_are_never_read_together(filled: sqlite3.Connection) -> None:
    interest.begin_model(filled, MODEL, scored(1, 2, 3))
    first = current_model(filled)
    interest.begin_model(filled, MODEL, scored(2))
    assert [bool(one) for one in interests(filled)] == [False, True, False, False, False]
    # A fetch that began before goes on scoring with what it has loaded.
    interest.add_scores(filled, first.key, scored(4, 5))  # type: ignore[union-attr]
    assert [bool(one) for one in interests(filled)] == [False, True, False, False, False]
    order = [held.paper.id for held in list_papers(filled, Filters(), "interest")]
    assert order[0] == "arxiv:2510.00002"


def test_a_forgotten_models_scores_do_not_come_back(filled: sqlite3.Connection) -> None:
    interest.begin_model(filled, MODEL, scored(1, 2, 3))
    interest.forget_model(filled)
    assert current_model(filled) is None
    assert interests(filled) == [None] * 5
    interest.begin_model(filled, MODEL, [])
    assert interests(filled) == [None] * 5


def test_the_decisions_that_hold_are_counted_and_read_with_their_texts(
    filled: sqlite3.Connection,
) -> None:
    ids = [paper.id for paper in titled("", "", "", "")]
    new_line = lines().__next__
    for number, decision in enumerate(("keep", "skip", "later", "keep")):
        at = f"2026-11-23T09:0{number}:00.000000Z"
        decide(filled, [ids[number]], decision, at=at, new_line=new_line)
    assert tally(filled, 9) == (2, 1)
    assert tally(filled, 1) == (1, 1)
    undo(filled, ids[3:], at="2026-11-23T10:00:00.000000Z", new_line=new_line)
    assert tally(filled, 9) == (1, 1)
    assert interest.count_said(filled) == 5
    read = [(title, keep) for title, _, keep in interest.decided_texts(filled, 9)]
    assert read == [("ood 0.8", False), ("ood 0.9", True)]
    assert len(interest.decided_texts(filled, 1)) == 1
    before = interest.decided_texts(filled, 9, before="2026-11-23T09:01:00.000000Z")
    assert [title for title, _, _ in before] == ["ood 0.9"]


def test_a_decision_on_a_paper_that_is_gone_teaches_nothing(filled: sqlite3.Connection) -> None:
    decide(filled, ["x:1"], "keep", at="2026-11-23T09:00:00.000000Z", new_line=lines().__next__)
    assert tally(filled, 9) == (0, 0)
    assert interest.decided_texts(filled, 9) == []


def test_what_is_scored_first_ranked_high_is_tagged_or_is_new(filled: sqlite3.Connection) -> None:
    interest.begin_model(filled, MODEL, scored(4))
    assert {text.key for text in interest.worth_scoring(filled, 8)} == {1, 2, 3, 4, 5}
    assert [text.key for text in interest.worth_scoring(filled, 2)] == [4, 5]
    decide(
        filled,
        ["arxiv:2510.00004"],
        "skip",
        at="2026-11-23T09:00:00.000000Z",
        new_line=lines().__next__,
    )
    assert [text.key for text in interest.worth_scoring(filled, 2)] == [5, 3]


def test_papers_without_a_score_of_the_model_are_read_newest_first(
    filled: sqlite3.Connection,
) -> None:
    interest.begin_model(filled, MODEL, scored(1, 4))
    assert [[text.key for text in page] for page in interest.unscored(filled)] == [[5, 3, 2]]
    interest.begin_model(filled, MODEL, scored(5))
    assert [[text.key for text in page] for page in interest.unscored(filled)] == [[4, 3, 2, 1]]
