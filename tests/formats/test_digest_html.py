from __future__ import annotations

import pytest
from hypothesis import given

from builders import (
    make_coverage,
    make_digest,
    make_news,
    make_pick,
    make_picked,
    make_unpicked,
)
from hostile import hostile_text
from papertriage.formats.digest_html import body, digest_text

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the page back")
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "h3",
        "p",
        "section",
        "article",
    ),
    *(
        "span",
        "a",
        "blockquote",
        "footer",
        "ul",
        "li",
        "figure",
        "figcaption",
        "details",
        "summary",
    ),
    *(f"{SVG}{name}" for name in ("svg", "g", "title", "desc", "text", "rect", "path")),
}


def read(digest):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(digest_text(digest))


def test_a_digest_is_a_valid_page_with_its_parts():
    page = read(make_digest())
    assert [element.text for element in page.iter("h2")] == [
        *("alignment", "What else was new", "Receipt"),
    ]
    assert page.find(".//blockquote").text.startswith("We train a reward model")
    assert page.find(".//a").get("href") == "https://arxiv.org/abs/2510.00001"


@given(hostile_text)
def test_no_text_adds_an_element_or_an_address(text):
    pick = make_picked(
        title=text,
        abstract=text,
        authors=(text,),
        url=text,
        pick=make_pick(topic=text, reasons=(text,)),
    )
    feed = make_coverage(feed=text, verdict=text, message=text, why_skipped=text, skipped=1)
    news = make_news(topic=text, best=(make_unpicked(title=text, url=text),))
    digest = make_digest(
        first=text, day=text, picks=(pick,), feeds=(feed,), topics=(news,), missed=text
    )
    page = read(digest)
    assert {element.tag for element in page.iter()} <= ALLOWED
    assert len(list(page.iter("article"))) == 1
    assert all(a.get("href").startswith(("http://", "https://")) for a in page.iter("a"))


def test_the_page_loads_nothing_and_runs_nothing():
    page = read(make_digest())
    policies = [m.get("content") for m in page.iter("meta") if m.get("http-equiv")]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'")
    loading = {
        "src",
        "srcset",
        "data",
        "background",
        "poster",
        "{http://www.w3.org/1999/xlink}href",
    }
    for element in page.iter():
        assert loading & set(element.attrib) == set()
        assert not any(name.startswith("on") for name in element.attrib)
    (style,) = page.iter("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_page_is_readable_on_a_phone_in_light_and_dark():
    page = read(make_digest())
    named = {m.get("name"): m.get("content") for m in page.iter("meta")}
    assert named["viewport"] == "width=device-width, initial-scale=1"
    assert named["color-scheme"] == "light dark"
    assert "prefers-color-scheme:dark" in next(page.iter("style")).text
    assert "font:16px/1.55 " in page.find("body").get("style")


def test_the_body_stands_without_its_page():
    assert body(make_digest()) in digest_text(make_digest())
    assert "<body" not in body(make_digest())
