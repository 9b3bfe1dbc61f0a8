from __future__ import annotations

import re

from render.pseudo_terminal import SGR, on_pty


def test_the_terms_are_highlighted_inside_the_abstract():
    shown = on_pty("print_why(make_cached(), 'alignment')", NO_COLOR="")
    assert re.search(r"\x1b\[[0-9;]*32m[^\x1b]*human feedback\x1b", shown)
    assert re.search(r"\+2\.1000  human feedback", SGR.sub("", shown))


def test_nothing_hostile_reaches_the_terminal_as_a_code():
    shown = SGR.sub("", on_pty("for paper in papers: print_why(paper, None)"))
    assert not re.search("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
