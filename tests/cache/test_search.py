from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import TOPICS, named_paper, store_papers
from hostile import hostile_text
from papertriage.cache.connection import opened
from papertriage.cache.listing import search_papers
from papertriage.cache.search import search
from papertriage.errors import InputError
from papertriage.models import Filters, Paper

# Words that no stemmer changes, and that are no part of each other.
WORDS = ("zug", "wal", "ofen", "moos", "kran")
CATEGORIES = ("cs.LG", "cs.CL", "math.OC")


def invented(number: int) -> Paper:
    """Return a paper whose words, topics and categories follow the bits of its number."""
    bits = [bool(number >> n & 1) for n in range(9)]
    words = [word for word, there in zip(WORDS, bits, strict=False) if there]
    half = len(words) // 2
    topics = " ".join(
        f"{topic} 0.9" for topic, there in zip(TOPICS, bits[5:], strict=False) if there
    )
    return named_paper(
        str(number),
        title=" ".join([*words[:half], topics, "title", str(number)]),
        abstract=" ".join(words[half:]) or None,
        authors=("Ada Zug",) if number % 3 == 0 else ("Bob Moos",),
        categories=(CATEGORIES[number % 3],),
    )


PAPERS = [invented(n) for n in range(0, 512, 7)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory):
    with opened(tmp_path_factory.mktemp("filled") / "cache.db") as connection:
        store_papers(connection, *PAPERS)
        yield connection


def ids(connection: sqlite3.Connection, query: str, limit: int = 0) -> list[str]:
    return sorted(held.paper.id for held in search_papers(connection, query, Filters(limit=limit)))


def tokens(text: str | None) -> list[str]:
    return (text or "").lower().split()


def holds(paper: Paper, atom: str) -> bool:
    """Say whether a paper holds an atom, word by word and without an index."""
    field, _, value = atom.rpartition(":")
    title, abstract, authors = (
        tokens(paper.title),
        tokens(paper.abstract),
        tokens(" ".join(paper.authors)),
    )
    if field == "topic":
        return f"{value} 0.9" in paper.title
    if field == "category":
        return any(c == value or c.startswith(f"{value}.") for c in paper.categories)
    columns = {"title": [title], "abstract": [abstract], "author": [authors]}
    wanted = value.strip('"').split()
    for column in columns.get(field, [title, abstract, authors]):
        spans = [column[n : n + len(wanted)] for n in range(len(column))]
        if value.endswith("*"):
            spans = [[word[: len(value) - 1] for word in span] for span in spans]
            wanted = [value[:-1]]
        if wanted in spans:
            return True
    return False


atoms = st.one_of(
    st.sampled_from(WORDS),
    st.tuples(st.sampled_from(["title:", "abstract:", "author:", ""]), st.sampled_from(WORDS)).map(
        "".join
    ),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda w: f'"{w[0]} {w[1]}"'),
    st.sampled_from([f"topic:{topic}" for topic in TOPICS]),
    st.sampled_from(["category:cs", *(f"category:{name}" for name in CATEGORIES)]),
    st.sampled_from(["zu*", "title:mo*", "k*"]),
)
trees = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(st.just("NOT"), inner),
        st.tuples(st.sampled_from(["AND", "OR", ""]), inner, inner),
    ),
    max_leaves=8,
)


def written(tree) -> str:
    if isinstance(tree, str):
        return tree
    if tree[0] == "NOT":
        inner = written(tree[1])
        return f"-{inner}" if isinstance(tree[1], str) and '"' in inner else f"NOT ({inner})"
    return f"({written(tree[1])} {tree[0]} {written(tree[2])})"


def true(tree, paper: Paper) -> bool:
    if isinstance(tree, str):
        return holds(paper, tree)
    if tree[0] == "NOT":
        return not true(tree[1], paper)
    if tree[0] == "OR":
        return true(tree[1], paper) or true(tree[2], paper)
    return true(tree[1], paper) and true(tree[2], paper)


@given(trees)
def test_a_query_finds_what_reading_every_paper_finds(filled: sqlite3.Connection, tree) -> None:
    expected = sorted(p.id for p in PAPERS if true(tree, p))
    assert ids(filled, written(tree)) == expected
    assert ids(filled, written(tree), limit=len(PAPERS)) == expected


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("zug wal OR ofen moos", "(zug AND wal) OR (ofen AND moos)"),
        ("zug NOT wal ofen", "zug AND (NOT wal) AND ofen"),
        ("NOT NOT zug", "zug"),
        ("zug AND AND wal", "zug wal"),
        ("OR zug", "zug"),
        ("(zug (wal", "zug wal"),
        ("zug) wal)", "zug wal"),
        ("TITLE:zug", "title:zug"),
        ("zug -wal", "zug NOT wal"),
        ("and zug", '"and" zug'),
        ('title:"zug wal', 'title:"zug wal"'),
    ],
)
def test_queries_bind_as_people_expect(filled: sqlite3.Connection, query: str, same: str) -> None:
    assert ids(filled, query) == ids(filled, same)


ODD = {
    "plus": named_paper("plus", title="A Compiler for C++ Templates", abstract=None),
    "sharp": named_paper("sharp", title="Fast C# code", abstract=None),
    "plain": named_paper("plain", title="The C language", abstract=None),
    "po": named_paper("po", title="*PO is all you need", abstract=None),
    "po-only": named_paper("po-only", title="The river Po", abstract=None),
    "f": named_paper("f", title="Minimising an f-divergence", abstract=None),
    "near": named_paper("near", title="near duplicates, f(x) and colon: here", abstract=None),
    "umlaut": named_paper("umlaut", title="Über 量子 naïve", abstract=None, categories=("hep.TH",)),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory):
    with opened(tmp_path_factory.mktemp("odd") / "cache.db") as connection:
        store_papers(connection, *ODD.values())
        yield connection


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("C++", ["plus"]),
        ("c# OR C++", ["plus", "sharp"]),
        ("c NOT C++", ["plain", "sharp"]),
        ("f-divergence", ["f"]),
        ('"f-divergence', ["f"]),
        ('"unbalanced', []),
        ("*PO", ["po"]),
        ("PO", ["po", "po-only"]),
        ("NEAR(", ["near"]),
        ("NEAR(duplicates", ["near"]),
        ("f(x)", ["near"]),
        ("(f(x))", ["near"]),
        ("colon: here", ["near"]),
        ("nosuch:colon", []),
        ("uber", ["umlaut"]),
        ("量子", ["umlaut"]),
        ("hep.TH", ["umlaut"]),
        ("dupl*", ["near"]),
        ('"dupl*"', []),
        ("{river}", ["po-only"]),
        ("river^2", []),
        ("river\0", ["po-only"]),
    ],
)
def test_odd_punctuation_is_text(odd: sqlite3.Connection, query: str, expected: list[str]) -> None:
    assert ids(odd, query) == expected


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("", "nothing to search for in ''"),
        ("  ", "nothing to search for"),
        ('"', "nothing to search for"),
        ("-- ++ **", "nothing to search for"),
        ("NOT", None),
        ("topic:nosuch", "no topic 'nosuch'"),
        ("x" * 2_001, "the query has 2,001 characters: at most 2,000 can be searched"),
        ("(" * 13 + "x", "more than 12 levels of nested brackets"),
    ],
)
def test_what_cannot_be_searched_is_one_line(
    odd: sqlite3.Connection, query: str, line: str | None
) -> None:
    if line is None:
        assert ids(odd, query) == []
        return
    with pytest.raises(InputError, match=line):
        ids(odd, query)


pieces = st.lists(
    st.sampled_from(
        ['"', "(", ")", "NOT", "AND", "OR", "-", "*", ":", "topic:", "author:", "C++", "a"]
    )
    | hostile_text,
    max_size=12,
)


@given(pieces.map(" ".join) | pieces.map("".join))
def test_any_text_is_searched_or_refused_in_one_line(odd: sqlite3.Connection, text: str) -> None:
    try:
        ids(odd, text)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most texts raise nothing


def test_topics_and_categories_are_filters_where_every_paper_must_have_them(
    odd: sqlite3.Connection,
) -> None:
    always = search(odd, "a topic:ood category:cs.LG (topic:ood)").fields
    assert always == (Filters(topics=("ood",)), Filters(categories=("cs.LG",)))
    assert search(odd, "topic:ood").fields == (Filters(topics=("ood",)),)
    assert search(odd, "a -topic:ood (topic:alignment OR b) cs.LG").fields == ()


# What can be said over and over, by what it takes to say it once more.
REPEATED = [
    *("NOT ", "a ", "-a ", "a OR ", "a AND ", "(a) ", "(", '"', "a* ", "-a* "),
    *('"a b" ', '-"a b" ', "title:a ", "-title:a ", "author:a OR ", '-title:"a b" '),
    *("C# ", "-C# ", "C# OR ", "a.AA ", "-a.AA ", "a.AA OR "),
    *(
        "topic:ood ",
        "-topic:ood ",
        "topic:ood OR ",
        "category:a ",
        "-category:a ",
        "category:a OR ",
    ),
    *(
        "NOT (a b) ",
        "NOT (a OR b) ",
        "NOT (a -b) ",
        "NOT (NOT (a b)) ",
        "NOT (a -b -c) ",
        "(a -b) ",
    ),
    *("NOT (a topic:ood) ", "(C# OR a) ", "NOT (a OR C#) ", "(a OR b) ", "(a OR b) OR "),
]


@pytest.mark.parametrize("unit", REPEATED)
@pytest.mark.parametrize("start", ["", "zebra ", "zebra OR "])
def test_the_longest_queries_are_searched_or_refused(
    odd: sqlite3.Connection, start: str, unit: str
) -> None:
    try:
        ids(odd, start + (unit * 2_000)[:1_980] + " zebra")
    except InputError as error:
        assert "brackets" in str(error)  # noqa: PT017 - most texts raise nothing


@pytest.mark.parametrize("unwanted", ["-wal", '-"wal ofen"', "-title:wal", "NOT (wal ofen)"])
def test_whatever_is_unwanted_may_be_said_often(filled: sqlite3.Connection, unwanted: str) -> None:
    often = " ".join([unwanted] * (1_900 // (len(unwanted) + 1)))
    assert ids(filled, f"zug {often} moos") == ids(filled, f"zug moos {unwanted}")
    assert ids(filled, f"zug {often} -kran") == ids(filled, f"zug {unwanted} -kran")


@given(
    st.lists(
        st.sampled_from(
            [
                *("a NOT (", "topic:ood OR NOT (", "a (", "C++ OR (", "-topic:ood OR NOT ("),
                *("a -b -c NOT (d OR e -f -g NOT (", "NOT (a b) NOT (", "a -b NOT (c -d OR "),
            ]
        ),
        max_size=12,
    )
)
def test_the_deepest_queries_are_searched(odd: sqlite3.Connection, units: list[str]) -> None:
    query = "".join(units) + "zebra"
    if query.count("(") <= 12 + query.count(")"):
        ids(odd, query)
