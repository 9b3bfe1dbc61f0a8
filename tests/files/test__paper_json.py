from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.files._paper_json import BadPaper, paper_of
from papertriage.identifiers import title_id, told_apart
from papertriage.models import Paper

TODAY = date(2026, 3, 13)
LONG = "A title of enough words"


def paper(**fields):
    return paper_of({"title": "A Title"} | fields, TODAY)[0]


def test_a_title_is_enough():
    assert paper_of({"title": " A  Title "}, TODAY) == (
        Paper(id=title_id("A Title"), title="A Title"),
        None,
    )
    assert paper(title="0").title == "0"


def test_a_paper_as_papertriage_writes_it_comes_back_as_it_was():
    whole = {
        "schema": 1,
        "id": "arxiv:2603.00001",
        "title": "A Title",
        "abstract": "An abstract.",
        "authors": ["Ada Example", "Jürgen Groß"],
        "published": "2026-03-01T12:00:00Z",
        "updated": "2026-03-02T12:00:00Z",
        "announced": "2026-03-03",
        "version": 2,
        "categories": ["cs.LG", "stat.ML"],
        "primary_category": "stat.ML",
        "url": "https://arxiv.org/abs/2603.00001",
        "pdf_url": "https://arxiv.org/pdf/2603.00001v2",
        "doi": "10.1000/xyz",
        "comment": "9 pages",
        "code_url": "https://example.org/code",
        "sources": ["arxiv"],
        "upvotes": 7,
        "topics": {"ood": {"score": 0.9, "tagged": True, "evidence": [["shift", 1.0]]}},
        "decision": "keep",
        "labels": {"ood": True},
        "pick": None,
    }
    found, upvotes = paper_of(whole, TODAY)
    names = set(whole) & set(Paper._fields)
    for name in names:
        value = getattr(found, name)
        assert (list(value) if isinstance(value, tuple) else value) == whole[name]
    assert names == set(Paper._fields)
    assert upvotes == 7


@pytest.mark.parametrize(
    ("fields", "id_", "version"),
    [
        ({"id": "2603.00001v3"}, "arxiv:2603.00001", 3),
        ({"id": "https://arxiv.org/abs/hep-th/9901001"}, "arxiv:hep-th/9901001", None),
        ({"id": "https://doi.org/10.1000/ABC"}, "doi:10.1000/abc", None),
        ({"id": "venue2022:f404"}, told_apart("A Title", "venue2022:f404"), None),
        ({"id": 4711}, told_apart("A Title", "4711"), None),
        ({"id": 4711, "title": LONG}, title_id(LONG), None),
        ({"id": title_id(LONG)}, title_id(LONG), None),
        ({"id": told_apart(LONG, "3")}, told_apart(LONG, "3"), None),
        ({"id": "title:mine", "title": LONG}, title_id(LONG), None),
        ({"id": "smith2020", "doi": "10.1000/abc"}, "doi:10.1000/abc", None),
        ({"id": "my-lab:3", "sources": ["jsonl", "my-lab"]}, "my-lab:3", None),
        ({"id": "my-lab:3", "sources": "csv my-lab"}, "my-lab:3", None),
        ({"id": "my-lab:3", "sources": ["jsonl"], "title": LONG}, title_id(LONG), None),
        ({"id": "my-lab:3", "sources": 7, "title": LONG}, title_id(LONG), None),
        ({"id": "arxiv:3", "sources": ["arxiv"], "title": LONG}, title_id(LONG), None),
        ({"id": "two words", "doi": "10.1000/abc"}, "doi:10.1000/abc", None),
        ({"id": "x" * 201}, title_id("A Title"), None),
        ({"id": "zero\u200bwidth"}, title_id("A Title"), None),
        ({"id": "", "arxiv_id": "2603.00001v1"}, "arxiv:2603.00001", 1),
        ({"arxiv_id": "no id", "doi": "10.48550/arXiv.2603.00001"}, "arxiv:2603.00001", None),
        ({"url": "http://arxiv.org/pdf/2603.00001v2.pdf"}, "arxiv:2603.00001", 2),
        ({"url": "https://example.org/"}, title_id("A Title"), None),
        ({"id": "2603.00001v3", "version": 4}, "arxiv:2603.00001", 4),
        ({"version": "v12"}, title_id("A Title"), 12),
    ],
)
def test_the_best_name_of_a_paper_is_its_id(fields, id_, version):
    found = paper(**fields)
    assert (found.id, found.version) == (id_, version)


def ids(*papers):
    names = {}
    return [paper_of({"title": "A Title", **one}, TODAY, names)[0].id for one in papers]


def test_a_name_that_comes_twice_in_a_file_is_one_paper():
    assert ids({"id": 3}, {"id": 3, "title": LONG}) == [told_apart("A Title", "3")] * 2
    assert ids({"id": 3, "title": LONG}, {"id": 3, "doi": "10.1000/a"}) == [title_id(LONG)] * 2
    assert ids({"id": 3, "doi": "10.1000/a"}, {"id": 3}) == ["doi:10.1000/a"] * 2


def test_two_sure_ids_under_one_name_are_two_papers():
    both = ids({"id": "all", "doi": "10.1000/a"}, {"id": "all", "doi": "10.1000/b"})
    assert both == ["doi:10.1000/a", "doi:10.1000/b"]


def test_two_names_of_one_short_title_are_two_papers():
    assert len(set(ids({"id": 1, "title": "Reply"}, {"id": 2, "title": "Reply"}))) == 2


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        (["Ada  Example", {"name": "Bob"}, "", None, {"name": None}, {}], ("Ada Example", "Bob")),
        ("Ada Example; Bob Sample ;", ("Ada Example", "Bob Sample")),
        (None, ()),
    ],
)
def test_authors_come_in_three_shapes(authors, expected):
    assert paper(authors=authors).authors == expected


def test_categories_may_be_one_text():
    found = paper(categories="cs.LG stat.ML")
    assert (found.categories, found.primary_category) == (("cs.LG", "stat.ML"), "cs.LG")


def test_an_abstract_may_be_called_summary():
    assert paper(summary="It is.").abstract == "It is."
    assert paper(summary="It is.", abstract="It was.").abstract == "It was."


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2025-07", "2025-07-01T00:00:00Z"),
        (2025, "2025-01-01T00:00:00Z"),
        (25, None),
        ("in press", None),
        ("", None),
    ],
)
def test_a_date_that_is_none_costs_no_paper(published, expected):
    assert paper(published=published).published == expected


def test_a_year_stands_in_for_a_date():
    assert paper(year=2024).published == "2024-01-01T00:00:00Z"


def test_only_web_addresses_are_kept():
    found = paper(url="javascript:alert(1)", pdf_url="https://example.org/a.pdf")
    assert (found.url, found.pdf_url) == (None, "https://example.org/a.pdf")
    assert paper(url="https://example.org/" + "a" * 2_000).url is None
    assert paper(id="2603.00001").url == "https://arxiv.org/abs/2603.00001"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "not a JSON object"),
        ("text", "not a JSON object"),
        ({}, "no title"),
        ({"title": None}, "no title"),
        ({"title": " \x00 "}, "no title"),
        ({"title": 5}, "title is not text"),
        ({"title": "T\ud800"}, "title contains a lone surrogate"),
        ({"title": "T", "abstract": ["A"]}, "abstract is not text"),
        ({"title": "T", "authors": 5}, "authors is not a list"),
        ({"title": "T", "authors": [5]}, "authors is not text"),
        ({"title": "T", "authors": ["\udc00"]}, "authors contains a lone surrogate"),
        ({"title": "T", "published": 10_000}, "published is not text"),
        ({"title": "T", "published": True}, "published is not text"),
        ({"title": "T", "version": True}, "version is not a whole number"),
        ({"title": "T", "version": "two"}, "version is not a whole number"),
        ({"title": "T", "upvotes": -1}, "upvotes is not a whole number"),
        ({"title": "T", "upvotes": 2**63}, "upvotes is not a whole number"),
        ({"title": "T", "id": 2603.1}, "id is not text"),
        ({"title": "T", "schema": 2}, "schema 2 requires a newer papertriage"),
    ],
)
def test_an_object_that_is_no_paper_says_why(value, reason):
    with pytest.raises(BadPaper, match=f"^{reason}"):
        paper_of(value, TODAY)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from([*Paper._fields, "year", "arxiv_id", "upvotes", "schema"])


@given(st.dictionaries(_names, _json))
def test_any_object_is_a_paper_or_says_why(fields):
    try:
        found, _ = paper_of(fields, TODAY)
    except BadPaper as bad:
        assert str(bad)  # noqa: PT017 - either outcome is right
        return
    assert found.title
    assert found.id.isprintable()
    assert " " not in found.id
