from __future__ import annotations

import pytest

from builders import make_paper
from caches import NOW, named_paper, scores_in_titles, store_papers, whole
from papertriage.cache.listing import list_papers, papers_by_id
from papertriage.cache.papers import Stored, store
from papertriage.cache.scoring import Scoring
from papertriage.cache.splitting import split_paper
from papertriage.errors import InputError
from papertriage.models import Filters, Sighting
from papertriage.ranking.merit import merit

TITLE = "On the Convergence of Invented Optimisers"
PAGE = named_paper("title:x", title=TITLE, authors=(), comment=None)
ARXIV = make_paper(number=15001, title=TITLE, doi=None)


@pytest.mark.parametrize("name", [ARXIV.id, PAGE.id])
def test_what_was_merged_is_two_papers_again_and_stays_two(connection, name: str):
    store_papers(connection, PAGE)
    store_papers(connection, ARXIV, feed="other")
    papers = split_paper(connection, name, NOW)
    assert [paper.id for paper in papers.values()] == [PAGE.id, ARXIV.id]
    assert {held.paper.id for held in list_papers(connection, Filters())} == {PAGE.id, ARXIV.id}
    assert papers_by_id(connection, [PAGE.id])[PAGE.id].paper == PAGE
    assert papers_by_id(connection, [ARXIV.id])[ARXIV.id].sources == ("test",)
    assert store_papers(connection, PAGE, ARXIV) == Stored(unchanged=2)
    whole(connection)


def test_a_later_version_stays_with_the_first_paper(connection):
    first = ARXIV._replace(version=1)
    store_papers(connection, first)
    store_papers(connection, named_paper("doi:10.1000/zz.9", title=TITLE, doi="10.1000/zz.9"))
    store_papers(connection, ARXIV._replace(version=3, abstract="Rewritten altogether."))
    split_paper(connection, ARXIV.id, NOW)
    kept = papers_by_id(connection, [ARXIV.id])[ARXIV.id].paper
    assert (kept.version, kept.abstract, kept.doi) == (3, "Rewritten altogether.", None)


def test_a_paper_that_was_never_merged_is_left_alone(connection):
    store_papers(connection, ARXIV)
    with pytest.raises(InputError, match="was never merged"):
        split_paper(connection, ARXIV.id, NOW)


def test_who_told_each_paper_is_known_after_a_split(connection):
    def sighted(paper, source):
        sighting = Sighting(paper, source, source, NOW[:10])
        store(connection, [sighting], scoring=Scoring(scores_in_titles, merit), now=NOW)

    sighted(PAGE._replace(abstract=None), "csv")
    sighted(ARXIV._replace(comment=None), "arxiv")
    sighted(PAGE._replace(abstract=None), "trending-page")
    split_paper(connection, ARXIV.id, NOW)
    told = "SELECT id, authority FROM papers ORDER BY key"
    rows = [tuple(row) for row in connection.execute(told)]
    assert rows == [(PAGE.id, 4), (ARXIV.id, 8)]


def test_a_merge_of_before_is_split_by_what_its_sightings_tell(connection):
    store_papers(connection, PAGE)
    store_papers(connection, ARXIV, feed="other")
    connection.execute("UPDATE papers SET authority = NULL")
    for side in ("before", "other"):
        connection.execute(f"UPDATE merges SET {side} = json_remove({side}, '$.authority')")  # noqa: S608 - two columns
    split_paper(connection, ARXIV.id, NOW)
    rows = connection.execute("SELECT authority FROM papers ORDER BY key")
    assert [row["authority"] for row in rows] == [1, None]
    assert store_papers(connection, PAGE, ARXIV) == Stored(unchanged=2)
