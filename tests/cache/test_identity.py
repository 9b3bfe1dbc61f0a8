from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper
from caches import dump, lines, named_paper, store_papers
from papertriage.cache.connection import opened
from papertriage.cache.identity import Catalogue, best_id, names_of
from papertriage.cache.journal import decide, undo
from papertriage.cache.listing import list_papers, papers_by_id
from papertriage.cache.papers import Stored
from papertriage.cache.rows import list_text, paper_from_text, paper_text
from papertriage.identifiers import title_id
from papertriage.models import Filters, Paper

TITLE = "On the Convergence of Invented Optimisers"
ARXIV = make_paper(number=15001, title=TITLE, authors=("Ada Example", "Bob Sample"), doi=None)
JOURNAL = named_paper("doi:10.1000/zz.1", title=TITLE, authors=("Example, A.",), doi="10.1000/zz.1")
PAGE = named_paper("title:x", title="On the convergence of invented optimisers!", authors=())


def ids(connection: sqlite3.Connection) -> list[str]:
    return sorted(held.paper.id for held in list_papers(connection, Filters()))


@pytest.mark.parametrize(
    ("first", "second"), [(ARXIV, JOURNAL), (JOURNAL, ARXIV), (PAGE, ARXIV), (ARXIV, PAGE)]
)
def test_a_work_from_two_feeds_is_one_paper_under_its_best_id(connection, first, second):
    assert store_papers(connection, first).new == 1
    assert store_papers(connection, second, feed="other").merged == 1
    assert ids(connection) == [ARXIV.id]
    assert papers_by_id(connection, [first.id, second.id])[second.id].paper.id == ARXIV.id
    assert store_papers(connection, first, second) == Stored(unchanged=1)


def test_a_doi_is_enough_when_the_titles_differ(connection):
    store_papers(connection, ARXIV._replace(doi="10.1000/zz.1"))
    assert store_papers(connection, JOURNAL._replace(title="Convergence, revised")).merged == 1


@pytest.mark.parametrize(
    "other",
    [
        ARXIV._replace(id="arxiv:2510.15002", url=None),
        JOURNAL._replace(authors=("Zoe Other",)),
        named_paper("doi:10.1000/zz.2", title="Editorial", authors=("Ada Example",)),
        make_paper(number=15003, title="Another title altogether here", doi=None),
    ],
)
def test_what_contradicts_stays_apart(connection, other: Paper):
    store_papers(connection, ARXIV, named_paper("doi:10.1000/zz.3", title="Editorial"))
    assert store_papers(connection, other).new == 1
    assert len(ids(connection)) == 3


def test_old_arxiv_numbers_of_two_archives_stay_two(connection):
    papers = [
        named_paper(f"arxiv:{archive}/9901001", title=f"{archive} paper", url=None)
        for archive in ("hep-th", "astro-ph")
    ]
    assert store_papers(connection, *papers).new == 2


def test_two_works_of_one_title_are_numbered_and_found_again(connection):
    one = named_paper("title:0", title="Reply", authors=("Ada Example",))
    other = one._replace(authors=("Bob Sample",))
    assert store_papers(connection, one, other).new == 2
    assert len(ids(connection)) == 2
    assert store_papers(connection, one, other) == Stored(unchanged=2)


def test_a_name_that_is_the_id_of_another_paper_is_not_taken(connection):
    both = JOURNAL._replace(title=TITLE, authors=(), url=ARXIV.url)
    reply = JOURNAL._replace(title="Reply", authors=())
    assert store_papers(connection, ARXIV, reply, both).new == 2
    assert store_papers(connection, reply) == Stored(unchanged=1)
    assert ids(connection) == [ARXIV.id, JOURNAL.id]


def test_a_doi_that_a_whole_feed_shares_names_no_paper(connection):
    papers = [
        named_paper(f"x{n}", title=f"Volume {n}", doi="10.1000/journal", authors=(f"A{n} B{n}",))
        for n in range(60)
    ]
    store_papers(connection, *(p._replace(doi=None) for p in papers[:25]))
    count = "SELECT count(*) FROM names WHERE name = 'doi:10.1000/journal'"
    store_papers(connection, *papers)
    assert connection.execute(count).fetchone()[0] <= 20


def test_what_was_said_follows_the_paper_to_its_better_id(connection):
    new_line = lines().__next__
    store_papers(connection, PAGE)
    at = "2026-11-23T09:00:00.000000Z"
    decide(connection, [PAGE.id], "keep", at=at, new_line=new_line)
    store_papers(connection, ARXIV)
    held = papers_by_id(connection, [ARXIV.id])[ARXIV.id]
    assert held.decision == "keep"
    (undone,) = undo(connection, [ARXIV.id], at=at, new_line=new_line)
    assert (undone.undone, undone.now) == ("keep", None)


def test_names_are_the_ids_in_address_and_doi_and_the_title():
    paper = named_paper("x", url="https://arxiv.org/abs/2510.1v2", doi="10.1/A", title="T")
    assert names_of(paper)[0] == "x"
    whole = paper._replace(url="https://arxiv.org/abs/2510.00001v2", doi="10.1000/A")
    assert names_of(whole)[1:3] == ("arxiv:2510.00001", "doi:10.1000/a")
    assert best_id(whole) == "arxiv:2510.00001"


TITLES = (TITLE, "Reply", "On the Training of Invented Agents", TITLE.lower())
NUMBERS = ("2510.15001", "2510.15002")
colliding = st.builds(
    named_paper,
    st.sampled_from(
        [
            *(f"arxiv:{number}" for number in NUMBERS),
            *("doi:10.1000/zz.1", "x", "y", title_id(TITLE), title_id("Reply"), "title:0"),
        ]
    ),
    title=st.sampled_from(TITLES),
    authors=st.sampled_from([(), ("Ada Example",), ("Bob Sample",)]),
    url=st.none() | st.sampled_from([f"https://arxiv.org/abs/{number}" for number in NUMBERS]),
    doi=st.none() | st.sampled_from(["10.1000/zz.1", "10.1000/zz.2"]),
    version=st.sampled_from([1, 2]),
)


class Matching(Catalogue):
    """A catalogue that takes no paper for unknown before it has looked for a match."""

    def add_unknown(self, _key, _paper, _names, _by):
        return False


@given(st.lists(st.lists(colliding, max_size=8), max_size=3))
def test_a_batch_means_the_same_where_every_paper_is_matched(batches: list[list[Paper]]) -> None:
    dumps = []
    for kind in (Catalogue, Matching):
        with (
            pytest.MonkeyPatch.context() as patch,
            TemporaryDirectory() as folder,
            opened(Path(folder) / "cache.db") as connection,
        ):
            patch.setattr("papertriage.cache.papers.Catalogue", kind)
            for batch in batches:
                store_papers(connection, *batch)
            dumps.append(dump(connection))
    assert dumps[0] == dumps[1]


def test_a_paper_goes_to_text_and_back():
    assert paper_from_text(paper_text(ARXIV, 8)) == (ARXIV, 8)


def test_a_text_of_before_does_not_tell_who_said_it():
    assert paper_from_text(list_text(ARXIV._asdict())) == (ARXIV, None)
