from __future__ import annotations

import re

from hypothesis import given

from builders import make_cached, make_pick, make_picked, make_score
from hostile import hostile_text
from papertriage.formats.table import chunks
from papertriage.text import visible


def test_a_flat_listing_numbers_the_papers_in_their_order():
    text = "".join(chunks([make_cached(), make_cached(title="Second", authors=(), topics=())]))
    assert text == (
        "  1  0.97  2025-10-02  Learning from Noisy Preferences\n"
        "                       Ada Example, Bob Sample · alignment 0.97 · arxiv:2510.02252\n"
        "                       because human feedback, reward model, preference\n"
        "  2        2025-10-02  Second\n"
        "                       arxiv:2510.02252\n"
    )


def test_a_grouped_listing_keeps_each_papers_number_under_its_topic():
    topics = ("ood", "alignment", "ood")
    papers = [
        make_picked(n, pick=make_pick(n, topic=topic), topics=(make_score(),))
        for n, topic in enumerate(topics, 1)
    ]
    text = "".join(chunks(papers, grouped=True, heading="Today"))
    assert re.findall(r"^(?:\w.*| {2}\d)", text, re.MULTILINE) == [
        *("Today", "ood (2 papers)", "  1", "  3", "alignment (1 paper)", "  2"),
    ]
    assert text.count("also alignment 0.97") == 2


@given(hostile_text)
def test_a_paper_takes_three_lines_without_terminal_codes_whatever_its_text(text):
    paper = make_picked(
        title=text, authors=(text,) * 5, pick=make_pick(topic=text, reasons=(text,))
    )
    lines = "".join(chunks([paper], grouped=True, heading="x" + text)).split("\n")
    assert len(lines) == 8 - (not visible(text).strip())
    assert max(map(len, lines[2:])) < 700
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(lines))
