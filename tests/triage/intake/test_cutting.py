from __future__ import annotations

import pytest

from builders import make_paper, make_receipt
from caches import NOW, scores_in_titles
from papertriage import clock
from papertriage.cache.connection import opened
from papertriage.cache.listing import list_papers
from papertriage.cache.receipts import last_receipts
from papertriage.models import Filters, Paper, Sighting
from papertriage.sources.contract import Batch
from papertriage.triage.intake.cutting import cut_long_fields
from papertriage.triage.intake.storing import Intake, store_all

PLAIN = make_paper(number=1)


def batch(*papers: Paper) -> Batch:
    return Batch(tuple(Sighting(paper, "test", "test", NOW[:10]) for paper in papers))


def only(**fields: object) -> tuple[Paper, str]:
    """Return (the paper, its line) of one that has these fields."""
    found, (line,) = cut_long_fields(batch(make_paper(**fields)), 0)
    (sighting,) = found.sightings
    return sighting.paper, line


def test_what_fits_comes_as_it_is():
    given = batch(
        make_paper(
            title="t" * 2_000,
            abstract="a" * 200_000,
            comment="c" * 10_000,
            authors=("n" * 1_000, *("Ada Example",) * 9_999),
            categories=("k" * 200,),
            primary_category="k" * 200,
        ),
        Paper("title:1", "A title and no more"),
    )
    assert cut_long_fields(given, 0) == (given, [])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": "t" * 2_001}, "title cut to 2,000 characters"),
        ({"abstract": "a" * 200_001}, "abstract cut to 200,000 characters"),
        ({"comment": "c" * 10_001}, "comment cut to 10,000 characters"),
        ({"primary_category": "k" * 201}, "primary category cut to 200 characters"),
        ({"categories": ("cs.LG", "k" * 201)}, "category cut to 200 characters"),
        ({"categories": ("j" * 201, "k" * 201)}, "2 categories cut to 200 characters"),
        ({"authors": ("Ada Example", "n" * 1_001)}, "name cut to 1,000 characters"),
        ({"authors": ("m" * 1_001, "n" * 1_001)}, "2 names cut to 1,000 characters"),
        ({"authors": ("Ada Example",) * 10_001}, "authors cut to 10,000"),
        ({"doi": "10.1000/" + "d" * 200}, "doi of more than 200 characters left out"),
        ({"url": "https://example.org/" + "u" * 2_000}, "url of more than 2,000 characters left"),
        ({"title": "t" * 2_001, "comment": "c" * 10_001}, "characters, comment cut to 10,000"),
    ],
)
def test_what_is_too_long_is_cut_and_named(fields, told):
    paper, line = only(**fields)
    assert line.startswith("paper 1 (arxiv:2510.02252): ")
    assert told in line
    assert cut_long_fields(batch(paper), 0) == (batch(paper), [])
    assert paper._replace(**fields) == make_paper(**fields)


def test_a_text_is_cut_and_an_address_left_out():
    paper, _ = only(title="word " * 1_000, doi="10.1000/" + "d" * 200, authors=("n" * 5_000,))
    assert paper.title == ("word " * 400).rstrip()
    assert paper.doi is None
    assert paper.authors == ("n" * 1_000,)


def test_long_ids_that_begin_alike_stay_two():
    one, line = only(id="doi:10.1000/" + "d" * 500 + "1")
    two, _ = only(id="doi:10.1000/" + "d" * 500 + "2")
    assert one.id != two.id
    assert {len(one.id), len(two.id)} == {200}
    assert "id cut to 200 characters" in line


def test_a_paper_is_named_by_its_place_in_the_feed():
    found, lines = cut_long_fields(
        batch(PLAIN, make_paper(number=2, title="t" * 3_000), PLAIN), 1_000
    )
    assert [line.partition(":")[0] for line in lines] == ["paper 1,002 (arxiv"]
    assert found.sightings[0].paper is PLAIN


def received(home, *papers: Paper):
    with opened(home / "cache.db") as connection:
        receipt = store_all(
            connection,
            [batch(*papers)],
            Intake(
                score=scores_in_titles,
                receipt=make_receipt(new=0, updated=0, unchanged=0, feed="test"),
                now=clock.now,
                advance=lambda _so_far, _total: None,
            ),
        )
        assert last_receipts(connection) == [receipt]
        return receipt, [one.paper for one in list_papers(connection, Filters())]


def test_the_receipt_names_what_was_cut_and_is_complete(home):
    receipt, (paper,) = received(home, make_paper(title="t" * 5_000))
    assert (receipt.verdict, receipt.new, receipt.skipped) == ("complete", 1, ())
    assert receipt.message == "paper 1 (arxiv:2510.02252): title cut to 2,000 characters"
    assert paper.title == "t" * 2_000


def test_the_receipt_names_five_papers_and_counts_the_others(home):
    papers = [make_paper(number=n, title=f"{n} " + "t" * 5_000) for n in range(9)]
    receipt, found = received(home, *papers)
    assert receipt.message is not None
    assert receipt.message.count("title cut") == 5
    assert receipt.message.endswith("; 4 more papers cut")
    assert len(found) == 9


def test_what_was_cut_comes_again_and_changes_nothing(home):
    long = make_paper(title="t" * 5_000, authors=("Ada " + "n" * 5_000,), comment="c" * 20_000)
    received(home, long)
    receipt, _ = received(home, long)
    assert (receipt.new, receipt.updated, receipt.unchanged) == (0, 0, 1)
