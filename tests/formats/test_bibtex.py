from __future__ import annotations

import re

import pytest
from hypothesis import given

from bibliography import decoded, entries, people, with_ligatures
from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.bibtex import chunks
from papertriage.formats.references import plain


def read(papers):
    return entries("".join(chunks(papers)))


def one(**fields):
    return read([make_cached(**fields)])[0]


def test_an_entry_has_the_fields_of_arxivs_own_export():
    entry = one(doi=None)
    assert (entry["type"], entry["key"]) == ("misc", "arxiv:2510.02252")
    assert entry["author"] == "Example, Ada and Sample, Bob"
    assert entry["year"] == "2025"
    assert entry["eprint"] == "2510.02252"
    assert (entry["archivePrefix"], entry["eprinttype"]) == ("arXiv", "arxiv")
    assert entry["primaryClass"] == "cs.LG"
    assert entry["doi"] == "10.48550/arXiv.2510.02252"
    assert entry["url"] == "https://arxiv.org/abs/2510.02252"
    assert entry["keywords"] == "alignment"
    assert entry["abstract"].startswith("Preference data are noisy.")


def test_what_the_version_and_the_authors_say_is_a_note_and_the_month_a_macro():
    entry = one()
    assert (entry["note"], entry["doi"]) == ("version 2; 12 pages", "10.1000/example.1")
    assert "\n  month = oct,\n" in "".join(chunks([make_cached()]))
    assert "month" not in one(published="2025")


def test_a_paper_of_which_only_the_title_is_known_is_an_entry():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi", "comment", "version"))
    entry = one(**bare, id="title:0", authors=(), topics=())
    assert entry == {"type": "misc", "key": "title:0", "title": entry["title"]}


def test_a_key_is_the_papers_own_whatever_else_is_exported():
    together = [entry["key"] for entry in read(make_cached(number=n) for n in range(30))]
    alone = [one(number=number)["key"] for number in range(30)]
    assert together == alone
    assert together[:2] == ["arxiv:2510.00000", "arxiv:2510.00001"]


def test_a_note_that_is_not_arxivs_own_names_no_arxiv_paper():
    entry = one(id="doi:10.1000/example.1", comment="see arXiv:2611.01234")
    assert entry["annote"] == "version 2; see arXiv:2611.01234"
    assert "note" not in entry


def test_a_doi_and_an_address_are_verbatim():
    assert one(doi="10.1/a_b&c")["doi"] == "10.1/a_b&c"
    assert one(url="https://a.example/a_b?c=1&d#e~")["url"] == "https://a.example/a_b?c=1&d#e~"


def test_a_name_that_is_empty_is_no_author():
    assert one(authors=("", " ", "Plato"))["author"] == "{Plato}"
    assert "author" not in one(authors=("",))


def test_bibtexparser_finds_particle_suffix_and_accents():
    names = ("Ludwig van der Sample", "Bob Sample Jr.", "Éva Straße-Łoś", "Juan de la Cruz Muestra")
    assert people(one(authors=names)["author"]) == [
        {"first": "Ludwig", "von": "van der", "last": "Sample"},
        {"first": "Bob", "last": "Sample", "jr": "Jr."},
        {"first": "Éva", "last": "Straße-Łoś"},
        {"first": "Juan", "von": "de la", "last": "Cruz Muestra"},
    ]


@given(hostile_text)
def test_every_author_is_one_author(name):
    if plain(name):
        assert len(people(one(authors=(name, "Ada Example", name))["author"])) == 3


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
    assert set(found[0]) <= {*one(), "annote"}


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_decoder_of_latex_reads_the_text_back(title):
    entry = one(title=title, abstract=title)
    for name in ("title", "abstract"):
        found = decoded(entry.get(name, ""))
        assert with_ligatures(found) == with_ligatures(plain(title))
