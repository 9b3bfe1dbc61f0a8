from __future__ import annotations

import re

import pytest

from render.pseudo_terminal import SGR, on_pty


@pytest.mark.parametrize("columns", [80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_title_fills_the_screen(columns):
    code = "print_listing([make_cached(title='x' * 10_000)], grouped=False)"
    lines = SGR.sub("", on_pty(code, columns)).splitlines()
    assert max(map(len, lines)) <= columns
    assert len(lines) < 12


def test_a_narrow_terminal_stacks_what_a_wide_one_shows_side_by_side():
    code = "print_listing([make_picked()], grouped=True, heading='Today')"
    narrow = SGR.sub("", on_pty(code, 80))
    assert [line.rstrip() for line in narrow.splitlines()] == [
        *("Today", "", "alignment  1 paper " + "─" * 61),
        "1  0.97  2025-10-02  Learning from Noisy Preferences",
        "                     Ada Example, Bob Sample",
        "                     because human feedback, reward model",
    ]
    wide = SGR.sub("", on_pty(code, 200)).splitlines()
    row = (
        r"1  0\.97  2025-10-02  Learning .* Ada Example, Bob Sample +human feedback, reward model *"
    )
    assert re.fullmatch(row, wide[3])


def test_tags_of_other_topics_are_shown_with_a_pick():
    code = (
        "print_listing([make_picked(topics=(make_score(), make_score('ood', .6)))], grouped=True)"
    )
    assert "also ood 0.60" in SGR.sub("", on_pty(code))
