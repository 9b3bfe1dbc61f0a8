from __future__ import annotations

import gzip
import io
import os
import re
import sys
import threading
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from builders import make_cached, make_paper
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.errors import InputError, PapertriageError
from papertriage.files import bibtex as bibtex_file
from papertriage.files import csv as csv_table
from papertriage.files import jsonl as json_lines
from papertriage.files import reading as files
from papertriage.files import ris as ris_file
from papertriage.files.reading import FORMS, read_file
from papertriage.formats import biblatex, bibtex, csv, jsonl, ris
from papertriage.formats.references import plain
from papertriage.text import clean

SEEDS = Path(__file__).parents[2] / "seeds" / "trending-papers.txt"
DATA = Path(__file__).parents[1] / "data" / "files"
TODAY = date(2026, 11, 23)
LINES = b'{"title": "A"}\n{"title": "B"}\n'


@pytest.fixture
def write(tmp_path):
    def write(data, name="papers.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def sightings(path, form=None, day=None):
    return [s for batch in read_file(path, form, day, TODAY) for s in batch.sightings]


def error(path, form=None):
    with pytest.raises(InputError) as caught:
        sightings(path, form)
    return str(caught.value)


def test_the_seed_page_is_detected():
    found = sightings(str(SEEDS))
    assert len(found) == 66
    assert {(s.source, s.feed, s.day) for s in found} == {
        ("trending-page", "trending-papers.txt", "2026-03-13")
    }


@pytest.mark.parametrize("name", ["papers.txt", "papers.jsonl", "papers"])
@pytest.mark.parametrize(
    "data", [LINES, b' [{"title": "A"}, {"title": "B"}]', b"\xef\xbb\xbf" + LINES]
)
def test_json_is_detected_whatever_its_name(write, name, data):
    found = sightings(write(data, name))
    assert [s.paper.title for s in found] == ["A", "B"]
    assert {(s.source, s.feed, s.day) for s in found} == {("jsonl", name, "2026-11-23")}


def test_a_name_tells_json_where_the_first_line_does_not(write):
    (batch,) = read_file(write(b"oops\n" + LINES, "x.JSONL"), None, None, TODAY)
    assert (len(batch.sightings), batch.skipped) == (2, ("line 1: not JSON",))


def test_a_given_day_is_the_day_of_the_sightings(write):
    (first, _) = sightings(write(LINES), day=date(2026, 1, 2))
    assert first.day == "2026-01-02"


def test_a_given_format_is_taken_at_its_word(write):
    path = write(SEEDS.read_bytes(), "page.json")
    assert len(sightings(path, "trending-page")) == 66
    (batch,) = read_file(path, "jsonl", None, TODAY)
    assert len(batch.sightings) == 0
    assert batch.skipped[0] == "line 1: not JSON"


@pytest.mark.parametrize("name", ["papers.jsonl.gz", "papers"])
def test_gzip_is_read_transparently(write, name):
    assert len(sightings(write(gzip.compress(LINES), name))) == 2
    assert len(sightings(write(gzip.compress(SEEDS.read_bytes())))) == 66


def test_a_gzip_that_is_cut_off_gives_what_came_and_one_line(write):
    lines = b"".join(b'{"title": "T%d"}\n' % n for n in range(20_000))
    path = write(gzip.compress(lines)[:-30], "cut.jsonl.gz")
    came = []
    with pytest.raises(InputError, match=r"^cut\.jsonl\.gz: cannot be read .*and complete"):
        came.extend(len(batch.sightings) for batch in read_file(path, None, None, TODAY))
    damaged = bytearray(gzip.compress(lines))
    damaged[20:60] = b"\xff" * 40
    assert "cannot be read" in error(write(bytes(damaged), "bad.gz"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Dear diary,\n\nnothing happened.\n", "plain text"),
        (b"Mar 13\n\nA\n\nB\n", "plain text"),
        (b"<html><body>", "HTML or XML"),
        (b"%PDF-1.7\0\1\2", "binary data"),
        (LINES.decode().encode("utf-16"), "binary data"),
        (b"[1] A reference", "plain text"),
    ],
)
def test_what_is_neither_is_one_line_that_says_what_to_do(write, data, kind):
    message = error(write(data, "diary.txt"))
    assert message.startswith(
        f"diary.txt: unknown format (looks like {kind}, not JSON lines, a table"
    )
    assert message.endswith("name the format with --as")


MATRIX = {
    "arxiv_snapshot.jsonl": ("arxiv-snapshot", 3, 0),
    "library.bib": ("bibtex", 6, 3),
    "library.ris": ("ris", 2, 2),
    "mail.txt": ("arxiv-mail", 3, 1),
    "mail_base64.eml": ("arxiv-mail", 3, 1),
    "mails.mbox": ("arxiv-mail", 6, 2),
    "page.txt": ("trending-page", 2, 0),
    "papers.csv": ("csv", 2, 2),
    "papers.json": ("jsonl", 2, 0),
    "papers.jsonl": ("jsonl", 2, 0),
    "papers.tsv": ("csv", 1, 0),
    "zotero.csv": ("csv", 1, 0),
}


def test_the_matrix_has_every_data_file():
    assert {path.name for path in DATA.iterdir()} == MATRIX.keys()
    assert {form for form, _, _ in MATRIX.values()} == set(FORMS)


@pytest.mark.parametrize("as_", ["itself", "x.txt", "x.gz", "named", "x.csv", "x.bib", "x.json"])
@pytest.mark.parametrize("name", MATRIX)
def test_every_file_is_known_by_its_content_whatever_its_name(write, name, as_):
    form, papers, skipped = MATRIX[name]
    data = (DATA / name).read_bytes()
    path = write(gzip.compress(data) if as_ == "x.gz" else data, name if as_ == "itself" else as_)
    found = list(read_file(path, form if as_ == "named" else None, None, TODAY))
    assert {s.source for batch in found for s in batch.sightings} == {form}
    assert sum(len(batch.sightings) for batch in found) == papers
    assert sum(len(batch.skipped) for batch in found) == skipped


@pytest.mark.parametrize("form", FORMS)
def test_one_form_read_as_another_is_papers_reasons_or_one_line(form):
    for path in DATA.iterdir():
        try:
            assert all(b.sightings or b.skipped for b in read_file(str(path), form, None, TODAY))
        except InputError as caught:
            assert "\n" not in str(caught)  # noqa: PT017 - papers are as right as an error


def test_an_empty_file_says_so_unless_its_format_is_given(write):
    assert error(write(b" \n\n")) == "papers.txt: the file is empty: nothing to import"
    assert sightings(write(b""), "jsonl") == []


def test_a_file_that_cannot_be_opened_is_one_line(tmp_path):
    assert error(str(tmp_path / "none.txt")).startswith(
        "none.txt: cannot be read (No such file or directory)"
    )
    assert error(str(tmp_path)).endswith("(Is a directory): is it the right file, and complete?")
    assert "embedded null" in error("a\0b")


def test_an_unknown_format_is_answered_with_the_known_ones(write):
    assert error(write(LINES), "xlsx") == f"unknown format xlsx: choose from {', '.join(FORMS)}"


def test_a_page_of_absurd_size_is_refused(monkeypatch):
    monkeypatch.setattr(files, "_MAX_PAGE", 1_000)
    assert "not a trending page" in error(str(SEEDS))


def test_a_page_without_a_date_names_the_file(write):
    assert error(write(b"A\n\nB"), "trending-page").startswith("papers.txt: no date such as")


def stdin(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdin", stream and SimpleNamespace(buffer=stream))


def test_a_dash_is_standard_input_and_leaves_it_open(monkeypatch):
    stream = io.BytesIO(LINES)
    stdin(monkeypatch, stream)
    assert {s.feed for s in sightings("-")} == {"stdin"}
    assert not stream.closed


def test_a_pipe_that_brings_a_line_at_a_time_is_known_by_more_than_the_first(monkeypatch):
    receiver, sender = os.pipe()

    def write():
        with open(sender, "wb", buffering=0) as pipe:
            pipe.writelines(SEEDS.read_bytes().splitlines(keepends=True))

    thread = threading.Thread(target=write)
    with open(receiver, "rb") as stream:
        stdin(monkeypatch, stream)
        thread.start()
        assert len(sightings("-")) == 66
    thread.join()


def test_a_closed_standard_input_is_one_line(monkeypatch):
    stdin(monkeypatch, None)
    assert error("-").startswith("stdin: cannot be read (standard input is closed)")


_SCRAPS = st.sampled_from(
    [
        *(
            b"@article{",
            b"{key,",
            b"title = {",
            b'"',
            b"}",
            b",",
            b"crossref={key}",
            b"author={a and",
        ),
        *(
            b"TY  - JOUR\n",
            b"TI  - T\n",
            b"ER  - \n",
            b"\n",
            b"\r",
            b"AU  - , ,\n",
            b"XX  - \n",
            b"go on\n",
        ),
        *(b"title,abstract\n", b";", b"\t", b"sep=;\n", b"\0", b"\xff", b"\xef\xbb\xbf"),
        *(
            b"\\\\\n",
            b"arXiv:2611.01234\n",
            b"Title: T\n",
            b"-" * 30 + b"\n",
            b"Date: Thu, 19 Nov\n",
        ),
        *(b"From x\n", b"Subject: cs daily mailing\n", b"Content-Type: text/plain; charset=x\n\n"),
        *(b'{"id": "2611.01234", "title": "T", ', b'"versions": [', b'{"created": "1"}', b"]}\n"),
        *(b"\\", b"$", b"\\'{", b"{\\ss}", b"# jan", b"@string{a = {b}}", b"%", b"2026"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary() | st.lists(_SCRAPS).map(b"".join),
    st.sampled_from([None, *FORMS]),
    st.booleans(),
)
def test_any_bytes_are_papers_or_one_line(write, data, form, packed):
    path = write(gzip.compress(data) if packed else data)
    try:
        for batch in read_file(path, form, None, TODAY):
            assert batch.sightings or batch.skipped
    except PapertriageError as caught:
        assert "\n" not in str(caught)  # noqa: PT017 - papers are as right as an error


WRITERS = {
    "csv": (csv.chunks, csv_table.batches),
    "jsonl": (jsonl.chunks, json_lines.batches),
    "bibtex": (bibtex.chunks, bibtex_file.batches),
    "biblatex": (biblatex.chunks, bibtex_file.batches),
    "ris": (ris.chunks, ris_file.batches),
}
# Neither BibTeX nor RIS has a place for these.
UNTOLD = {"updated": None, "announced": None, "version": None, "pdf_url": None, "comment": None}

# A character takes up to 19 as TeX.
_TEX = 1_000
texts = hostile_text.map(lambda text: clean(text.encode("utf-8", "replace").decode())).filter(plain)


def told_of(form, text):
    """Return what a form says of a text: bibliographies leave out what only steers.

    An apostrophe before what a spreadsheet calculates is taken for the guard of --excel-safe.
    """
    if form == "csv" and re.match("'[=+\\-@\uff1d\uff0b\uff0d\uff20]", text):
        return text[1:]
    return text if form in {"csv", "jsonl"} else plain(text)


def read_back(form, papers):
    write, read = WRITERS[form]
    text = "".join(write(make_cached(paper) for paper in papers))
    stream = io.BufferedReader(io.BytesIO(text.encode()))
    batches = list(read(stream, "f", TODAY, TODAY))
    assert [line for batch in batches for line in batch.skipped] == []
    return [sighting.paper for batch in batches for sighting in batch.sightings]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_paper_comes_back_whole(form):
    papers = [make_paper(number=number) for number in range(1_001)]
    assert read_back(form, papers) == papers


@pytest.mark.parametrize("form", ["bibtex", "biblatex", "ris"])
def test_a_paper_comes_back_with_what_the_form_can_say(form):
    papers = [make_paper(number=number) for number in range(3)]
    told = {"published": "2025-10-01T00:00:00Z", "categories": ("cs.LG",)}
    if form == "biblatex":
        told["published"] = "2025-10-02T00:00:00Z"
    if form == "ris":
        told = {"published": "2025-10-02T00:00:00Z", "categories": (), "primary_category": None}
    assert read_back(form, papers) == [paper._replace(**UNTOLD, **told) for paper in papers]


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("title", [title for title in map(clean, HOSTILE_TITLES) if title])
def test_every_title_comes_back(form, title):
    title = title.encode("utf-8", "replace").decode()
    (paper,) = read_back(form, [make_paper(title=title, abstract=title)])
    assert (paper.title, paper.abstract) == (told_of(form, title), told_of(form, title))


@pytest.mark.parametrize("form", WRITERS)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_any_text_comes_back_in_its_place(form, pairs):
    # What takes more than 20,000 characters as TeX is not read as TeX.
    assume(form in {"csv", "jsonl"} or all(len(text) < _TEX for pair in pairs for text in pair))
    papers = [make_paper(title=title, abstract=abstract) for title, abstract in pairs]
    found = read_back(form, papers)
    assert [(paper.title, paper.abstract) for paper in found] == [
        (told_of(form, title), told_of(form, abstract)) for title, abstract in pairs
    ]


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize(
    "name",
    ["Ada Example", "Ada van der Berg", "Jürgen Groß", "Plato", "The Foo Collaboration", "李 明"],
)
def test_every_name_comes_back(form, name):
    authors = ("Bob Sample", name, "Cleo Placeholder Jr.")
    (paper,) = read_back(form, [make_paper(authors=authors)])
    assert paper.authors == authors


def test_a_table_for_spreadsheets_comes_back_without_its_guards():
    text = "".join(csv.chunks([make_cached(title="=1+1", abstract="'tis")], excel_safe=True))
    assert "'=1+1" in text
    stream = io.BufferedReader(io.BytesIO(text.encode()))
    (batch,) = csv_table.batches(stream, "f", TODAY, TODAY)
    assert [(s.paper.title, s.paper.abstract) for s in batch.sightings] == [("=1+1", "'tis")]
