from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.author_names import author_names, first_last


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Example", "Ada Example"),
        ("Example, Ada", "Ada Example"),
        ("van der Berg, Ada B.", "Ada B. van der Berg"),
        ("Sample, Jr, Bob", "Bob Sample Jr"),
        ("Sample, Bob, Jr.", "Bob Sample Jr."),
        ("Plato,", "Plato"),
        (", Ada", ", Ada"),
        ("A, B, C, D", "A, B, C, D"),
    ],
)
def test_the_given_name_comes_first(name, expected):
    assert first_last(name) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Ada Example, Bob Sample and Cleo Placeholder",
            ("Ada Example", "Bob Sample", "Cleo Placeholder"),
        ),
        ("Ada Example, and Bob Sample, Jr.", ("Ada Example", "Bob Sample Jr.")),
        ("Ada Example (1 and 2), Bob Sample ((1) Here, (2) There)", ("Ada Example", "Bob Sample")),
        ("Ada Example (never closed, Bob", ("Ada Example",)),
        ("Anderson Sand", ("Anderson Sand",)),
        ("", ()),
    ],
)
def test_an_author_line_is_names_without_affiliations(line, expected):
    assert author_names(line) == expected


@given(st.text())
def test_any_line_is_names(line):
    assert all(name.strip() for name in author_names(line))


def test_a_suffix_belongs_to_the_name_before_it_however_often_it_comes():
    assert author_names("Ada Example, Jr, III, Bob Sample") == ("Ada Example Jr III", "Bob Sample")
    assert author_names("Jr, Ada Example") == ("Jr", "Ada Example")
