from __future__ import annotations

import sqlite3

import pytest

from caches import named_paper, store_papers
from papertriage.cache import relevance
from papertriage.cache.eligible import Condition
from papertriage.cache.listing import search_papers
from papertriage.models import Filters


def ids(connection: sqlite3.Connection, query: str, **filters: object) -> list[str]:
    return [held.paper.id for held in search_papers(connection, query, Filters(**filters))]


def paper(name: str, title: str, abstract: str = "Nothing that is asked for here.", **more: object):
    return named_paper(name, title=title, abstract=abstract, **more)


@pytest.mark.parametrize("limit", [0, 20])
def test_a_word_ranks_by_where_it_stands_and_how_often(
    connection: sqlite3.Connection, limit: int
) -> None:
    store_papers(
        connection,
        paper("once", "One", "There is a zebra, among many other animals of the plain."),
        paper("author", "Two", authors=("Zoe Zebra",)),
        paper("often", "Three", "A zebra, a zebra and a zebra: zebra, among other animals."),
        paper("title", "A zebra"),
    )
    found_ids = ids(connection, "zebra", limit=limit)
    assert found_ids[0] == "title"
    assert found_ids.index("often") < found_ids.index("once")


def test_a_rare_word_says_more_than_a_common_one(connection: sqlite3.Connection) -> None:
    common = [paper(f"common{n}", f"Models, part {n}", "A model of a thing.") for n in range(30)]
    store_papers(
        connection,
        paper("rare", "Of okapis"),
        *common,
    )
    assert ids(connection, "okapis OR model", limit=5)[0] == "rare"


def test_what_holds_more_of_the_alternatives_comes_first(connection: sqlite3.Connection) -> None:
    store_papers(
        connection,
        paper("all", "Heron", "A heron, an okapi and a zebra."),
        *[paper(f"heron{n}", f"Birds, part {n}", "A heron is here.") for n in range(400)],
        *[paper(f"okapi{n}", f"Beasts, part {n}", "An okapi is here.") for n in range(400)],
    )
    assert ids(connection, "heron OR okapi OR zebra", limit=3)[0] == "all"


def test_the_best_title_is_found_however_many_newer_papers_match(
    connection: sqlite3.Connection,
) -> None:
    newer = [paper(f"n{n}", f"Part {n}", "A heron stands beside an okapi.") for n in range(400)]
    store_papers(connection, paper("old", "The heron and the okapi"), *newer)
    assert ids(connection, "okapi heron", limit=2)[0] == "old"


def test_of_equals_the_newest_comes_first(connection: sqlite3.Connection) -> None:
    store_papers(connection, *[paper(name, f"A heron {name}") for name in "abc"])
    assert ids(connection, "heron", limit=3) == ["c", "b", "a"]


def test_an_unwanted_word_of_the_abstract_keeps_a_fitting_title_out(
    connection: sqlite3.Connection,
) -> None:
    store_papers(connection, paper("x", "A heron", "With an okapi."), paper("y", "No heron"))
    assert ids(connection, "heron -okapi", limit=5) == ["y"]


def test_a_filter_holds_for_every_candidate(connection: sqlite3.Connection) -> None:
    store_papers(connection, paper("new", "A heron today", announced="2026-11-20"))
    store_papers(connection, paper("old", "A heron then", announced="2020-01-01"))
    assert ids(connection, "heron", limit=5, since="2026-01-01") == ["new"]
    assert ids(connection, "heron OR okapi", limit=5, until="2025-01-01") == ["old"]


def test_inflections_count_as_the_word(connection: sqlite3.Connection) -> None:
    store_papers(
        connection,
        paper("one", "One", "An alignment of herons with okapis and much else besides."),
        paper("two", "Two", "Aligned and aligning: an alignment of herons that align, and more."),
    )
    assert ids(connection, "alignment", limit=5)[0] == "two"


def test_a_ranked_search_reads_a_bounded_number_of_texts(connection: sqlite3.Connection) -> None:
    many = [paper(f"n{n}", f"Model {n}", "A model of a model.") for n in range(1_500)]
    store_papers(connection, *many)
    read: list[str] = []
    connection.set_trace_callback(read.append)
    assert len(ids(connection, "model OR thing", limit=20)) == 20
    connection.set_trace_callback(None)
    (texts,) = [s for s in read if s.startswith("SELECT key, title, abstract, authors FROM papers")]
    assert texts.count(",") < 1_000
    unbounded = [s for s in read if "MATCH" in s and "LIMIT" not in s]
    assert unbounded == []
    assert not any("bm25" in s for s in read)


def test_a_long_list_is_ranked_whole(connection: sqlite3.Connection) -> None:
    count = relevance.MOST + 20
    store_papers(connection, *[paper(f"n{n}", f"Model {n}") for n in range(count)])
    assert len(ids(connection, "model", limit=relevance.MOST + 10)) == relevance.MOST + 10
    assert len(ids(connection, "model")) == count


@pytest.mark.parametrize("limit", [1, 20, 60, relevance.MOST])
@pytest.mark.parametrize("query", ["heron okapi", "heron OR okapi", "abstract:heron"])
def test_a_list_is_as_long_as_asked_where_so_many_match(
    connection: sqlite3.Connection, limit: int, query: str
) -> None:
    matching = [paper(f"n{n}", f"Part {n}", "A heron stands beside an okapi.") for n in range(150)]
    store_papers(connection, *matching, paper("title", "The heron and the okapi"))
    assert len(ids(connection, query, limit=limit)) == limit


@pytest.mark.parametrize("expected", [0.0, 1e9])
@pytest.mark.parametrize("matching", [2, 3, 7])
@pytest.mark.parametrize("most", [1, 5])
@pytest.mark.parametrize("condition", ["1", "papers.id != 'p1'"])
def test_the_newest_come_first_however_many_were_expected(
    connection: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    expected: float,
    matching: int,
    most: int,
    condition: str,
) -> None:
    monkeypatch.setattr(relevance, "_MANY_AFTER_ALL", 3)
    store_papers(connection, *[paper(f"p{n}", f"Heron {n}") for n in range(matching)])
    keys = relevance.newest(connection, "heron", Condition(condition), most, expected=expected)
    left = [key for key in range(matching, 0, -1) if condition == "1" or key != 2]
    assert keys == left[:most]


def test_how_many_are_expected_is_the_share_of_each_word(connection: sqlite3.Connection) -> None:
    store_papers(
        connection,
        *[paper(f"p{n}", f"{'Heron' if n % 2 else 'Egret'} {n}") for n in range(200)],
        *[paper(f"q{n}", f"{'Heron' if n % 2 else 'Egret'} {n}", "Okapi.") for n in range(200)],
    )
    rarities = relevance.Rarities(connection)
    assert rarities.expected(["heron"]) == pytest.approx(200, rel=0.02)
    assert rarities.expected(["heron", "okapi"]) == pytest.approx(100, rel=0.02)
    assert rarities.expected([]) == 400
