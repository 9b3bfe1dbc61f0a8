from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_pick
from caches import cache_of, lines, store_papers, titled
from papertriage.cache import interest as held
from papertriage.cache import picks
from papertriage.cache.interest import InterestScore
from papertriage.cache.journal import decide
from papertriage.errors import InputError
from papertriage.models import Filters, Learned
from papertriage.triage.day import promising
from papertriage.triage.day.promising import for_minutes, for_recall

DAY = date(2026, 11, 23)
MODEL = Learned(0, "abc", "2026-11-23T07:00:00Z", 3, 2, 5, 0.07)
SCORES = (0.9, 0.8, 0.2, 0.1)


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    """Return a cache of four papers with their interests."""
    with cache_of(home / "cache.db", "a", "b", "c", "d") as connection:
        scored = [InterestScore(n, score, score, ()) for n, score in enumerate(SCORES, start=1)]
        held.begin_model(connection, MODEL, scored)
        yield connection


@pytest.mark.parametrize(
    ("recall", "papers", "kept", "share"),
    [(0.4, 1, "1", "45%"), (0.8, 2, "2", "85%"), (0.9, 3, "2", "95%"), (1.0, 4, "2", "100%")],
)
def test_as_many_papers_as_hold_the_share(
    connection: sqlite3.Connection, recall: float, papers: int, kept: str, share: str
) -> None:
    promise = for_recall(connection, DAY, Filters(), recall, again=False)
    assert promise.papers == papers
    expected, rest = promise.lines
    assert expected.startswith(
        f"expected: {papers} of 4 new papers, {kept} of which you would keep"
    )
    assert rest == (
        f"that is {share} of those you would keep (calibration error 0.07 on 5 decisions)"
    )


def test_only_what_came_since_the_last_look_is_new(connection: sqlite3.Connection) -> None:
    looked = "2026-11-22T09:00:00Z"
    picks.record(connection, "2026-11-22", [("other", make_pick())], at=looked)
    promise = for_recall(connection, DAY, Filters(), 1.0, again=False)
    assert (promise.since, promise.papers) == (looked, 4)
    picks.record(connection, "2026-11-22", [("other", make_pick(2))], at="2026-11-23T08:00:00Z")
    empty = for_recall(connection, DAY, Filters(), 1.0, again=False)
    assert empty.lines[0].startswith("expected: 0 of 0 new papers, 0 of which")
    assert empty.papers == 1


def test_new_papers_that_no_score_was_made_for_are_counted(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled(*(f"e{n}" for n in range(4)), "new", "newer"))
    promise = for_recall(connection, DAY, Filters(), 0.9, again=False)
    assert promise.lines[2].startswith("2 more new papers without a score: ")


def test_before_there_is_enough_a_share_is_refused_and_minutes_are_not(home: Path) -> None:
    with cache_of(home / "other.db", "a") as connection:
        with pytest.raises(InputError, match="requires 2 more keeps and 2 more skips"):
            for_recall(connection, DAY, Filters(), 0.9, again=False)
        promise = for_minutes(connection, DAY, Filters(), 10, again=False)
        assert promise.papers == 20
        assert promise.lines[0].startswith("20 papers in 10 minutes, at 30 s each (a guess")


def test_minutes_follow_the_readers_own_pace(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled(*(f"p{n}" for n in range(20))))
    new_line = lines().__next__
    # Ten a minute, then a night, then three with one command.
    for n in range(8):
        at = f"2026-11-22T09:00:{n * 6:02}.000000Z"
        decide(connection, [f"arxiv:2510.{n + 5:05}"], "skip", at=at, new_line=new_line)
    ids = [f"arxiv:2510.{n:05}" for n in (13, 14, 15)]
    decide(connection, ids, "skip", at="2026-11-23T09:00:00.000000Z", new_line=new_line)
    promise = for_minutes(connection, DAY, Filters(), 0.5, again=False)
    assert promise.papers == 5
    assert "at 6 s each (your pace)" in promise.lines[0]
    assert promise.lines[1].startswith("expected: 4 papers, 2 of which you would keep")


@given(st.lists(st.floats(0.001, 0.999), max_size=30), st.floats(0.01, 1.0))
def test_no_fewer_papers_would_hold_the_share(scores: list[float], recall: float) -> None:
    scores.sort(reverse=True)
    papers = promising._enough(scores, recall)
    assert sum(scores[:papers]) >= recall * sum(scores) - 1e-6
    assert papers == 0 or sum(scores[: papers - 1]) < recall * sum(scores)
