from __future__ import annotations

import pytest
from hypothesis import given

from builders import make_digest, make_pick, make_picked, make_receipt
from hostile import hostile_text
from papertriage.formats.digest_html import digest_text

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the page back")
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
    *("span", "a", "blockquote", "footer", "ul", "li"),
}


def read(digest):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(digest_text(digest))


def test_a_digest_is_a_valid_page_with_its_parts():
    page = read(make_digest())
    assert [element.text for element in page.iter("h2")] == ["alignment", "What else", "Receipt"]
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
    receipt = make_receipt(feed=text, verdict=text, message=text)
    page = read(make_digest(day=text, picks=(pick,), receipts=(receipt,)))
    assert {element.tag for element in page.iter()} <= ALLOWED
    assert len(list(page.iter("article"))) == 1
    assert all(a.get("href").startswith(("http://", "https://")) for a in page.iter("a"))
