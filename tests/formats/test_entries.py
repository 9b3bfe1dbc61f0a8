from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given

from builders import make_cached, make_pick, make_picked, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats import entries
from papertriage.text import visible

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the HTML back")


def paragraphs(paper):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found = parser.parseFragment(entries.content(paper))
    assert {element.tag for element in found} <= {"p"}
    assert all(not list(element) and element.attrib == {"dir": "auto"} for element in found)
    return [element.text for element in found]


def test_an_id_is_a_uuid_that_follows_from_the_papers_id_alone():
    expected = uuid.uuid5(uuid.NAMESPACE_URL, "papertriage:arxiv:2510.02252")
    assert entries.urn("arxiv:2510.02252") == f"urn:uuid:{expected}"
    assert entries.urn("a\ud800") == entries.urn("a?")


def test_a_paper_is_new_once_whatever_happens_to_it_later():
    first = make_cached(topics=(make_score(score=0.9),))
    later = make_cached(
        updated="2026-01-01T00:00:00Z",
        version=5,
        upvotes=99,
        decision="keep",
        pick=make_pick(reasons=("trending",)),
        topics=(make_score(score=0.6),),
    )
    assert entries.came(first) == entries.came(later) == "2025-10-03T09:00:00Z"
    assert entries.content(first) == entries.content(later)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2025-10-02T17:59:08Z", "2025-10-02T17:59:08Z"),
        ("2025-10-02", "2025-10-02T00:00:00Z"),
        ("2025", None),
        ("2025-10-02T25:00:00Z", None),
        ("2025-10-02T17:59:08Z</published>", None),
    ],
)
def test_a_date_is_one_that_feeds_allow_or_none(published, expected):
    assert entries.published(make_cached(published=published)) == expected


def test_without_a_date_of_publication_the_announcement_counts():
    assert entries.published(make_cached(published=None)) == "2025-10-03T00:00:00Z"
    assert entries.published(make_cached(published=None, announced=None)) is None
    assert entries.came(make_cached(came="")) == entries.NEVER


def test_a_paper_without_an_address_is_found_by_its_doi():
    assert entries.address(make_cached(url=None)) == "https://doi.org/10.1000/example.1"
    assert entries.address(make_cached(url=None, doi=None)) is None
    assert entries.address(make_cached(url="javascript:alert(1)", doi=None)) is None


def test_the_content_is_facts_abstract_comment_and_reasons():
    assert paragraphs(make_picked(abstract="Short.")) == [
        "Ada Example, Bob Sample · 2025-10-02 · arxiv:2510.00001",
        "Short.",
        "12 pages",
        "because human feedback, reward model, preference",
    ]


@pytest.mark.parametrize("text", HOSTILE_TITLES)
def test_the_content_of_a_hostile_paper_is_its_text(text):
    found = paragraphs(make_cached(abstract=text, comment=None, topics=()))
    expected = entries.plain(text)
    assert found[1:] == ([expected] if expected else [])


@given(hostile_text)
def test_what_feeds_say_is_text_that_xml_can_hold(text):
    paper = make_cached(title=text, abstract=text, authors=(text, ""), topics=(make_score(text),))
    said = [entries.title(paper), *entries.authors(paper), *entries.tags(paper)]
    said += paragraphs(paper)
    for value in said:
        assert value
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufffe\uffff]", value)
    assert entries.title(paper) == (
        re.sub("[\ufffe\uffff]", "\ufffd", visible(text)).strip() or "(no title)"
    )
