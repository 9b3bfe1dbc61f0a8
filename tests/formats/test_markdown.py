from __future__ import annotations

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from builders import make_cached
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.markdown import chunks, escaped, link
from papertriage.text import visible

MATH_MAY_EMPHASISE = {"em_open", "em_close", "strong_open", "strong_close"}
READERS = (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False, "html": True}))


def tokens(markdown, reader=READERS[0]):
    for token in reader.parse(markdown):
        yield token
        yield from token.children or ()


def text_of(markdown, reader=READERS[0]):
    return "".join(
        t.content for t in tokens(markdown, reader) if t.type in {"text", "text_special"}
    )


def kinds(markdown, reader=READERS[0]):
    return {token.type for token in tokens(markdown, reader)}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("title", [title for title in HOSTILE_TITLES if "$" not in title])
def test_a_title_reads_as_its_text_and_opens_nothing(title, reader):
    assert kinds(escaped(title), reader) <= {"paragraph_open", "inline", "text", "paragraph_close"}
    assert text_of(escaped(title), reader) == visible(title).strip()


@pytest.mark.parametrize("reader", READERS)
@given(text=hostile_text)
def test_whatever_the_title_there_is_one_link_and_no_image_code_or_html(reader, text):
    markdown = "".join(chunks([make_cached(title=text, authors=(text,), id=text)]))
    links = [token for token in tokens(markdown, reader) if token.type == "link_open"]
    assert [token.attrs["href"] for token in links] == ["https://arxiv.org/abs/2510.02252"]
    allowed = {"bullet_list_open", "list_item_open", "paragraph_open", "inline", "text"}
    allowed |= {"bullet_list_close", "list_item_close", "paragraph_close", "hardbreak"}
    allowed |= {"link_open", "link_close"} | MATH_MAY_EMPHASISE
    assert kinds(markdown, reader) <= allowed
    if "$" not in text:
        assert not kinds(markdown, reader) & MATH_MAY_EMPHASISE


@given(hostile_text)
def test_an_address_opens_nothing_but_its_own_link(text):
    markdown = link("Title", f"https://a.example/{text}")
    assert kinds(markdown) <= {
        *("paragraph_open", "inline", "text", "paragraph_close", "link_open", "link_close")
    }
    assert text_of(markdown) == "Title"


def test_only_web_addresses_are_linked():
    assert link("T", "javascript:alert(1)") == "T"
    assert link("T", None) == "T"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"an $O(n^2)$ bound", r"an $O(n^2)$ bound"),
        (r"$\mathcal{X}_{i} < 3$ and *PO", r"$\mathcal{X}_{i} < 3$ and \*PO"),
        (r"$x \in [0,1]^d$", r"$x \in [0,1]^d$"),
        (r"$[x](y)$", r"\$\[x\](y)\$"),
        (r"$<b>$", r"\$\<b\>\$"),
        ("1. one", r"1\. one"),
        ("- dash and f-divergence", r"\- dash and f-divergence"),
        ("see http://a.example", r"see http\://a.example"),
        ("", ""),
    ],
)
def test_balanced_mathematics_stays_and_marks_are_escaped(text, expected):
    assert escaped(text) == expected


def test_a_paper_is_a_list_item_with_its_facts():
    assert "".join(chunks([make_cached()])) == (
        "- [Learning from Noisy Preferences](https://arxiv.org/abs/2510.02252)  \n"
        "  Ada Example, Bob Sample, 2025-10-02, alignment 0.97, arxiv:2510.02252\n"
    )
