from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_digest, make_news
from hostile import hostile_text
from papertriage.formats.digest_chart import chart

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the figure back")
SVG = "{http://www.w3.org/2000/svg}"
DAYS = tuple(f"2025-10-{n:02}" for n in range(1, 29))


def figure(digest):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(chart(digest))


def bars(page):
    return [float(bar.get("height")) for bar in page.iter(f"{SVG}rect")]


def test_a_bar_stands_for_each_day_with_papers_and_its_number_above():
    page = figure(make_digest(topics=(make_news(), make_news(topic="ood", counts=(8, 0, 1)))))
    assert bars(page) == [7.0, 14.0, 28.0, 3.5]
    words = [text.text for text in page.iter(f"{SVG}text")]
    days = ["We 01", "Th 02", "Fr 03"]
    assert words == ["alignment", "0", "2", "4", "ood", "8", "0", "1", *days]


def test_who_sees_no_svg_reads_the_same_numbers():
    page = figure(make_digest(topics=(make_news(), make_news(topic="ood", counts=(8, 0, 1)))))
    assert [one.text for one in page.iter("li")] == ["alignment: 0, 2, 4", "ood: 8, 0, 1"]
    (svg,) = page.iter(f"{SVG}svg")
    assert svg.get("role") == "img"
    named = {one.get("id"): one.text for one in svg if one.get("id")}
    assert set(svg.get("aria-labelledby").split()) == set(named)
    assert named["chart-words"] == "alignment: 0, 2, 4. ood: 8, 0, 1"
    caption = "New papers per day, 2025-10-01 to 2025-10-03; the tallest bar is 8"
    assert page.find(".//figcaption").text == caption


def test_no_papers_draw_no_chart():
    assert chart(make_digest(topics=())) == ""
    assert chart(make_digest(topics=(make_news(counts=(0, 0, 0)),))) == ""


def test_many_days_keep_their_bars_and_lose_their_labels():
    page = figure(make_digest(charted=DAYS, topics=(make_news(counts=(1,) * 28),)))
    assert len(bars(page)) == 28
    assert [text.text for text in page.iter(f"{SVG}text")] == ["alignment", "10-01", "10-28"]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=28))
def test_every_bar_lies_inside_the_drawing(counts):
    text = chart(
        make_digest(charted=DAYS[: len(counts)], topics=(make_news(counts=tuple(counts)),))
    )
    if any(counts):
        drawn = text[text.index("<svg") : text.index("</svg>") + 6]
        svg = ET.fromstring(drawn)  # noqa: S314 - our own text
        _, _, width, height = map(float, svg.get("viewBox").split())
        found = list(svg.iter(f"{SVG}rect"))
        assert len(found) == sum(count > 0 for count in counts)
        for bar in found:
            left, top = float(bar.get("x")), float(bar.get("y"))
            assert 0 <= left <= left + float(bar.get("width")) <= width + 0.1
            assert 0 < top < top + float(bar.get("height")) < height
            assert float(bar.get("height")) >= 2
    else:
        assert text == ""


@given(hostile_text)
def test_no_topic_is_more_than_a_label(text):
    page = figure(make_digest(topics=(make_news(topic=text),)))
    tags = {element.tag for element in page.iter()} - {"DOCUMENT_FRAGMENT"}
    svg = {f"{SVG}{name}" for name in ("svg", "title", "desc", "g", "text", "rect", "path")}
    assert tags == {"figure", "figcaption", "details", "summary", "ul", "li"} | svg
    assert len(next(page.iter(f"{SVG}text")).text) <= 30
