from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from builders import make_receipt
from caches import NOW, cache_of, lines
from papertriage.cache import interest as held
from papertriage.cache.interest import InterestScore
from papertriage.cache.journal import decide
from papertriage.cache.receipts import write_receipt
from papertriage.models import Filters, Learned
from papertriage.triage.day.picking import pick
from papertriage.triage.day.tracing import trace

TODAY = date(2026, 11, 23)
TITLES = ("ood 0.9 first", "ood 0.8 second", "ood 0.1 third")
FIRST, SECOND, THIRD = (f"arxiv:2510.0000{n}" for n in (1, 2, 3))


def traced(home: Path, paper: str, limit: int = 1) -> str:
    with cache_of(home / "cache.db", *TITLES) as connection:
        return "\n".join(trace(connection, paper, TODAY, limit))


def test_a_paper_that_no_feed_brought_names_the_feeds_and_what_they_were_asked(home: Path):
    with cache_of(home / "cache.db") as connection:
        write_receipt(
            connection,
            make_receipt(since="2026-11-20T00:00:00Z", verdict="partial", message="429"),
        )
        steps = "\n".join(trace(connection, "arxiv:2510.09999", TODAY, 10))
    assert "no feed has brought it" in steps
    assert "for 2026-11-20 to" in steps
    assert "partial (429)" in steps


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (FIRST, "number 1 of 2 candidates: among the 1 picks"),
        (SECOND, "number 2 of 2 candidates: cut by the limit"),
        (THIRD, "ood 0.100, no tag: under the threshold 0.500"),
        (THIRD, "only tagged papers are picked"),
        (FIRST, "seen in test on 2026-11-23"),
        (FIRST, f"in the cache since {NOW}"),
    ],
)
def test_each_step_on_the_way_to_the_picks_is_named(home: Path, paper: str, said: str):
    assert said in traced(home, paper)


def test_what_was_decided_or_picked_before_is_said(home: Path):
    new_line = lines().__next__
    with cache_of(home / "cache.db", *TITLES) as connection:
        pick(connection, date(2026, 11, 22), Filters(limit=1), again=False)
        decide(connection, [SECOND], "skip", at="2026-11-22T09:00:00.000000Z", new_line=new_line)
        first = "\n".join(trace(connection, FIRST, TODAY, 10))
        second = "\n".join(trace(connection, SECOND, TODAY, 10))
    assert "it was pick 1 of 2026-11-22" in first
    assert "you skipped it on 2026-11-22T09" in second
    assert "no candidate today" in first
    assert "no candidate today" in second


def test_a_title_alone_and_a_missing_score_are_said(home: Path):
    with cache_of(home / "cache.db", "nothing scored") as connection:
        connection.execute("UPDATE papers SET abstract = NULL")
        steps = "\n".join(trace(connection, FIRST, TODAY, 10))
    assert "scores are from its title alone" in steps
    assert "topics retag" in steps


def test_by_interest_the_place_is_that_of_the_interest(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        model = Learned(0, "abc", "2026-11-23T07:00:00Z", 3, 2, 5, 0.1)
        interests = [InterestScore(1, 0.2, 1.0, ()), InterestScore(3, 0.9, 2.0, ())]
        held.begin_model(connection, model, interests)
        steps = {paper: trace(connection, paper, TODAY, 1) for paper in (FIRST, SECOND, THIRD)}
    assert "interest 0.900, learned from 5 decisions" in steps[THIRD]
    assert "number 1 of 2 candidates: among" in steps[THIRD][-1]
    assert "number 2 of 2 candidates: cut by the limit" in steps[FIRST][-1]
    assert "`papertriage topics retag`" in steps[SECOND][-1]
