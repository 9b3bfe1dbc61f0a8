from __future__ import annotations

import re

import pytest

from processes import SOURCE
from render.pseudo_terminal import SGR, on_pty

CODE = """
from scoreboards import *
print_scoreboard(make_board(*(make_day(n, learned=n > 1) for n in range(9))))
"""


def drawn(columns: int = 80, **environment: str) -> str:
    return on_pty(CODE, columns, PYTHONPATH=str(SOURCE), **environment)


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_bars_and_no_line_is_broken(columns: int):
    shown = SGR.sub("", drawn(columns))
    lines = [line.rstrip() for line in shown.splitlines()]
    (bars,) = [line for line in lines if re.fullmatch(r"  interest +--▃{7}", line)]
    assert bars
    assert any(line.startswith("  of newest first +0.") for line in lines)
    assert max(map(len, lines)) <= min(columns, 100)
    assert "…" not in shown


def test_interest_stands_out():
    lines = [one for one in drawn().splitlines() if re.search(r"interest +\d\.", one)]
    assert len(lines) == 2
    assert all(one.startswith("\x1b[1;32m") for one in lines)


def test_a_narrow_terminal_and_one_without_utf_8_show_it_too():
    assert "precision@10" in drawn(30)
    assert "  interest     --3333333" in SGR.sub("", drawn(PYTHONIOENCODING="ascii"))


def test_a_terminal_that_can_only_print_gets_plain_text():
    shown = drawn(TERM="dumb")
    assert "\x1b" not in shown
    assert "  interest     --3333333" in shown
