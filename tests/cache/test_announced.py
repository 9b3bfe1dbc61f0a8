from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caches import named_paper
from papertriage.cache.announced import announced_days, is_news
from papertriage.cache.connection import opened
from papertriage.cache.papers import Stored, store
from papertriage.cache.scoring import Scoring
from papertriage.models import Paper, Sighting, TopicScore
from papertriage.ranking.merit import merit

OCTOBER, NOVEMBER = "2026-10-01T08:00:00Z", "2026-11-23T08:00:00Z"
PAPER = named_paper("arxiv:2609.00001", title="A paper of some weeks ago", announced=None)


@pytest.fixture
def connection(tmp_path: Path):
    with opened(tmp_path / "cache.db") as connection:
        connection.execute(
            "INSERT INTO topics (name, threshold, model, tagged_to) VALUES ('ood', 0.5, 'm', 0)"
        )
        yield connection


def put(connection: sqlite3.Connection, *sightings: Sighting, now: str = OCTOBER) -> Stored:
    def score(papers):
        return [(TopicScore("ood", 0.75, tagged=True),) for _ in papers]

    return store(connection, sightings, scoring=Scoring(score, merit), now=now)


def seen(day: str, *, paper: Paper = PAPER, source: str = "arxiv", **more: object) -> Sighting:
    return Sighting(paper, source, f"{source}:cs.LG", day, **more)


def row(connection: sqlite3.Connection) -> tuple[str, float]:
    return tuple(
        connection.execute(
            "SELECT came, merit FROM papers JOIN tags ON tags.paper = papers.key"
        ).fetchone()
    )


def test_what_is_no_news_is_stored_and_counted_apart(connection) -> None:
    other = named_paper("arxiv:2609.00002", title="Another paper of that time")
    stored = put(connection, seen("2026-10-01", is_news=False), seen("2026-10-01", paper=other))
    assert (stored.new, stored.older, stored.papers) == (1, 1, 2)
    assert not is_news(connection, PAPER.id)
    assert is_news(connection, other.id)


def test_once_it_is_announced_it_comes_as_new(connection) -> None:
    put(connection, seen("2026-10-01", is_news=False))
    put(connection, seen("2026-10-02", source="jsonl"), now=NOVEMBER)
    assert not is_news(connection, PAPER.id)
    stored = put(connection, seen("2026-11-23", announce_type="cross"), now=NOVEMBER)
    assert (stored.new, stored.older, stored.updated, stored.unchanged) == (1, 0, 0, 0)
    assert is_news(connection, PAPER.id)
    assert row(connection) == (NOVEMBER, merit(0.75, NOVEMBER))
    again = put(connection, seen("2026-11-24", announce_type="cross"), now=NOVEMBER)
    assert (again.new, again.unchanged) == (0, 1)


def test_a_paper_that_was_new_stays_so_and_keeps_its_time(connection) -> None:
    put(connection, seen("2026-10-01", announce_type="new"))
    later = PAPER._replace(title="The same paper, replaced", version=2)
    stored = put(
        connection,
        seen("2026-11-23", paper=later, announce_type="replace", is_news=False),
        now=NOVEMBER,
    )
    assert (stored.new, stored.updated) == (0, 1)
    assert is_news(connection, PAPER.id)
    assert row(connection)[0] == OCTOBER


def test_the_day_is_the_first_on_which_arxiv_showed_a_paper_as_news(connection) -> None:
    other = named_paper("arxiv:2609.00002", title="Another paper of that time")
    put(connection, seen("2026-09-30", source="hugging-face"), seen("2026-10-02"))
    put(connection, seen("2026-10-01", source="arxiv-daily"))
    put(connection, seen("2026-10-01", paper=other, is_news=False))
    ids = [PAPER.id, other.id, "arxiv:2609.99999"]
    assert announced_days(connection, ids) == {PAPER.id: "2026-10-01"}
    assert announced_days(connection, []) == {}
