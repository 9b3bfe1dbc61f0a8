from __future__ import annotations

import pytest

from caches import NOW, scores_in_titles, store_papers, titled
from papertriage.cache.feeds import feed_state, last_batch
from papertriage.cache.papers import store
from papertriage.cache.scoring import Scoring
from papertriage.models import Sighting
from papertriage.ranking.merit import merit


def keep(connection, feed: str, day: str, papers, **state: str):
    sightings = [Sighting(paper, "test", feed, day) for paper in papers]
    store(
        connection,
        sightings,
        scoring=Scoring(scores_in_titles, merit),
        now=NOW,
        feed=feed,
        state=state,
    )


def test_a_feed_remembers_what_came_with_its_last_batch(connection):
    keep(connection, "a", "2026-11-23", [], etag="x", pending="p")
    keep(connection, "a", "2026-11-24", titled("one"), etag="y", pending="")
    keep(connection, "b", "2026-11-24", [], etag="z")
    assert feed_state(connection, "a") == {"etag": "y"}


def test_a_batch_that_cannot_be_stored_is_not_remembered(connection):
    keep(connection, "a", "2026-11-23", [], etag="x")
    connection.execute(
        "CREATE TRIGGER no BEFORE INSERT ON sightings BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(Exception, match="no"):
        keep(connection, "a", "2026-11-24", titled("one"), etag="y")
    assert feed_state(connection, "a") == {"etag": "x"}


def test_the_last_batch_is_that_of_the_last_day_before(connection):
    papers = titled("one", "two", "three")
    for day, some in (("2026-11-20", papers[:1]), ("2026-11-23", papers[1:])):
        keep(connection, "a", day, some)
    store_papers(connection, *papers, feed="b")
    assert last_batch(connection, "a", "2026-11-24") == {paper.id for paper in papers[1:]}
    assert last_batch(connection, "a", "2026-11-20") == set()
