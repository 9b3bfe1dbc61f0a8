from __future__ import annotations

import sqlite3

import pytest

from builders import make_paper
from caches import NOW, scores_in_titles
from papertriage.cache.authorities import authorities_of, authorities_seen
from papertriage.cache.listing import papers_by_id
from papertriage.cache.papers import Stored, store
from papertriage.cache.scoring import Scoring
from papertriage.models import Paper, Sighting
from papertriage.ranking.merit import merit

TRUE = make_paper(title="Flow matching with few steps", version=None, updated=None)
POST = TRUE._replace(title="Four steps are all you need?!", updated="2026-12-01T01:00:00Z")


def sighted(connection: sqlite3.Connection, source: str, paper: Paper) -> Stored:
    sighting = Sighting(paper, source, source, NOW[:10])
    return store(connection, [sighting], scoring=Scoring(scores_in_titles, merit), now=NOW)


def of_before(connection: sqlite3.Connection, *sources: str, paper: Paper = TRUE) -> None:
    """Store a paper as a cache of before holds it, seen by some sources."""
    for source in sources:
        sighted(connection, source, paper)
    connection.execute("UPDATE papers SET authority = NULL")


@pytest.mark.parametrize(
    ("sources", "by"),
    [
        (("arxiv",), 8),
        (("jsonl", "arxiv-mail"), 7),
        (("my-lab", "trending-page", "csv"), 5),
        (("feeds",), 3),
        (("my-lab",), 1),
    ],
)
def test_a_paper_of_before_is_told_by_the_highest_who_saw_it(connection, sources, by):
    of_before(connection, *sources)
    assert authorities_seen(connection, [1]) == {1: by}
    assert authorities_of(connection, 1) == by


def test_a_paper_that_nobody_saw_gives_way_to_everyone(connection):
    of_before(connection, "arxiv")
    connection.execute("DELETE FROM sightings")
    assert sighted(connection, "csv", TRUE._replace(title="A file's")).updated == 1


def test_a_paper_of_before_is_written_with_who_told_it_once_it_is_met(connection):
    of_before(connection, "arxiv")
    assert sighted(connection, "my-lab", POST._replace(updated=None)) == Stored(unchanged=1)
    assert connection.execute("SELECT authority FROM papers").fetchone()[0] == 8


def test_a_post_that_took_a_paper_s_place_before_gives_it_back(connection):
    of_before(connection, "hugging-face", "feeds", paper=POST)
    assert sighted(connection, "hugging-face", TRUE).updated == 1
    assert papers_by_id(connection, [TRUE.id])[TRUE.id].paper.title == TRUE.title
