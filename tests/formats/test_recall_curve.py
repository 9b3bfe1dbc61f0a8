from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from papertriage.formats.recall_curve import recall_curve


def test_a_curve_shows_how_much_was_found_after_reading_how_much():
    lines = recall_curve([True] * 5 + [False] * 45 + [True] * 5 + [False] * 5).split("\n")
    assert lines[0] == "found"
    assert lines[1] == "  100% |" + " " * 54 + "*" * 6
    assert lines[6].index("*") == len("       |") + 4
    assert lines[11] == "    0% +" + "-" * 60
    assert lines[12].split() == ["read:", "0%", "50%", "100%"]


@given(st.lists(st.booleans(), min_size=1).filter(any))
def test_any_curve_fits_a_terminal_and_ends_at_the_top(labels):
    lines = recall_curve(labels).splitlines()
    assert len(lines) == 13
    assert max(map(len, lines)) <= 70
    assert lines[1].endswith("*")
    assert all("*" not in line[8:] or len(line) == 68 for line in lines[1:11])
