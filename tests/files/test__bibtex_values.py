from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.files._bibtex_values import value_of


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("{a {b} c}", "a {b} c"),
        ('"a {"} b"', 'a {"} b'),
        ("2026", "2026"),
        ("ji", "Journal of Invented"),
        ('JI # " Results" # {!}', "Journal of Invented Results!"),
        ("nov # {~19}", "nov~19"),
        (r"{a \{ b}", r"a \{ b"),
        ("{never closed", "never closed"),
        ("}", ""),
        ("", ""),
    ],
)
def test_a_value_is_its_parts_joined(raw, expected):
    assert value_of(raw, {"ji": "Journal of Invented"}) == expected


@pytest.mark.parametrize("raw", ["{a} year = 2024", '"a" b', "{a}}"])
def test_what_follows_a_value_is_a_missing_comma(raw):
    with pytest.raises(ValueError, match="comma"):
        value_of(raw, {})


@given(st.text(alphabet='{}"#\\ ab'))
def test_any_value_ends(raw):
    try:
        assert len(value_of(raw, {})) <= len(raw)
    except ValueError as error:
        assert "comma" in str(error)  # noqa: PT017 - a value is as right as an error


def test_a_macro_of_macros_does_not_grow_without_end():
    with pytest.raises(ValueError, match="too long"):
        value_of(" # ".join(["a"] * 2_000), {"a": "x" * 1_000})
