from __future__ import annotations

import io
import logging
from datetime import date
from pathlib import Path

import pytest

from papertriage.files import bibtex
from papertriage.files.bibtex import batches, looks_like_bibtex

LIBRARY = Path(__file__).parents[1] / "data" / "files" / "library.bib"
TODAY = date(2026, 11, 23)


def read(data):
    return list(batches(io.BufferedReader(io.BytesIO(data)), "f", TODAY, TODAY))


def papers(text):
    return [sighting.paper for batch in read(text.encode()) for sighting in batch.sightings]


def paper(fields):
    (found,) = papers(f"@misc{{key, title={{T}}, {fields}}}")
    return found


def skipped(text):
    return [line for batch in read(text.encode()) for line in batch.skipped]


def test_a_library_is_read_entry_by_entry():
    (batch,) = read(LIBRARY.read_bytes())
    first = batch.sightings[0].paper
    assert (first.id, first.version, first.doi) == ("arxiv:2611.01234", 2, "10.1000/a_b")
    assert first.title == "BERT and $x_{i}$ for 50% of Topics"
    assert first.abstract == r"We reach $F_1 \geq 0.9$ on 100% of the topics -- at $0."
    assert first.authors == (
        *("Jürgen Groß", "Ada van der Berg", "The Foo Collaboration", "Bob Sample Jr"),
    )
    assert (first.published, first.categories) == ("2026-11-19T00:00:00Z", ("cs.LG",))
    titles = [sighting.paper.title for sighting in batch.sightings]
    assert titles == [first.title, "Three", "Proceedings of Conf", "Scholar", "Paren", "Two"]
    assert [line.split(":")[1] for line in batch.skipped] == [" broken", " nocomma", " notitle"]


def test_a_child_takes_the_date_of_its_parent():
    child, parent = "@inproceedings{a, title={A}, crossref={P}}", "@book{p, title={P}, year=2024}"
    for text in (f"{child}\n{parent}", f"{parent}\n{child}"):
        assert {p.published for p in papers(text)} == {"2024-01-01T00:00:00Z"}
    assert [p.published for p in papers(child)] == [None]


def test_the_children_that_wait_are_bounded(monkeypatch):
    monkeypatch.setattr(bibtex, "_WAITING", 2)
    text = "".join(f"@misc{{k{n}, title={{T{n}}}, crossref={{p}}}}\n" for n in range(5))
    assert [p.title for p in papers(text)] == [f"T{n}" for n in range(5)]


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{bad, title = {T\n",
        '@misc{bad, title = "T\n',
        "@misc{bad title = {T}}\n",
        "@misc{bad, title}\n",
        "@misc{bad, title = {T} year = 2024}\n",
    ],
)
def test_a_broken_entry_is_named_and_costs_no_neighbour(broken):
    text = f"@misc{{a, title={{A}}}}\n{broken}@misc{{b, title={{B}}}}"
    assert [p.title for p in papers(text)] == ["A", "B"]
    (line,) = skipped(text)
    assert line.startswith("line 2: bad")
    assert "a brace, quote or comma is missing" in line


def test_an_entry_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(bibtex, "MAX_ENTRY", 1_000)
    text = f"@misc{{a, title={{A}}}}\n@misc{{long, title={{{'x' * 90 + chr(10)}" + "y\n" * 9_999
    assert [p.title for p in papers(f"{text}@misc{{b, title={{B}}}}")] == ["A", "B"]
    assert [line[:12] for line in skipped(text)] == ["line 2: long"]


def test_the_same_key_and_the_same_field_twice_lose_nothing():
    text = "@misc{a, title={A}, title={Z}}\n@misc{a, title={B}}"
    assert [p.title for p in papers(text)] == ["A", "B"]


def test_two_entries_on_a_line_are_two():
    assert [p.title for p in papers("@misc{a, title={A}} @misc{b, title={B}}")] == ["A", "B"]


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ("year=2024", "2024-01-01"),
        ("year={2024a}, month=mar", "2024-03-01"),
        ("year=2024, month={March}", "2024-03-01"),
        ("year=2024, month=7", "2024-07-01"),
        ('year=2024, month=7 # "~" # 19', "2024-07-01"),
        ('year=2024, month="19 July"', "2024-07-19"),
        ("year=2024, month=13", "2024-01-01"),
        ("date={2024-03-13}", "2024-03-13"),
        ("date={2024-03-13/2024-03-15}, year=1999", "2024-03-13"),
    ],
)
def test_dates_are_as_precise_as_they_are_given(fields, published):
    assert paper(fields).published == f"{published}T00:00:00Z"


@pytest.mark.parametrize("fields", ["", "year={in press}", "date={soon}", "month=mar"])
def test_no_date_is_no_date(fields):
    assert paper(fields).published is None


@pytest.mark.parametrize(
    "fields",
    [
        "eprint={2611.01234}, archivePrefix={arXiv}",
        "eprint={2611.01234v3}",
        "eprint={arXiv:2611.01234}, eprinttype={arXiv}",
        "journal={arXiv preprint arXiv:2611.01234}",
        "journal={CoRR}, volume={abs/2611.01234}",
        "howpublished={\\url{https://arxiv.org/abs/2611.01234v2}}",
        "doi={10.48550/arXiv.2611.01234}",
        "url={https://arxiv.org/abs/2611.01234}",
    ],
)
def test_an_arxiv_paper_is_known_in_every_spelling(fields):
    found = paper(fields)
    assert (found.id, found.doi) == ("arxiv:2611.01234", None)
    assert found.url == "https://arxiv.org/abs/2611.01234"


def test_another_archive_is_not_arxiv():
    assert paper("eprint={2611.01234}, eprinttype={jstor}").id.startswith("title:")


def test_the_parser_does_not_talk():
    read(b"@misc{a, title={A\n@misc{b, title={B}}")
    assert logging.getLogger("bibtexparser.splitter").getEffectiveLevel() == logging.CRITICAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("% a comment\n\n@article{key,\n title", True),
        ("@String{ji = {J}}", True),
        ("@comment{jabref}", False),
        ("mail me@example.org {now}", False),
        ("@user mentioned {it}", False),
    ],
)
def test_a_library_is_known_by_its_entries(text, expected):
    assert looks_like_bibtex(text) is expected
