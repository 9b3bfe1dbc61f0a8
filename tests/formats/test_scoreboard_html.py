from __future__ import annotations

import re

import pytest

from papertriage.formats.scoreboard_html import scoreboard_html
from scoreboards import make_board, make_day

html5lib = pytest.importorskip("html5lib", reason="html5lib reads the page back")


def page(*days):
    text = scoreboard_html(make_board(*days))
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return text


def test_the_page_is_whole_and_loads_nothing():
    text = page(*(make_day(number) for number in range(6)))
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=", text)
    assert set(re.findall(r"https?://[^\"' )<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "color-scheme:light dark" in text


def test_every_day_has_a_row_and_every_measure_a_figure():
    text = page(*(make_day(number) for number in range(20)))
    assert re.findall(r'<th scope="row">(2026-\d\d-\d\d)', text) == [
        make_day(number).day for number in range(20)
    ]
    assert text.count("<svg ") == 3
    assert "interest is ahead" in text
    assert "keeps predicted" in text


def test_a_board_without_a_model_or_without_days_is_a_page_too():
    assert "interest is ahead" not in page(make_day(learned=False))
    assert "0 papers judged on 0 days" in page()
    assert "<table" not in page()
