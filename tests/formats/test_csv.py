from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_cached, make_picked, make_score
from papertriage.formats.csv import COLUMNS, chunks

exact_text = st.text(st.characters(exclude_categories=["Cs"]))


def read(papers, **options):
    return list(csv.DictReader(io.StringIO("".join(chunks(papers, **options)), newline="")))


@given(exact_text, exact_text)
def test_cells_are_the_exact_data(title, abstract):
    (row,) = read([make_cached(title=title, abstract=abstract)])
    assert (row["title"], row["abstract"]) == (title, abstract)


def test_a_row_has_every_column_filled_from_the_paper_and_its_pick():
    (row,) = read([make_picked(topics=(make_score(), make_score("ood", 0.6)), upvotes=7)])
    assert tuple(row) == COLUMNS
    assert row["id"] == "arxiv:2510.00001"
    assert row["authors"] == "Ada Example; Bob Sample"
    assert (row["topic"], row["score"], row["tags"]) == ("alignment", "0.97", "alignment ood")
    assert (row["rank"], row["reasons"]) == ("1", "human feedback; reward model")
    assert (row["upvotes"], row["decision"]) == ("7", "")


def test_a_paper_without_scores_has_empty_cells():
    (row,) = read([make_cached(topics=())])
    assert (row["topic"], row["score"], row["tags"], row["rank"]) == ("", "", "", "")


def test_lines_end_as_rfc_4180_says():
    assert "".join(chunks([make_cached()])).count("\r\n") == 2


def test_lone_surrogates_are_replaced():
    (row,) = read([make_cached(title="a\ud800")])
    assert row["title"] == "a\ufffd"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b"])
def test_no_cell_is_a_formula_when_made_safe_for_spreadsheets(start):
    (row,) = read([make_cached(title=f"{start}1+1", authors=("=A1",))], excel_safe=True)
    assert (row["title"], row["authors"]) == (f"'{start}1+1", "'=A1")
    (exact,) = read([make_cached(title=f"{start}1+1")])
    assert exact["title"] == f"{start}1+1"
