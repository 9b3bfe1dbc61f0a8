from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from caches import cache_of, lines, named_paper, store_papers, titled
from papertriage.cache import interest
from papertriage.cache import queue as queues
from papertriage.cache.connection import opened
from papertriage.cache.eligible import Day
from papertriage.cache.journal import decide, decision_times, label
from papertriage.cache.picks import candidates
from papertriage.cache.queue import (
    Judged,
    Queue,
    Waiting,
    build_queue,
    count_waiting,
    draw_waiting,
    last_judged,
    pass_over,
    pass_over_all,
    passed_at,
    texts_in_order,
    waiting_now,
)
from papertriage.models import Filters, Learned

MIDNIGHT = "2026-11-24T00:00:00.000000Z"
TODAY = "2026-11-24T09:00:00.000000Z"
YESTERDAY = "2026-11-23T09:00:00.000000Z"
TITLES = ("ood 0.1 Plain", "ood 0.9 Best", "causality 0.7 Good", "None", "Last")
PLAIN, BEST, GOOD, NONE, LAST = IDS = [paper.id for paper in titled(*TITLES)]


@pytest.fixture
def connection(tmp_path):
    with cache_of(tmp_path / "cache.db", *TITLES) as connection:
        yield connection


@pytest.fixture
def four(tmp_path):
    with cache_of(tmp_path / "four.db", *TITLES[:4]) as connection:
        yield connection


@pytest.fixture
def few(monkeypatch):
    """Let a queue hold three papers, and look at two papers at a time until two are found."""
    monkeypatch.setattr(queues, "MOST", 3)
    monkeypatch.setattr(queues, "_STEP", 2)
    monkeypatch.setattr(queues, "_ENOUGH", 2)


def chance() -> Random:
    return Random(3)  # noqa: S311 - for choosing, not for secrets


def asked(connection, *, again=False, **filters) -> Waiting:
    return waiting_now(connection, Filters(**filters), MIDNIGHT, again=again)


def queue(connection, *, by_interest=False, **more) -> Queue:
    return build_queue(connection, asked(connection, **more), by_interest=by_interest)


def waiting(connection, **more) -> list[str]:
    found = queue(connection, **more)
    assert found.whole
    return found.papers


new_line = lines().__next__


def say(connection, paper, decision, at=TODAY) -> None:
    decide(connection, [paper], decision, at=at, new_line=new_line)


def like(connection, *papers) -> None:
    """Let a model count by which these are the papers most likely kept, best first."""
    keys = dict(connection.execute("SELECT id, key FROM papers").fetchall())
    scored = [interest.InterestScore(keys[one], 0.9, -n, []) for n, one in enumerate(papers)]
    interest.begin_model(connection, Learned(0, "0" * 16, TODAY, 2, 2, 4, 0.1), scored)


def test_what_today_may_pick_comes_first_each_by_merit(connection) -> None:
    assert waiting(connection) == [BEST, GOOD, PLAIN, NONE, LAST]
    assert waiting(connection, topics=("causality",)) == [GOOD]


def test_a_label_that_says_no_counts_more_than_the_tag(connection) -> None:
    label(connection, [BEST], "ood", False, at=TODAY, new_line=new_line)
    assert waiting(connection) == [GOOD, BEST, PLAIN, NONE, LAST]


def test_kept_and_skipped_papers_do_not_wait_and_postponed_ones_only_from_the_next_day_on(
    connection,
) -> None:
    say(connection, BEST, "keep")
    say(connection, PLAIN, "skip", at=YESTERDAY)
    say(connection, NONE, "later")
    assert waiting(connection) == [GOOD, LAST]
    say(connection, GOOD, "later", at=YESTERDAY)
    assert waiting(connection) == [LAST]
    connection.execute("UPDATE decisions SET at = ? WHERE paper = ?", (YESTERDAY, GOOD))
    assert waiting(connection) == [GOOD, LAST]


@pytest.mark.usefixtures("few")
def test_of_many_the_queue_holds_what_may_be_picked_and_what_came_last(connection) -> None:
    assert queue(connection) == Queue([BEST, GOOD, LAST], whole=False)
    label(connection, [BEST], "ood", False, at=TODAY, new_line=new_line)
    say(connection, LAST, "skip")
    assert queue(connection) == Queue([GOOD, BEST, NONE], whole=False)


@pytest.mark.usefixtures("few")
def test_filters_hold_before_the_queue_is_bounded(connection) -> None:
    assert queue(connection, topics=("causality",)) == Queue([GOOD], whole=True)
    assert queue(connection, until="2000-01-01") == Queue([], whole=True)


@pytest.mark.usefixtures("few")
def test_of_many_the_likeliest_kept_come_first_where_picks_are_ranked_so(connection) -> None:
    like(connection, NONE, PLAIN)
    assert queue(connection).papers == [BEST, GOOD, LAST]
    assert queue(connection, by_interest=True).papers == [NONE, PLAIN, BEST]
    say(connection, NONE, "skip")
    assert queue(connection, by_interest=True).papers == [PLAIN, BEST, GOOD]


@pytest.mark.usefixtures("few")
def test_older_papers_are_looked_for_until_some_wait(connection) -> None:
    for paper in (LAST, NONE, GOOD, BEST):
        say(connection, paper, "skip")
    assert queue(connection) == Queue([PLAIN], whole=True)
    say(connection, PLAIN, "keep")
    assert queue(connection) == Queue([], whole=True)


def test_all_that_wait_are_counted_unless_that_takes_long(connection, monkeypatch) -> None:
    say(connection, PLAIN, "later", at=YESTERDAY)
    say(connection, BEST, "keep")
    say(connection, GOOD, "later")
    decide(connection, ["x:gone"], "keep", at=TODAY, new_line=new_line)
    connection.executemany(
        "INSERT INTO passed VALUES (?, ?, '')",
        [(paper, TODAY) for paper in (NONE, PLAIN, BEST, "x:gone")],
    )
    for again in (False, True):
        found = count_waiting(connection, asked(connection, again=again))
        assert found == len(waiting(connection, again=again)) == 2 + again
    connection.execute("UPDATE papers SET changed = '2026-11-25T00:00:00Z' WHERE id = ?", (NONE,))
    assert count_waiting(connection, asked(connection)) == len(waiting(connection)) == 3
    assert count_waiting(connection, asked(connection, topics=("ood",))) is None
    monkeypatch.setattr(queues, "_FEW", 3)
    assert count_waiting(connection, asked(connection)) is None


@pytest.mark.usefixtures("few")
def test_chance_draws_among_all_that_wait_each_alike(connection) -> None:
    say(connection, BEST, "keep")
    same = chance()
    drawn = Counter(draw_waiting(connection, asked(connection), same) for _ in range(400))
    assert set(drawn) == {PLAIN, GOOD, NONE, LAST}
    # 100 are expected, with a standard deviation of 9.
    assert min(drawn.values()) > 60


def test_nothing_is_drawn_where_nothing_waits(connection, monkeypatch) -> None:
    monkeypatch.setattr(queues, "_DRAWS", 50)
    for paper in IDS:
        say(connection, paper, "skip")
    assert draw_waiting(connection, asked(connection), chance()) is None
    connection.execute("DELETE FROM papers")
    assert draw_waiting(connection, asked(connection), chance()) is None


def test_all_that_waited_are_passed_over_but_what_was_shown_or_decided(connection) -> None:
    then = asked(connection)._replace(last=4)
    say(connection, GOOD, "later", at=YESTERDAY)
    assert pass_over_all(connection, then, [BEST], TODAY, "catch-up of 5 minutes") == 2
    assert [passed_at(connection, paper) is not None for paper in IDS] == [
        *(True, False, False, True),
        False,
    ]
    assert passed_at(connection, NONE) == (TODAY, "catch-up of 5 minutes")
    assert waiting(connection) == [BEST, GOOD, LAST]


def test_only_what_passes_the_filters_is_passed_over(connection) -> None:
    pass_over(connection, [PLAIN], YESTERDAY, "before")
    causal = asked(connection, topics=("causality",))
    assert pass_over_all(connection, causal, [], TODAY, "catch-up") == 1
    assert waiting(connection) == [BEST, NONE, LAST]
    assert pass_over_all(connection, asked(connection), [], TODAY, "catch-up") == 3
    assert passed_at(connection, PLAIN) == (YESTERDAY, "before")


def test_what_was_passed_over_waits_no_more_unless_asked_for_or_changed(four) -> None:
    assert pass_over(four, [BEST, GOOD], TODAY, "catch-up of 20 minutes") == 2
    assert waiting(four) == [PLAIN, NONE]
    assert waiting(four, again=True) == [BEST, GOOD, PLAIN, NONE]
    assert passed_at(four, BEST) == (TODAY, "catch-up of 20 minutes")
    assert passed_at(four, PLAIN) is None
    four.execute("UPDATE papers SET changed = '2026-11-25T00:00:00Z' WHERE id = ?", (GOOD,))
    assert waiting(four) == [GOOD, PLAIN, NONE]


def test_the_day_does_not_pick_what_was_passed_over(four) -> None:
    pass_over(four, [BEST], TODAY, "catch-up of 20 minutes")
    day = Day("2026-11-24", MIDNIGHT)
    found = candidates(four, day, Filters(), again=False)
    assert [candidate.paper for candidate in found] == [GOOD]
    assert len(candidates(four, day, Filters(), again=True)) == 2


def test_a_decided_paper_is_not_passed_over_and_a_passed_one_is_no_decision(four) -> None:
    say(four, BEST, "later")
    assert pass_over(four, [BEST, GOOD], TODAY, "catch-up") == 1
    assert passed_at(four, BEST) is None
    assert last_judged(four, 10) == []
    assert four.execute("SELECT count(*) FROM journal").fetchone()[0] == 1


def test_a_passed_paper_is_known_under_a_better_id(tmp_path) -> None:
    paper = named_paper("title:0123456789abcdef", title="The Long Way Home of an Eel")
    with opened(tmp_path / "cache.db") as four:
        store_papers(four, paper)
        pass_over(four, [paper.id], TODAY, "catch-up")
        store_papers(four, named_paper("arxiv:2510.00001", title=paper.title), feed="b")
        assert passed_at(four, "arxiv:2510.00001") == (TODAY, "catch-up")


def test_judged_papers_are_the_kept_and_skipped_newest_first(four) -> None:
    say(four, BEST, "keep", at=YESTERDAY)
    say(four, PLAIN, "skip")
    say(four, GOOD, "later")
    found = last_judged(four, 10)
    assert [(paper.id, paper.kept) for paper in found] == [(PLAIN, False), (BEST, True)]
    assert [paper.id for paper in last_judged(four, 1)] == [PLAIN]
    assert decision_times(four, 2)[0] == TODAY
    assert len(decision_times(four, 9)) == 3


def test_texts_come_in_the_order_asked_without_those_that_are_not_there(four) -> None:
    found = texts_in_order(four, [NONE, "elsewhere", BEST])
    assert [paper.id for paper in found] == [NONE, BEST]
    assert found[0] == Judged(NONE, "None", found[0].abstract, None)
