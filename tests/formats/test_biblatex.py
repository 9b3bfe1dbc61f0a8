from __future__ import annotations

import re

import pytest
from hypothesis import given

from bibliography import decoded, entries, people, with_ligatures
from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.biblatex import chunks
from papertriage.formats.references import plain


def read(papers):
    return entries("".join(chunks(papers)))


def one(**fields):
    return read([make_cached(**fields)])[0]


def test_an_entry_has_the_fields_that_biblatex_knows_for_arxiv():
    entry = one(doi=None)
    assert entry.pop("abstract").startswith("Preference data are noisy.")
    assert entry == {
        "type": "online",
        "key": "arxiv:2510.02252",
        "title": "Learning from Noisy Preferences",
        "author": "Example, Ada and Sample, Bob",
        "date": "2025-10-02",
        "eprint": "2510.02252",
        "eprinttype": "arxiv",
        "eprintclass": "cs.LG",
        "version": "2",
        "doi": "10.48550/arXiv.2510.02252",
        "url": "https://arxiv.org/abs/2510.02252",
        "note": "12 pages",
        "keywords": "alignment",
    }


def test_a_paper_that_can_be_read_nowhere_is_misc():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi", "comment", "version"))
    entry = one(**bare, id="title:0", authors=(), topics=())
    assert entry == {"type": "misc", "key": "title:0", "title": entry["title"]}


def test_letters_are_utf_8_and_names_can_be_taken_apart():
    authors = ("Éva van der Žižek", "Bob Sample Jr.")
    entry = one(title="Über Ω", authors=authors)
    assert (entry["title"], entry["author"]) == (
        "Über Ω",
        "van der Žižek, Éva and Sample, Jr., Bob",
    )
    assert people(entry["author"])[0] == {"first": "Éva", "von": "van der", "last": "Žižek"}


@given(hostile_text)
def test_papers_in_are_entries_out_and_the_text_is_whole(text):
    paper = make_cached(
        title=text,
        abstract=text,
        authors=(text, "Ada Example"),
        topics=(make_score(text),),
        url=text,
        doi=text,
        comment=text,
        published=text,
        primary_category=text,
        id=text,
    )
    found = read([paper, make_cached()])
    assert len(found) == 2
    assert all(re.fullmatch(r"[a-z0-9:./_-]*", entry["key"]) for entry in found)
    assert found[1]["title"] == "Learning from Noisy Preferences"
    assert all(value.count("{") == value.count("}") for value in found[0].values())
    assert set(found[0]) <= {*one(), "annotation"}


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_decoder_of_latex_reads_the_text_back(title):
    entry = one(title=title, abstract=title)
    for name in ("title", "abstract"):
        found = decoded(entry.get(name, ""))
        assert with_ligatures(found) == with_ligatures(plain(title))
