from __future__ import annotations

import pytest
from hypothesis import given

from hostile import hostile_text
from papertriage.identifiers import bare_doi, paper_id, title_id, versioned_id


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("2510.02252", ("arxiv:2510.02252", None)),
        (" arXiv:2510.02252v3 ", ("arxiv:2510.02252", 3)),
        ("0704.0001", ("arxiv:0704.0001", None)),
        ("hep-th/9901001v2", ("arxiv:hep-th/9901001", 2)),
        ("math.GT/0309136", ("arxiv:math/0309136", None)),
        ("https://arxiv.org/abs/2510.02252v1", ("arxiv:2510.02252", 1)),
        ("http://export.arxiv.org/pdf/2510.02252.pdf", ("arxiv:2510.02252", None)),
        ("https://arxiv.org/abs/2510.02252?context=cs#top", ("arxiv:2510.02252", None)),
        ("arxiv.org/html/2510.02252v2/", ("arxiv:2510.02252", 2)),
        ("https://huggingface.co/papers/2510.02252", ("arxiv:2510.02252", None)),
        ("https://www.alphaxiv.org/abs/2510.02252v1", ("arxiv:2510.02252", 1)),
        ("10.48550/arXiv.2510.02252v2", ("arxiv:2510.02252", 2)),
        ("https://doi.org/10.1000/ABC.1", ("doi:10.1000/abc.1", None)),
        ("doi: 10.1000/x(1)", ("doi:10.1000/x(1)", None)),
    ],
)
def test_every_spelling_of_an_id_is_known(spelling: str, expected: tuple[str, int | None]) -> None:
    assert versioned_id(spelling) == expected
    assert paper_id(spelling) == expected[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "2510.022",
        "2510.022522",
        "2510.02252v0",
        "10.1/x",
        "https://example.org/2510.02252",
    ],
)
def test_other_text_is_no_id(text: str) -> None:
    assert versioned_id(text) is None
    assert paper_id(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://dx.doi.org/10.1000/X", "10.1000/x"), ("10.1000/x", "10.1000/x"), ("x", None)],
)
def test_a_doi_has_one_spelling(text: str, expected: str | None) -> None:
    assert bare_doi(text) == expected


@given(hostile_text)
def test_an_id_names_itself(text: str) -> None:
    found = paper_id(text)
    assert found is None or paper_id(found) == found


def test_a_title_names_a_paper_whatever_its_case_and_marks() -> None:
    assert title_id("The *PO  Family: A Guide") == title_id("the PO family - a guide")
    assert title_id("A") != title_id("B")
    assert title_id("***") != title_id("+++")
