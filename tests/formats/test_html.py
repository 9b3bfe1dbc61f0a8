from __future__ import annotations

import pytest
from hypothesis import given

from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats import cells
from papertriage.formats.html import chunks
from papertriage.text import visible

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the page back")
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "h1", "article", "h3", "span", "a", "p"),
    *("details", "summary"),
}


def read(papers):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse("".join(chunks(papers)))


def test_an_abstract_that_is_missing_is_not_offered():
    assert read([make_cached(abstract=None)]).find(".//details") is None


@given(hostile_text)
def test_the_page_has_the_text_and_no_element_or_address_of_the_titles_making(text):
    papers = [
        make_cached(
            title=text,
            abstract=text,
            authors=(text,),
            url=f"https://a.example/{text}",
            topics=(make_score(text, evidence=((text, 1.0),)),),
        )
    ]
    page = read(papers)
    assert {element.tag for element in page.iter()} <= ALLOWED
    assert all(not name.startswith("on") for element in page.iter() for name in element.attrib)
    for element in page.iter("a"):
        assert element.get("href").startswith("https://a.example/")
    title = " ".join("".join(page.find(".//h3").itertext()).split(" ")[1:])
    assert title == visible(cells.title(papers[0])).strip()


@pytest.mark.parametrize("address", [title for title in HOSTILE_TITLES if "://" not in title])
def test_only_web_addresses_are_linked(address):
    assert read([make_cached(url=address)]).find(".//a") is None


def test_the_page_loads_nothing_and_forbids_loading():
    text = "".join(chunks([make_cached()]))
    page = read([make_cached()])
    policy = page.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert all(word not in text for word in ("src=", "@import", "url(", "<script", "<link"))
    assert 'name="viewport"' in text
    assert "prefers-color-scheme:dark" in text
