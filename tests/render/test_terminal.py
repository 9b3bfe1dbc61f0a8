from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from builders import make_cached, make_pick, make_picked, make_score
from papertriage.render.terminal import note, on_terminal, print_listing, print_paper, progress
from render.pseudo_terminal import PAPERS, SGR, TESTS, on_pty

CODES = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize(
    "code",
    [
        "print_listing(papers, grouped=True, heading=HOSTILE_TITLES[20])",
        "print_listing(papers, grouped=False)",
        "for paper in papers: print_paper(paper)",
        "for title in HOSTILE_TITLES: note(title)",
    ],
)
def test_hostile_text_reaches_a_terminal_as_text_alone(code, columns):
    shown = on_pty(code, columns)
    assert "BERT [cs.CL] :smile:" in re.sub(r"\s+", " ", SGR.sub("", shown))
    assert not CODES.findall(SGR.sub("", shown))


def test_a_terminal_has_colours_unless_no_color_is_set():
    code = "print_listing([make_picked()], grouped=True)"
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", on_pty(code))
    plain = on_pty(code, NO_COLOR="1")
    assert "\x1b[1m" in plain
    assert not re.search(r"\x1b\[[0-9;]*[349][0-9]m", plain)


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_can_only_print_gets_plain_text(environment):
    shown = on_pty(
        "print_listing([make_picked()], grouped=True)\n"
        "assert not (on_terminal() or stderr_on_terminal())",
        **environment,
    )
    assert "\x1b" not in shown
    assert "  1  0.97  2025-10-02  Learning from Noisy Preferences" in shown


def test_a_terminal_that_is_not_utf_8_shows_escapes_and_no_traceback():
    code = "print_listing([make_cached(title='título')], grouped=False)"
    assert "t\\xedtulo" in on_pty(code, PYTHONIOENCODING="ascii")


def test_piped_output_is_plain_and_loads_no_rich():
    code = PAPERS.format(tests=str(TESTS)) + (
        "print_listing(papers, grouped=True)\nprint_paper(papers[0])\nnote(HOSTILE_TITLES[20])\n"
        "with progress('x', 3) as advance: advance(1)\n"
        "assert not any(name.split('.')[0] == 'rich' for name in sys.modules)"
    )
    environment = {"FORCE_COLOR": "1", "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment
    )
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"BERT [cs.CL] :smile:" in done.stdout


def test_without_a_terminal_listing_and_paper_are_plain_text(capsysbinary):
    print_listing([make_cached()], grouped=False, heading="All")
    print_paper(make_cached(topics=(make_score(),)))
    text = capsysbinary.readouterr().out.decode()
    assert text.startswith("All\n\n  1  0.97  2025-10-02  Learning from Noisy Preferences\n")
    assert "alignment 0.97 tagged" in text


def test_an_empty_listing_prints_nothing(capsysbinary):
    print_listing([], grouped=True)
    assert capsysbinary.readouterr().out == b""
    assert on_pty("print_listing([], grouped=True); print_listing([], grouped=False)").strip() == ""


def test_picks_without_a_topic_stand_under_their_own_heading(capsysbinary):
    pick = make_picked(pick=make_pick(topic=""))
    print_listing([pick], grouped=True)
    assert capsysbinary.readouterr().out.startswith(b"no topic (1 paper)")


def test_a_note_is_one_line_and_a_closed_standard_error_loses_only_the_note(monkeypatch, capsys):
    note("two\nlines \x1b[2J")
    assert capsys.readouterr().err == "two lines \ufffd[2J\n"
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        note("lost")
        with progress("x", None) as advance:
            advance(1, total=2)


def test_a_closed_standard_output_is_no_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stdout", stream)
        assert not on_terminal()


def test_a_terminal_that_went_away_is_an_output_error():
    code = """
from papertriage.errors import OutputError
class Gone:
    def isatty(self): return True
    def write(self, text): raise OSError(5, "Input/output error")
    def flush(self): raise OSError(5, "Input/output error")
    encoding = "utf-8"
sys.stdout = Gone()
for show in (lambda: print_listing([make_cached()], grouped=False), lambda: print_paper(papers[0])):
    try: show()
    except OutputError as error: assert "terminal: input/output error" in str(error)
    else: raise AssertionError
sys.stdout = sys.__stdout__
"""
    on_pty(code)
