from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertriage.errors import InputError
from papertriage.files.review import Review, read_review
from papertriage.topics.labelled import Text


@pytest.fixture
def read(tmp_path: Path):
    """Return a function from a file's content to the review in it."""

    def reading(content: str | bytes, label: str = "included", name: str = "review.csv") -> Review:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_review(str(path), label)

    return reading


def test_a_table_gives_texts_and_labels_row_by_row(read):
    review = read("Title,Abstract,included\nBirds,They sing.,1\nSoil,,0\n,,0\n")
    assert review.texts == (Text("Birds", "They sing."), Text("Soil", None), Text("", None))
    assert review.relevant == (True, False, False)


def test_tabs_semicolons_a_byte_order_mark_other_names_and_gzip_are_fine(read):
    assert read("\ufefftitle\tincluded\r\nBirds\t1\r\n").relevant == (True,)
    assert read("included;Article Title;Abstract Note\n1;Birds;Sing\n").texts[0].abstract == "Sing"
    assert read("\ufeffINCLUDED,TI,AB\n1,Birds,Sing\n").texts == (Text("Birds", "Sing"),)
    assert read(gzip.compress(b"title,included\nBirds,no\n")).relevant == (False,)
    assert read("title,included\n\nBirds,1\n\n,\nSoil,0\n\n").relevant == (True, False)


@given(
    st.sampled_from([("1", "0"), ("true", "false"), ("yes", "no"), ("Y", "n"), ("1.0", "0.0")]),
    st.lists(st.booleans(), min_size=1),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.sampled_from(["", " "]),
)
def test_labels_are_read_as_people_and_programs_write_them(
    tmp_path_factory, spelling, labels, case, blank
):
    path = tmp_path_factory.mktemp("labels") / "review.csv"
    cells = [blank + case(spelling[0] if yes else spelling[1]) + blank for yes in labels]
    path.write_text("title,label\n" + "".join(f"T,{cell}\n" for cell in cells))
    assert read_review(str(path), "label").relevant == tuple(labels)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
@settings(max_examples=50)
def test_any_texts_come_back_from_a_table(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("texts") / "review.csv"
    quoted = [[cell.replace('"', '""') for cell in pair] for pair in texts]
    rows = "".join(f'"{title}","{abstract}",1\n' for title, abstract in quoted)
    path.write_text(f"title,abstract,label\n{rows}", encoding="utf-8")
    found = read_review(str(path), "label").texts
    assert [(text.title, text.abstract or "") for text in found] == texts


RIS = "TY  - JOUR\nTI  - {}\nAB  - Abstract\nN1  - {}\nER  - \n\n"


def test_ris_is_read_with_the_notes_of_asreview(read):
    notes = ["ASReview_relevant", "a note\nN1  - ASReview_irrelevant", "<p>ASReview_relevant</p>"]
    content = "".join(RIS.format(title, note) for title, note in zip("ABC", notes, strict=True))
    for label in ("included", "ASReview_relevant", "N1"):
        review = read(content, label, "review.ris")
        assert review.relevant == (True, False, True)
        assert review.texts[0] == Text("A", "Abstract")


def test_a_label_of_ris_is_any_tag_or_a_named_note(read):
    content = RIS.format("A", "screened: yes\nC1  - 0") + RIS.format("B", "screened: no\nC1  - 1")
    assert read(content, "screened", "review.ris").relevant == (True, False)
    assert read(content, "c1", "review.ris").relevant == (False, True)


def test_a_ris_record_without_a_title_is_a_row_too(read):
    review = read("TY  - JOUR\nN1  - ASReview_irrelevant\nER  - \n", name="review.ris")
    assert review == Review((Text("", None),), (False,))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty: nothing to replay"),
        ("\ufeff\n \n", "the file is empty: nothing to replay"),
        ("title,included\n", "no rows below the header"),
        ("title,year,label\nA,2020,1\n", "no column 'included': available are title, year, label"),
        ("name,included\nA,1\n", 'no column named "title": the first line is name,included'),
        ("title,included\nA,1\nB,maybe\n", "line 3: included 'maybe' is neither 1 nor 0"),
        ("title,included\nA,1\nB,\n", "line 3: included is blank"),
        ("title,included\nA,1,x\n", "line 2: 3 cells, but 2 in the header"),
        (RIS.format("A", "a note"), "no column 'included': available are TY, TI, AB, N1"),
        ("TY  - JOUR\nTI  - A\nN1  - ASReview_relevant\nER  - \nTI  - B\n", "line 5: no TY"),
        (
            RIS.format("A", "ASReview_relevant") + RIS.format("B", "ASReview_not_seen"),
            "line 7: included is blank",
        ),
    ],
)
def test_what_is_no_finished_review_is_named_with_its_file(read, content, said):
    with pytest.raises(InputError) as raised:
        read(content, name="review.txt")
    assert str(raised.value).startswith(f"review.txt: {said}")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv: cannot be read \(No such file"):
        read_review(str(tmp_path / "gone.csv"), "included")
