from __future__ import annotations

import re

import pytest
from hypothesis import given

from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.bibtex import chunks
from papertriage.text import clean

bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser reads the BibTeX back")
latex2text = pytest.importorskip("pylatexenc.latex2text", reason="pylatexenc decodes the LaTeX")


LIGATURES = {
    "\u2014": "---",
    "\u2013": "--",
    "\u201c": "``",
    "\u201d": "''",
    "\u2019": "'",
    "\u2018": "`",
    "\u02c6": "^",
}


def read(papers):
    library = bibtexparser.parse_string("".join(chunks(papers)))
    assert not library.failed_blocks
    assert not library.comments
    assert len(library.blocks) == len(library.entries)
    return [
        {"type": entry.entry_type, "key": entry.key}
        | {field.key: field.value for field in entry.fields}
        for entry in library.entries
    ]


def decoded(value):
    # LaTeX's own names of the braces, which pylatexenc knows by their short names only.
    value = value.replace(r"{\textbraceleft}", r"\{").replace(r"{\textbraceright}", r"\}")
    decoder = latex2text.LatexNodes2Text(
        math_mode="verbatim", strict_latex_spaces=True, keep_comments=True
    )
    return decoder.latex_to_text(value)


def one(**fields):
    return read([make_cached(**fields)])[0]


def test_an_entry_has_the_fields_of_arxivs_own_export():
    entry = one(doi=None)
    assert (entry["type"], entry["key"]) == ("misc", "example2025learning")
    assert entry["author"] == "Ada Example and Bob Sample"
    assert entry["year"] == "2025"
    assert entry["eprint"] == "2510.02252"
    assert (entry["archivePrefix"], entry["eprinttype"]) == ("arXiv", "arxiv")
    assert entry["primaryClass"] == "cs.LG"
    assert entry["doi"] == "10.48550/arXiv.2510.02252"
    assert entry["url"] == "https://arxiv.org/abs/2510.02252"
    assert entry["keywords"] == "alignment"
    assert entry["abstract"].startswith("Preference data are noisy.")


def test_a_paper_of_which_only_the_title_is_known_is_an_entry():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi", "primary_category"))
    entry = one(**bare, id="title:0", authors=(), topics=())
    assert entry == {"type": "misc", "key": "anonymouslearning", "title": entry["title"]}


def test_keys_are_unique_and_stable():
    entries = read(make_cached(number=number) for number in range(30))
    keys = [entry["key"] for entry in entries]
    stem = "example2025learning"
    assert keys[:4] == [stem, f"{stem}a", f"{stem}b", f"{stem}c"]
    assert keys[26:29] == [f"{stem}z", f"{stem}aa", f"{stem}ab"]
    assert len(set(keys)) == 30


def test_keys_are_ascii_whatever_the_name():
    assert one(authors=("Zoë Ñandú",))["key"] == "nandu2025learning"
    assert one(authors=("陈伟",), title="量子 Physics")["key"] == "anonymous2025physics"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Teaching BERT to Read ImageNet", "Teaching {BERT} to Read {ImageNet}"),
        ("A Study of GPT-4 in 3D", "A Study of {GPT}-4 in {3D}"),
        ("Learning with Bayesian priors and small models", None),
        ("50% & #1 in a_b ~ ^", r"50\% \& \#1 in a\_b {\textasciitilde} {\textasciicircum}"),
        ("An $O(n^2)$ Bound", "An {$O(n^2)$} Bound"),
        (
            r"$\input{x}$ Kept Out",
            r"\${\textbackslash}input{\textbraceleft}x{\textbraceright}\$ Kept Out",
        ),
    ],
)
def test_capitals_and_mathematics_are_protected_and_the_rest_is_escaped(title, expected):
    expected = expected or "Learning with {Bayesian} priors and small models"
    assert one(title=title)["title"] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("The EXAMPLE Collaboration", "Plato"), "{The EXAMPLE Collaboration} and {Plato}"),
        (("Smith and Sons",), "{Smith and Sons}"),
        (("Éva Žižek",), "Éva Žižek"),
        (("",), None),
    ],
)
def test_collaborations_and_single_words_are_one_name(names, expected):
    assert one(authors=names).get("author") == expected


def test_mathematics_that_could_leave_its_field_or_run_a_command_is_text():
    for math in ("$}$", "$a^^5cinput$", r"$\write18{id}$", "$50%$", "$@x$", r"$\def\x{}$", "${a$"):
        assert r"\$" in one(title=math)["title"], math


@given(hostile_text)
def test_papers_in_are_entries_out_and_the_text_is_whole(text):
    paper = make_cached(
        title=text,
        abstract=text,
        authors=(text, "Ada Example"),
        topics=(make_score(text),),
        url=text,
    )
    entries = read([paper, make_cached()])
    assert len(entries) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9:_-]+", entry["key"]) for entry in entries)
    assert entries[1]["title"] == "Learning from Noisy Preferences"
    assert all(value.count("{") == value.count("}") for value in entries[0].values())


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_decoder_of_latex_reads_the_title_back(title):
    found = decoded(one(title=title).get("title", ""))
    # TeX's own ligatures are no loss: --- is a dash, `` a quotation mark.
    for mark, spelling in LIGATURES.items():
        found = found.replace(mark, spelling)
    assert found == clean(title)
