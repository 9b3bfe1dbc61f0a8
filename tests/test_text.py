from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE_TITLES, hostile_text
from papertriage.text import clean, counted, normalized, visible

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("  two\n  lines\tand\r\nmore ", "two lines and more"),
        ("NUL \x00 and \x1b[31m and \x9b2J", "NUL and [31m and 2J"),
        ("half \ud800 a character", "half \ufffd a character"),
        (r"$\mathcal{O}(n^2)$ for 量子 *PO", r"$\mathcal{O}(n^2)$ for 量子 *PO"),
        ("family 👨‍👩‍👧 of emoji", "family 👨‍👩‍👧 of emoji"),
    ],
)
def test_cleaning_folds_space_and_keeps_what_is_text(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@given(hostile_text)
def test_clean_text_is_clean_encodable_and_one_line(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "Cc" not in {unicodedata.category(letter) for letter in cleaned}
    cleaned.encode()


@given(hostile_text)
def test_visible_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    shown = visible(text)
    assert {unicodedata.category(letter) for letter in shown}.isdisjoint({"Cc", "Cs", "Co"})
    assert BIDI.isdisjoint(shown)
    assert visible(shown) == shown


def test_no_noncharacter_is_visible() -> None:
    planes = [
        chr(plane + last) for plane in range(0, 17 << 16, 1 << 16) for last in (0xFFFE, 0xFFFF)
    ]
    assert set(visible("".join([*planes, *map(chr, range(0xFDD0, 0xFDF0))]))) == {"\ufffd"}


def test_visible_text_has_a_longest_length() -> None:
    assert visible("x" * 100, 10) == "x" * 9 + "…"


def test_marks_stack_no_higher_than_a_script_needs() -> None:
    assert visible("Z" + "\u0301" * 500) == "Z" + "\u0301" * 8


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_ordinary_letters_survive(title: str) -> None:
    assert [c for c in title if c.isascii() and c.isalnum()][:50] == [
        c for c in visible(title) if c.isascii() and c.isalnum()
    ][:50]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 papers"), (1, "1 paper"), (1200, "1,200 papers")]
)
def test_counts_are_words(number: int, words: str) -> None:
    assert counted(number, "paper") == words


def test_a_hundred_marks_on_a_letter_are_enough():
    marked = "e" + "\u0315\u0300" * 5_000 + " and e\u0301 and 漢字" * 200
    assert normalized("NFC", marked).startswith("\xe8\u0300")
    assert normalized("NFC", marked).endswith(" and \xe9 and 漢字")
    assert len(normalized("NFC", marked)) < 4_000


@given(st.text(max_size=99))
def test_a_text_without_so_many_marks_is_normalized_as_by_unicode(value):
    assert normalized("NFKC", value) == unicodedata.normalize("NFKC", value)
