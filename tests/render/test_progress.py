from __future__ import annotations

from render.pseudo_terminal import on_pty


def test_a_bar_is_drawn_on_a_terminal_and_a_note_stands_above_it():
    code = """
with progress("Fetching [bold]", None) as advance:
    advance(3, total=10)
    note("half [way]")
    advance()
note("after")
"""
    shown = on_pty(code)
    assert "Fetching [bold]" in shown
    assert "4/10" in shown
    assert "half [way]" in shown
    assert shown.rstrip().endswith("after")


def test_the_time_left_is_told_although_the_total_is_an_estimate():
    code = """
import time
with progress("Importing", None) as advance:
    for total in (100, 101, 99, 100):
        advance(10, total=total)
        time.sleep(0.4)
"""
    shown = on_pty(code)
    assert "40/100" in shown
    assert "00:0" in shown
