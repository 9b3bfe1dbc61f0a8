from __future__ import annotations

import pytest

from builders import make_paper
from caches import NOW, named_paper, store_papers, whole
from papertriage.cache.listing import listed, named
from papertriage.cache.papers import Stored
from papertriage.cache.splitting import split
from papertriage.errors import InputError
from papertriage.models import Filters

TITLE = "On the Convergence of Invented Optimisers"
PAGE = named_paper("title:x", title=TITLE, authors=(), comment=None)
ARXIV = make_paper(number=15001, title=TITLE, doi=None)


@pytest.mark.parametrize("name", [ARXIV.id, PAGE.id])
def test_what_was_merged_is_two_papers_again_and_stays_two(connection, name: str):
    store_papers(connection, PAGE)
    store_papers(connection, ARXIV, feed="other")
    papers = split(connection, name, NOW)
    assert [paper.id for paper in papers.values()] == [PAGE.id, ARXIV.id]
    assert {held.paper.id for held in listed(connection, Filters())} == {PAGE.id, ARXIV.id}
    assert named(connection, [PAGE.id])[PAGE.id].paper == PAGE
    assert named(connection, [ARXIV.id])[ARXIV.id].sources == ("test",)
    assert store_papers(connection, PAGE, ARXIV) == Stored(unchanged=2)
    whole(connection)


def test_a_later_version_stays_with_the_first_paper(connection):
    first = ARXIV._replace(version=1)
    store_papers(connection, first)
    store_papers(connection, named_paper("doi:10.1000/zz.9", title=TITLE, doi="10.1000/zz.9"))
    store_papers(connection, ARXIV._replace(version=3, abstract="Rewritten altogether."))
    split(connection, ARXIV.id, NOW)
    kept = named(connection, [ARXIV.id])[ARXIV.id].paper
    assert (kept.version, kept.abstract, kept.doi) == (3, "Rewritten altogether.", None)


def test_a_paper_that_was_never_merged_is_left_alone(connection):
    store_papers(connection, ARXIV)
    with pytest.raises(InputError, match="was never merged"):
        split(connection, ARXIV.id, NOW)
