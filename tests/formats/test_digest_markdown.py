from __future__ import annotations

import re

from hypothesis import given
from markdown_it import MarkdownIt

from builders import (
    make_coverage,
    make_digest,
    make_news,
    make_pick,
    make_picked,
    make_score,
    make_unpicked,
)
from hostile import hostile_text
from papertriage.formats.digest_markdown import digest_text

EXPECTED = """\
# Papers to read, 2025-10-03

1 paper picked, 1 topic.

## alignment

### 1. [Learning from Noisy Preferences](https://arxiv.org/abs/2510.00001)

Ada Example, Bob Sample · 2025-10-02 · alignment 0.97 · arxiv:2510.00001

because human feedback, reward model

> We train a reward model on pairwise human feedback and show that a calibrated preference \
objective needs half of the labels.

## What else was new

40 papers came in; 4 more tagged papers are waiting.

- alignment: 6 new, 5 more waiting
  - [Rewards Left Over](https://arxiv.org/abs/2510.00009) 0.81

## Receipt

- arxiv cs.LG: complete, 12 new, 3 updated

papertriage digest 0123456789abcdef
"""


def test_a_digest_of_one_pick_reads_like_this():
    assert digest_text(make_digest()) == EXPECTED


@given(hostile_text)
def test_no_text_adds_a_heading_link_image_or_html(text):
    scores = (make_score(text, evidence=((text, 1.0),)), make_score("also" + text))
    pick = make_picked(
        title=text,
        abstract=text,
        authors=(text,),
        id=text,
        published=text,
        pick=make_pick(topic=text, reasons=(text,)),
        topics=scores,
    )
    feed = make_coverage(feed=text, verdict=text, message=text, skipped=1, why_skipped=text)
    news = make_news(topic=text, best=(make_unpicked(title=text),))
    digest = make_digest(day=text, picks=(pick,), feeds=(feed,), topics=(news,), missed=text)
    markdown = digest_text(digest)
    found = MarkdownIt("commonmark").parse(markdown)
    headings = [token.tag for token in found if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h3", "h2", "h2"]
    inline = {child.type for token in found for child in token.children or ()}
    # Mathematics keeps its underscores, which a reader without mathematics takes for emphasis.
    emphasis = {"em_open", "em_close", "strong_open", "strong_close"} if "$" in text else set()
    assert inline <= {"text", "link_open", "link_close"} | emphasis
    assert len(re.findall(r"^#", markdown, re.MULTILINE)) == 5
    assert sum(c.type == "link_open" for t in found for c in t.children or ()) == 2
