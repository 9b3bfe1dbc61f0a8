from __future__ import annotations

import io

import pytest

from papertriage.files import _lines
from papertriage.files._lines import byte_lines, text_lines


def stream(data):
    return io.BufferedReader(io.BytesIO(data))


def test_a_byte_order_mark_is_gone_and_line_ends_stay():
    assert list(byte_lines(stream(b"\xef\xbb\xbfa\r\n\nb"))) == [
        (1, b"a\r\n"),
        (2, b"\n"),
        (3, b"b"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_three_ways(end):
    lines = text_lines(stream(f"one{end}{end}two{end}".encode()))
    assert [line.rstrip() for line in lines if line] == ["one", "", "two"]


def test_a_line_that_is_not_utf_8_is_windows_1252():
    assert list(text_lines(stream("Größe\n".encode() + b"Gr\xf6\xdfe \x93\n"))) == [
        "Größe\n",
        "Größe “\n",
    ]


def test_a_line_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(_lines, "MAX_LINE", 10)
    data = b"a\n" + b"b" * 45 + b"\nc"
    assert list(byte_lines(stream(data))) == [(1, b"a\n"), (2, None), (3, b"c")]
    assert list(text_lines(stream(data))) == ["a\n", "\n", "c"]
