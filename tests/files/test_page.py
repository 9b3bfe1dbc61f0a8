from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import InputError
from papertriage.files.page import batch, looks_like_page, page_date

SEEDS = Path(__file__).parents[2] / "seeds" / "trending-papers.txt"
TODAY = date(2026, 11, 23)
LONG = "We study an invented matter at some length. " * 12
PREAMBLE = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nMar 13\n\n"


def papers(text, day=None):
    return [sighting.paper for sighting in batch(text, "page.txt", day, TODAY).sightings]


def titles(text):
    return [paper.title for paper in papers(text)]


def test_the_seed_page_gives_its_66_papers_whole():
    text = SEEDS.read_text(encoding="utf-8")
    found = papers(text)
    lines = [line for line in text.split("\n") if line.strip()]
    assert [part for paper in found for part in (paper.title, paper.abstract)] == lines[5:]
    assert len(found) == 66
    assert len({paper.id for paper in found}) == 66


def test_the_sightings_carry_the_pages_day_and_name():
    page = batch(f"{PREAMBLE}A Title\n\n{LONG}\n", "page.txt", None, TODAY)
    (sighting,) = page.sightings
    assert (sighting.source, sighting.feed, sighting.day) == (
        "trending-page",
        "page.txt",
        "2026-03-13",
    )
    assert sighting.paper.published == "2026-03-13T00:00:00Z"
    assert sighting.paper.id.startswith("title:")
    assert page.total == 1


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "  \t\n"),
        lambda text: text.replace("\n\n", "\n\n \n\n\n"),
        lambda text: text.replace("an invented", "an\x1b\x00 invented"),
        lambda text: text.replace("some length. We", "some length.\nWe"),
        lambda text: text.replace(
            PREAMBLE, "Trending Papers\nby someone\n\nFri, March 13, 2026\n\n"
        ),
        lambda text: text.replace(PREAMBLE, "2026-03-13\n\n"),
        lambda text: text.replace("Mar 13", "13 papers\n\nMarch 13th"),
    ],
)
def test_a_page_may_be_written_in_many_ways(changed):
    text = f"{PREAMBLE}One\n\n{LONG}\n\n*PO <projektor>\n\n{LONG}\n"
    found = papers(changed(text))
    assert [(p.title, p.abstract) for p in found] == [
        ("One", LONG.strip()),
        ("*PO <projektor>", LONG.strip()),
    ]
    assert {p.published for p in found} == {"2026-03-13T00:00:00Z"}


def test_a_title_without_an_abstract_costs_no_neighbour():
    assert titles(f"{PREAMBLE}One\n\n{LONG}\n\nBare\n\nTwo\n\n{LONG}\n\nLast") == [
        *("One", "Bare", "Two", "Last"),
    ]
    assert papers(f"{PREAMBLE}One\n\n{LONG}\n\nLast")[1].abstract is None


def test_a_short_abstract_is_no_title():
    found = papers(f"{PREAMBLE}One\n\nVery short.\n\nTwo\n\n{LONG}")
    assert [(p.title, p.abstract) for p in found] == [
        ("One", "Very short."),
        ("Two", LONG.strip()),
    ]


def test_an_abstract_of_two_paragraphs_is_one_abstract():
    (paper,) = papers(f"{PREAMBLE}One\n\n{LONG}\n\n{LONG}\n")
    assert paper.abstract == f"{LONG.strip()} {LONG.strip()}"


def test_a_given_day_replaces_the_pages_own_and_makes_up_for_none():
    day = date(2025, 1, 2)
    assert papers(f"{PREAMBLE}One\n\n{LONG}", day)[0].published == "2025-01-02T00:00:00Z"
    (paper,) = papers(f"new\n\nSubscribe\n\nOne\n\n{LONG}", day)
    assert (paper.title, paper.published) == ("One", "2025-01-02T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"One\n\n{LONG}", "give one with --date"),
        (f"One\n\n{LONG}\n\nMar 13\n\nTwo\n\n{LONG}", "give one with --date"),
        (f"Feb 30\n\nOne\n\n{LONG}", "give one with --date"),
        ("", "give one with --date"),
        (PREAMBLE, "no papers on the page"),
    ],
)
def test_what_is_no_page_is_one_line(text, reason):
    with pytest.raises(InputError, match=reason):
        papers(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mar 13", date(2026, 3, 13)),
        ("march 13th", date(2026, 3, 13)),
        ("Nov 23", date(2026, 11, 23)),
        ("Nov 24", date(2025, 11, 24)),
        ("Feb 29", date(2024, 2, 29)),
        ("Sept. 1", date(2026, 9, 1)),
        ("Friday, Mar 13, 2020", date(2020, 3, 13)),
        ("2025-03-13", date(2025, 3, 13)),
        ("2025-02-30", None),
        ("Feb 30", None),
        ("Mar 13, 0000", None),
        ("Marching 13", None),
        ("Version 13", None),
        ("Mar 13 and more", None),
    ],
)
def test_a_date_without_a_year_is_the_nearest_past_one(text, expected):
    assert page_date(text, TODAY) == expected


def test_a_page_is_known_by_its_date_and_its_long_abstracts():
    assert looks_like_page(SEEDS.read_text(encoding="utf-8")[:8_000])
    assert not looks_like_page("Mar 13\n\nDear diary,\n\nnothing happened.\n")
    assert not looks_like_page(f"One\n\n{LONG}")
    assert not looks_like_page("")


@given(st.text())
def test_any_text_is_papers_or_one_line(text):
    try:
        found = papers(PREAMBLE + text)
    except InputError:
        return
    assert all(paper.title for paper in found)


_line = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100)


@given(st.lists(st.tuples(_line, _line), min_size=1, max_size=6))
def test_every_title_and_abstract_comes_back_in_its_place(pairs):
    pairs = [(title, f"{abstract} {LONG.strip()}") for title, abstract in pairs]
    text = PREAMBLE + "\n\n".join(part for pair in pairs for part in pair)
    assert [(paper.title, paper.abstract) for paper in papers(text)] == pairs
