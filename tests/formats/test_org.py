from __future__ import annotations

import re

import pytest
from hypothesis import given

from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.entries import plain
from papertriage.formats.org import chunks, escaped

# https://orgmode.org/worg/org-syntax.html, as regular expressions of its own: where an element or
# an object would begin. An emphasis marker, for one, needs something that is no space behind it.
PRE = r"(?:^|[\s\-\u2013\u2014('\"{\u200b])"
ELEMENT = re.compile(
    r"\*+ |\s*(?:[-+] |\*\s|(?:\d+|[A-Za-z])[.)]\s|#(?:\+|\s|$)|\||:[\w-]+:(?:\s|$)|:\s"
    r"|%%\(|\[fn:|-{5}|\\begin)"
)
OBJECTS = re.compile(
    rf"{PRE}([*/_=~+])[^\s\u200b]"
    r"|\[\[|<<|\{\{\{|@@|\[fn:|\[cite|[<\[]\d{4}-|<[^\s\u200b]+:|\\[A-Za-z(\[]"
    r"|\w[_^][\w{(*+\-]|(?:src|call)_\w|\w+:[^\s\u200b]|\[\d*[%/]\d*\]"
)


def read(text):
    """Read headings, drawers and bodies by the syntax's own lines, and fail on any other line."""
    found = []
    lines = iter(text.split("\n")[:-1])
    for line in lines:
        heading = re.fullmatch(r"\* (.+?)(?: :([\w@#%:]+):)?", line)
        if heading is None:
            found[-1]["body"].append(line)
            continue
        assert next(lines) == ":PROPERTIES:"
        drawer = {}
        while (line := next(lines)) != ":END:":
            name, value = re.fullmatch(r":(\w+): (.+)", line).groups()
            drawer[name] = value
        title, tags = heading.groups()
        link = re.fullmatch(r"\[\[([^\]\[\s]+)\]\[(.+?)\]\]", title)
        address, title = link.groups() if link else (None, title)
        found.append(
            {
                "title": title,
                "address": address,
                "tags": tags.split(":") if tags else [],
                "drawer": drawer,
                "body": [],
            }
        )
    return found


def text_of(line):
    return line.replace("\u200b", "")


def test_a_paper_is_a_heading_with_a_drawer_and_its_abstract():
    assert "".join(chunks([make_cached(abstract="Short.", decision="keep")])) == (
        "* [[https://arxiv.org/abs/2510.02252][Learning from Noisy Preferences]] :alignment:\n"
        ":PROPERTIES:\n"
        ":CUSTOM_ID: arxiv:2510.02252\n"
        ":AUTHORS: Ada Example; Bob Sample\n"
        ":PUBLISHED: [2025-10-02]\n"
        ":CATEGORIES: cs.LG stat.ML\n"
        ":DOI: 10.1000/example.1\n"
        ":URL: https://arxiv.org/abs/2510.02252\n"
        ":PDF: https://arxiv.org/pdf/2510.02252\n"
        ":COMMENT: version 2; 12 pages\n"
        ":DECISION: keep\n"
        ":END:\n"
        "Short.\n"
    )


def test_a_word_that_begins_a_heading_is_no_keyword():
    assert "".join(chunks([make_cached(url=None, title="TODO lists")])).startswith("* \u200bTODO")


def test_a_title_with_brackets_is_no_link():
    (paper,) = read("".join(chunks([make_cached(title="Bounds on [0, 1]")])))
    assert (text_of(paper["title"]), paper["address"]) == ("Bounds on [0, 1]", None)


def test_a_topic_becomes_a_tag_that_org_knows():
    (paper,) = read("".join(chunks([make_cached(topics=(make_score("bird-song 2"),))])))
    assert paper["tags"] == ["bird_song_2"]


@pytest.mark.parametrize(
    "text",
    [
        *("*bold* /i/ _u_ =v= ~c~ +s+", "[[file:/etc/passwd][x]]", "{{{macro(x)}}}", "<<target>>"),
        *("<2026-11-23 Mon>", "[2026-11-23]", "[fn:1] x", "src_sh{rm}", "call_f()", "@@html:x@@"),
        *(r"\alpha \(x\) \[y\]", "elisp:(x) shell:ls", "a_b a^2 x_{i}", "[cite:@x]", "[1/2]"),
        *("* heading", "- list", "1. list", "1) list", "a) list", "#+include: x", "# comment"),
        *("| table |", ":drawer:", ": fixed", "%%(sexp)", "-----", "SCHEDULED: <2026-11-23>"),
    ],
)
def test_nothing_of_orgs_syntax_is_left(text):
    line = escaped(text)
    assert text_of(line) == text
    assert not ELEMENT.match(line)
    assert not OBJECTS.search(line)


def test_balanced_mathematics_stays_and_what_org_reads_first_does_not():
    assert escaped(r"an $O(n^2)$ bound") == r"an $O(n^2)$ bound"
    for text in ("$x]] [[y$", "$<2026-11-23>$", "${{{x}}}$", "$[2026-11-23]$", "$<b>$"):
        assert escaped(text).count("\u200b") > 2


@pytest.mark.parametrize("title", [title for title in HOSTILE_TITLES if "$" not in title])
def test_a_hostile_text_is_text_and_nothing_else(title):
    line = escaped(title)
    assert text_of(line) == plain(title)
    assert not ELEMENT.match(line)
    assert not OBJECTS.search(line)


@given(hostile_text)
def test_papers_in_are_headings_out_and_the_text_is_whole(text):
    hostile = make_cached(
        title=text,
        abstract=text,
        authors=(text,),
        url=f"https://a.example/{text[:100]}",
        pdf_url=text,
        doi=text,
        comment=text,
        published=text,
        categories=(text,),
        topics=(make_score(text),),
        id=text,
    )
    first, second = read("".join(chunks([hostile, make_cached()])))
    assert text_of(first["title"]) == (plain(text) or "(no title)")
    assert [text_of(line) for line in first["body"]] == ([plain(text)] if plain(text) else [])
    if not {"[", "]"} & set(text):
        assert first["address"].startswith("https://a.example/")
    assert first["drawer"]["URL"].startswith("https://a.example/")
    assert first["drawer"].get("AUTHORS", "") == plain(text)
    assert second["title"] == "Learning from Noisy Preferences"
