from __future__ import annotations

import sqlite3

import pytest

from caches import lines, store_papers, titled
from papertriage.cache import news
from papertriage.cache.journal import decide
from papertriage.cache.news import ArrivalWindow
from papertriage.models import Filters
from query_plans import plan

DAY = ArrivalWindow("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")
ALL = Filters(limit=3)
TITLES = ("ood 0.9", "ood 0.7 causality 0.6", "ood 0.2", "causality 0.8")
ONE, TWO, _, FOUR = (paper.id for paper in titled(*TITLES))


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    store_papers(connection, *titled(*TITLES))
    return connection


def test_what_came_is_counted_by_the_time_it_came(filled: sqlite3.Connection) -> None:
    assert news.count_new(filled, DAY, ALL) == 4
    assert news.count_new_by_topic(filled, DAY, ALL) == {"causality": 2, "ood": 2}
    before = ArrivalWindow("2026-11-22T00:00:00Z", "2026-11-23T08:00:00Z")
    assert news.count_new(filled, before, ALL) == 0
    assert (
        news.count_new(filled, ArrivalWindow("2026-11-23T08:00:00Z", "2026-11-23T08:00:01Z"), ALL)
        == 4
    )
    assert news.count_new(filled, DAY, Filters(topics=("ood",))) == 2
    assert news.count_new(filled, DAY, Filters(authors=("nobody",), since="2030-01-01")) == 0


def test_what_was_picked_or_decided_waits_no_more(filled: sqlite3.Connection) -> None:
    assert news.count_unpicked(filled, DAY, ALL, []) == 3
    decide(filled, [FOUR], "skip", at="2026-11-23T09:00:00Z", new_line=lines().__next__)
    assert news.count_unpicked(filled, DAY, ALL, [ONE]) == 1
    assert news.count_unpicked_by_topic(filled, DAY, ALL, [ONE]) == {"causality": 1, "ood": 1}
    (best,) = news.best_unpicked(filled, DAY, ALL, [ONE], "ood")
    assert (best.id, best.title, best.score) == (TWO, "ood 0.7 causality 0.6", 0.7)


def test_the_best_come_first_and_no_more_than_asked(filled: sqlite3.Connection) -> None:
    found = [one.id for one in news.best_unpicked(filled, DAY, ALL, [], "ood")]
    assert found == [ONE, TWO]
    assert len(news.best_unpicked(filled, DAY, Filters(limit=1), [], "ood")) == 1


def test_news_are_read_by_the_time_they_came(filled: sqlite3.Connection) -> None:
    statements: list[str] = []
    filled.set_trace_callback(statements.append)
    news.count_unpicked(filled, DAY, ALL, [ONE])
    news.count_new_by_topic(filled, DAY, ALL)
    news.best_unpicked(filled, DAY, ALL, [ONE], "ood")
    filled.set_trace_callback(None)
    assert len(statements) == 3
    for statement in statements:
        steps = "\n".join(plan(filled, statement))
        assert "papers_by_came (came>? AND came<?)" in steps
        assert "tags USING PRIMARY KEY (paper=?" in steps
