from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caches import NOW, named_paper, store_papers, whole
from papertriage.cache import indexing, papers
from papertriage.cache.connection import opened, writing
from papertriage.cache.listing import search_papers
from papertriage.cache.papers import insert_papers, update_papers
from papertriage.models import Filters, Paper

HERON = named_paper("heron", title="A heron", abstract="It wades.")


def lagging(connection: sqlite3.Connection) -> None:
    """Store a paper that is indexed, and one that is not yet."""
    store_papers(connection, named_paper("okapi", title="An okapi"))
    with writing(connection):
        insert_papers(connection, {2: HERON}, NOW, indexed=False)


def ids(connection: sqlite3.Connection, query: str) -> list[str]:
    return [held.paper.id for held in search_papers(connection, query, Filters(limit=5))]


def test_a_search_indexes_what_a_killed_import_has_left(connection: sqlite3.Connection) -> None:
    lagging(connection)
    assert indexing.lag(connection) == 1
    assert ids(connection, "heron") == ["heron"]
    assert indexing.lag(connection) == 0
    whole(connection)


def test_a_search_does_not_wait_for_an_import(home: Path, connection: sqlite3.Connection) -> None:
    lagging(connection)
    with opened(home / "cache.db") as other, writing(other):
        assert ids(connection, "heron") == []
        assert ids(connection, "okapi") == ["okapi"]
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
    assert ids(connection, "heron") == ["heron"]


def test_the_next_papers_bring_the_index_up_to_date(connection: sqlite3.Connection) -> None:
    lagging(connection)
    store_papers(connection, named_paper("zebra", title="A zebra"))
    assert indexing.lag(connection) == 0
    whole(connection)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_changed_paper_is_found_by_its_new_words_alone(
    connection: sqlite3.Connection, indexed: bool
) -> None:
    lagging(connection)
    if indexed:
        indexing.index(connection)
    new: Paper = HERON._replace(title="A crane")
    with writing(connection):
        update_papers(connection, {2: (HERON, new)}, NOW)
    assert (ids(connection, "heron"), ids(connection, "crane")) == ([], ["heron"])
    whole(connection)


def egret(n: int) -> Paper:
    return named_paper(f"e{n}", title=f"Egret {n}", abstract="It waits.")


def told(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return what both indexes are told of when to join pieces."""
    (one, other) = [
        dict(connection.execute(f"SELECT k, v FROM {index}_config").fetchall())  # noqa: S608 - our two indexes
        for index in indexing.INDEXES
    ]
    assert one == other
    return one["automerge"], one["crisismerge"]


def come(connection: sqlite3.Connection, numbers: range) -> None:
    """Let papers come one by one, each a piece of its own."""
    for n in numbers:
        with writing(connection):
            insert_papers(connection, {n: egret(n)}, NOW, indexed=False)
        indexing.index(connection)


@pytest.mark.parametrize("behind", [False, True])
def test_many_papers_are_indexed_with_their_rows_and_what_lags_before_them_as_well(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    if behind:
        lagging(connection)
    else:
        store_papers(connection, named_paper("okapi"), HERON)
    monkeypatch.setattr(papers, "MANY_AT_ONCE", 3)
    with writing(connection):
        insert_papers(connection, {n: egret(n) for n in range(3, 6)}, NOW, indexed=False)
    assert indexing.lag(connection) == 0
    assert sorted(ids(connection, "egret")) == ["e3", "e4", "e5"]
    assert ids(connection, "heron") == ["heron"]
    whole(connection)


def test_a_large_file_leaves_few_pieces_and_the_small_ones_after_it_join_them(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_LARGE", 1)
    monkeypatch.setattr(indexing, "_STEP", 1)
    come(connection, range(1, 21))
    indexing.merge_pieces(connection, 20)
    assert [indexing.count_pieces(connection, index) for index in indexing.INDEXES] == [20, 20]
    come(connection, range(21, 24))
    indexing.merge_pieces(connection, 3)
    assert [indexing.count_pieces(connection, index) for index in indexing.INDEXES] == [1, 1]
    whole(connection)
    come(connection, range(24, 47))
    assert indexing.count_pieces(connection) == 24
    monkeypatch.setattr(indexing, "_LARGE", 10_000)
    monkeypatch.setattr(indexing, "_STEPS", 1)
    indexing.merge_pieces(connection, 1)
    assert told(connection) == (24, 1_999), "a small file joins a little"
    for _ in range(100):
        indexing.merge_pieces(connection, 1)
    assert told(connection) == (4, 16)
    assert indexing.count_pieces(connection) < 4
    whole(connection)
    for n in range(47, 67):
        store_papers(connection, named_paper(f"s{n}"))
    assert 1 < indexing.count_pieces(connection) < 12, "small files are joined as they come"
    whole(connection)


def test_pieces_of_a_very_large_file_are_joined_as_it_comes(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_LARGE", 1)
    # FTS5 joins after 64 pages, of which 60 papers would fill one.
    indexing._tell(connection, "papers_index", "pgsz", 32)
    come(connection, range(1, 61))
    assert indexing.count_pieces(connection) < 30
    whole(connection)
