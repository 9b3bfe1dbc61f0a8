from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from conftest import SHARED
from papertriage.errors import InputError
from papertriage.files import csv as csv_table
from papertriage.files.csv import batches, looks_like_table
from papertriage.identifiers import told_apart

DATA = Path(__file__).parents[1] / "data" / "files"
TODAY = date(2026, 11, 23)


def read(data):
    return list(batches(io.BufferedReader(io.BytesIO(data), 65_536), "f", TODAY, TODAY))


def papers(text):
    return [sighting.paper for batch in read(text.encode()) for sighting in batch.sightings]


def skipped(text):
    return [line for batch in read(text.encode()) for line in batch.skipped]


def test_a_table_is_read_row_by_row():
    (batch,) = read((DATA / "papers.csv").read_bytes())
    first, second = (sighting.paper for sighting in batch.sightings)
    assert (first.id, first.title) == ("doi:10.1000/table.1", "A Table, with Commas")
    assert first.abstract == 'Cells may hold line breaks and "quotes".'
    assert first.authors == ("Ada Example", "Bob Sample")
    assert first.published == "2024-01-01T00:00:00Z"
    assert (second.title, second.published) == ("Plain Row", "2023-01-01T00:00:00Z")
    assert batch.skipped == (
        "line 4: no title",
        "line 6: 8 cells, but 7 in the header: is a quote missing?",
    )


def test_semicolons_a_byte_order_mark_and_other_names_for_columns():
    (batch,) = read((DATA / "zotero.csv").read_bytes())
    (paper,) = (sighting.paper for sighting in batch.sightings)
    assert (paper.id, paper.title) == ("arxiv:2611.00042", "Semicolons; and Umlauts")
    assert paper.authors == ("Jürgen Groß", "Ada van der Berg")
    assert (paper.published, paper.abstract) == (
        "2026-11-18T00:00:00Z",
        "An abstract of a library.",
    )


def test_tabs():
    (batch,) = read((DATA / "papers.tsv").read_bytes())
    (paper,) = (sighting.paper for sighting in batch.sightings)
    assert paper.abstract == "An abstract, with a comma; and more."
    assert (paper.authors, paper.url) == (
        ("A Example", "B Sample"),
        "https://example.org/tabs",
    )


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Example, Ada; Sample, Bob", ("Ada Example", "Bob Sample")),
        ("Ada Example|Bob Sample", ("Ada Example", "Bob Sample")),
        ("Example, Ada and Sample, Bob", ("Ada Example", "Bob Sample")),
        ("Ada Example, Bob Sample", ("Ada Example", "Bob Sample")),
        ("Example, Ada", ("Ada Example",)),
        ("Plato", ("Plato",)),
        ("", ()),
    ],
)
def test_authors_are_parted_in_many_ways(cell, names):
    (paper,) = papers(f'title,authors\nT,"{cell}"\n')
    assert paper.authors == names


@pytest.mark.parametrize(
    ("column", "cell", "name", "value"),
    [
        ("Publication_Year", "2024", "published", "2024-01-01T00:00:00Z"),
        ("Date", "2024/3/9", "published", "2024-03-09T00:00:00Z"),
        ("Date", "sometime", "published", None),
        ("arXiv", "2611.01234v2", "id", "arxiv:2611.01234"),
        ("id", "2611.01234", "id", "arxiv:2611.01234"),
        ("id", "openalex:W1", "id", told_apart("T", "openalex:W1")),
        ("categories", '"cs.LG, stat.ML"', "categories", ("cs.LG", "stat.ML")),
        (
            "Category",
            "Computer Science; Mathematics",
            "categories",
            ("Computer Science", "Mathematics"),
        ),
        ("version", "v3", "version", 3),
        ("version", "final draft", "version", None),
        ("Link", "javascript:x", "url", None),
        ("summary", "It is.", "abstract", "It is."),
    ],
)
def test_columns_have_many_names_and_cells_many_shapes(column, cell, name, value):
    (paper,) = papers(f"{column},TITLE\n{cell},T\n")
    assert getattr(paper, name) == value


def test_a_number_in_an_id_column_is_no_id():
    assert papers("id,title\n1,T\n")[0].id.startswith("title:")


@pytest.mark.parametrize(
    ("id_", "sources", "expected"),
    [
        ("my-lab:3", "csv my-lab", "my-lab:3"),
        ("my-lab:3", "csv", told_apart("T", "my-lab:3")),
        ("smith2020", "csv", told_apart("T", "smith2020")),
    ],
)
def test_a_table_of_our_own_tells_ids_that_last(id_, sources, expected):
    (paper,) = papers(f"id,title,came,primary_category,sources\n{id_},T,2026,cs.LG,{sources}\n")
    assert paper.id == expected


def test_upvotes_belong_to_the_sighting():
    (batch,) = read(b"title,upvotes\nA,12\nB,many\n")
    assert [sighting.upvotes for sighting in batch.sightings] == [12, None]


@pytest.mark.parametrize(
    "bad",
    [
        '"B,never closed\n',
        '"B" and more,x,y\n',
        "B,one,two\n",
    ],
)
def test_a_bad_row_is_named_and_costs_no_neighbour(bad):
    text = f"title,abstract\nA,first\n{bad}C,third\nD,fourth\n"
    assert [paper.title for paper in papers(text)] == ["A", "C", "D"]
    (line,) = skipped(text)
    assert line.startswith("line 3: ")
    assert "is a quote missing?" in line


def test_a_quote_out_of_place_in_one_cell_is_forgiven():
    assert papers('title,abstract\n"A" quoted,x\n')[0].title == "A quoted"


def test_second_looks_are_bounded(monkeypatch):
    monkeypatch.setattr(csv_table, "_SECOND_LOOKS", 2)
    monkeypatch.setattr(csv_table, "MAX_FIELD", 100)
    text = "title,abstract\nA,x\n" + '"B""\n' * 1_000
    assert [paper.title for paper in papers(text)] == ["A"]
    assert 3 <= len(skipped(text)) <= 1_000


def test_long_cells_are_read_and_longer_ones_named(monkeypatch):
    limit = csv.field_size_limit()
    assert len(papers(f"title,abstract\nA,{'a' * 900_000}\n")[0].abstract) == 900_000
    text = f"title,abstract\nA,{'a' * 1_100_000}\nB,b\n"
    assert [paper.title for paper in papers(text)] == ["B"]
    assert skipped(text) == ["line 2: a cell is longer than 1 MB"]
    assert csv.field_size_limit() == limit


def test_a_row_without_end_is_bounded(monkeypatch):
    monkeypatch.setattr(csv_table, "_LONGEST_ROW", 1_000)
    text = "title,abstract\n" + '"x\n","' * 1_000 + "\nA,b\n"
    assert "A" in [paper.title for paper in papers(text)]


def test_empty_rows_and_trailing_delimiters_are_nothing():
    text = "title,abstract\nA,x,,\n\n,\n  ,\nB,y\n"
    assert [paper.title for paper in papers(text)] == ["A", "B"]
    assert skipped(text) == []


def test_the_hint_of_excel_stands_above_the_header():
    assert [paper.title for paper in papers("sep=;\ntitle;abstract\nA;x\n")] == ["A"]


@pytest.mark.parametrize("text", ["name,year\nA,2024\n", "", "\n", '"'])
def test_a_table_without_titles_is_one_line(text):
    with pytest.raises(InputError, match='no column named "title"'):
        papers(text)


def test_a_table_is_known_by_a_title_among_its_columns():
    assert looks_like_table("\ufeffid;Title;year\n")
    assert not looks_like_table("title\nA\n")
    assert looks_like_table("title\nA\n", named=True)
    assert not looks_like_table("The title, we hold, matters\n")
    assert not looks_like_table("x" * 100_000 + ",title\n")


def test_memory_does_not_grow_with_the_table():
    row = b"A title,%s\n" % (b"a" * 1_000)
    data = b"title,abstract\n" + row * 5_000
    tracemalloc.start()
    try:
        stream = io.BufferedReader(io.BytesIO(data), 65_536)
        count = sum(len(batch.sightings) for batch in batches(stream, "f", TODAY, TODAY))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 5_000
    # The table has 5 MB, two batches of 500 papers 2 MB.
    assert peak < 3_500_000


@pytest.mark.skipif(not SHARED.exists(), reason="the open review data are not at hand")
def test_open_review_data_are_read_without_a_loss():
    tables = sorted((SHARED / "data" / "triage").glob("*.csv"))
    assert tables
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            titles = [row["title"] for row in csv.DictReader(lines)]
        found = read(table.read_bytes())
        assert sum(len(batch.sightings) for batch in found) == len(titles)
        assert not any(batch.skipped for batch in found)


def test_a_row_that_no_reader_takes_is_named():
    lines = skipped('title,abstract\nA title,"x\r\r\na" b\n\r\n\rA title,x\n')
    assert all("but 2 in the header" in line for line in lines)
