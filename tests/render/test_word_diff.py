from __future__ import annotations

import re

from render.pseudo_terminal import SGR, on_pty


def test_new_words_are_green_and_gone_ones_red():
    code = "print_diff('v1 to v2', [('a cat', 'a dog'), (HOSTILE_TITLES[0], HOSTILE_TITLES[20])])"
    shown = on_pty(code, NO_COLOR="")
    assert re.search(r"\x1b\[[0-9;]*31m[^\x1b]*cat", shown)
    assert re.search(r"\x1b\[[0-9;]*32m[^\x1b]*dog", shown)
    assert SGR.sub("", shown).startswith("v1 to v2")
