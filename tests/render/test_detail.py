from __future__ import annotations

import re

from render.pseudo_terminal import SGR, on_pty


def test_one_paper_is_shown_with_its_abstract_wrapped_and_its_evidence():
    shown = SGR.sub("", on_pty("print_paper(make_cached())"))
    assert re.search(
        r"^Preference data are noisy\. We train .* human feedback", shown, re.MULTILINE
    )
    assert re.search(r"^alignment 0\.97 tagged\n   \+2\.10  human feedback$", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= 80
