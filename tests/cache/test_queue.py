from __future__ import annotations

import pytest

from caches import cache_of, lines, named_paper, store_papers, titled
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.cache.picks import Day, candidates
from papertriage.cache.queue import (
    Judged,
    judged,
    pass_over,
    passed_at,
    unjudged,
)
from papertriage.cache.waiting import queue_of, waiting_now
from papertriage.models import Filters

MIDNIGHT = "2026-11-24T00:00:00.000000Z"
TODAY = "2026-11-24T09:00:00.000000Z"
YESTERDAY = "2026-11-23T09:00:00.000000Z"
TITLES = ("ood 0.1 Plain", "ood 0.9 Best", "causality 0.7 Good", "None")
PLAIN, BEST, GOOD, NONE = (paper.id for paper in titled(*TITLES))


@pytest.fixture
def connection(tmp_path):
    with cache_of(tmp_path / "cache.db", *TITLES) as connection:
        yield connection


def waiting(connection, *, again=False, **filters) -> list[str]:
    asked = waiting_now(connection, Filters(**filters), MIDNIGHT, again=again)
    return queue_of(connection, asked, by_interest=False).papers


new_line = lines().__next__


def say(connection, paper, decision, at=TODAY) -> None:
    decide(connection, [paper], decision, at=at, new_line=new_line)


def test_what_was_passed_over_waits_no_more_unless_asked_for_or_changed(connection) -> None:
    assert pass_over(connection, [BEST, GOOD], TODAY, "catch-up of 20 minutes") == 2
    assert waiting(connection) == [PLAIN, NONE]
    assert waiting(connection, again=True) == [BEST, GOOD, PLAIN, NONE]
    assert passed_at(connection, BEST) == (TODAY, "catch-up of 20 minutes")
    assert passed_at(connection, PLAIN) is None
    connection.execute("UPDATE papers SET changed = '2026-11-25T00:00:00Z' WHERE id = ?", (GOOD,))
    assert waiting(connection) == [GOOD, PLAIN, NONE]


def test_the_day_does_not_pick_what_was_passed_over(connection) -> None:
    pass_over(connection, [BEST], TODAY, "catch-up of 20 minutes")
    day = Day("2026-11-24", MIDNIGHT)
    found = candidates(connection, day, Filters(), again=False)
    assert [candidate.paper for candidate in found] == [GOOD]
    assert len(candidates(connection, day, Filters(), again=True)) == 2


def test_a_decided_paper_is_not_passed_over_and_a_passed_one_is_no_decision(connection) -> None:
    say(connection, BEST, "later")
    assert pass_over(connection, [BEST, GOOD], TODAY, "catch-up") == 1
    assert passed_at(connection, BEST) is None
    assert judged(connection, 10) == []
    assert connection.execute("SELECT count(*) FROM journal").fetchone()[0] == 1


def test_a_passed_paper_is_known_under_a_better_id(tmp_path) -> None:
    paper = named_paper("title:0123456789abcdef", title="The Long Way Home of an Eel")
    with opened(tmp_path / "cache.db") as connection:
        store_papers(connection, paper)
        pass_over(connection, [paper.id], TODAY, "catch-up")
        store_papers(connection, named_paper("arxiv:2510.00001", title=paper.title), feed="b")
        assert passed_at(connection, "arxiv:2510.00001") == (TODAY, "catch-up")


def test_judged_papers_are_the_kept_and_skipped_newest_first(connection) -> None:
    say(connection, BEST, "keep", at=YESTERDAY)
    say(connection, PLAIN, "skip")
    say(connection, GOOD, "later")
    found = judged(connection, 10)
    assert [(paper.id, paper.kept) for paper in found] == [(PLAIN, False), (BEST, True)]
    assert [paper.id for paper in judged(connection, 1)] == [PLAIN]


def test_texts_come_in_the_order_asked_without_those_that_are_not_there(connection) -> None:
    found = unjudged(connection, [NONE, "elsewhere", BEST])
    assert [paper.id for paper in found] == [NONE, BEST]
    assert found[0] == Judged(NONE, "None", found[0].abstract, None)
