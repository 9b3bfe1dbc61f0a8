from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caches import NOW, named_paper, store_papers, whole
from papertriage import clock
from papertriage.cache import indexing
from papertriage.cache.connection import opened, writing
from papertriage.cache.indexing import Waiting
from papertriage.cache.listing import found
from papertriage.cache.papers import insert_papers, update_papers
from papertriage.models import Filters, Paper

HERON = named_paper("heron", title="A heron", abstract="It wades.")


def lagging(connection: sqlite3.Connection) -> None:
    """Store a paper that is indexed, and one that is not yet."""
    store_papers(connection, named_paper("okapi", title="An okapi"))
    with writing(connection):
        insert_papers(connection, {2: HERON}, NOW, Waiting())


def ids(connection: sqlite3.Connection, query: str) -> list[str]:
    return [held.paper.id for held in found(connection, query, Filters(limit=5))]


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


def pieces(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(DISTINCT segid) FROM papers_index_idx").fetchone()[0]


def test_a_large_file_is_joined_at_its_end_and_small_ones_as_they_come(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MANY", 1)
    monkeypatch.setattr(indexing, "_PIECES", 20)
    monkeypatch.setattr(indexing, "_STEP", 1)
    for n in range(1, 21):
        assert not indexing.crowded(connection)
        with writing(connection):
            insert_papers(connection, {n: named_paper(f"e{n}")}, NOW, Waiting())
        indexing.index(connection)
        assert pieces(connection) == indexing.pieces(connection) == n
    assert indexing.crowded(connection)
    indexing.settle(connection)
    assert pieces(connection) == 1
    assert len(ids(connection, "paper")) == 5
    whole(connection)
    monkeypatch.undo()
    for n in range(21, 40):
        store_papers(connection, named_paper(f"e{n}"))
    assert 1 < pieces(connection) < 12
    indexing.settle(connection)
    assert pieces(connection) > 1, "what small files leave is joined by small steps"
    whole(connection)


def test_an_import_that_was_killed_before_its_pieces_were_joined_is_mended_by_the_next(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MANY", 1)
    for n in range(1, 21):
        with writing(connection):
            insert_papers(connection, {n: named_paper(f"e{n}")}, NOW, Waiting())
        indexing.index(connection)
    assert pieces(connection) == 20
    monkeypatch.setattr(indexing, "_STEP", 1)
    indexing.settle(connection, 1)
    assert indexing._automerge(connection) == 0
    indexing.settle(connection, 10_000)
    assert pieces(connection) == 1
    told = dict(connection.execute("SELECT k, v FROM papers_index_config").fetchall())
    assert (told["automerge"], told["crisismerge"]) == (4, 16)
    whole(connection)


def come(connection: sqlite3.Connection, waiting: Waiting, *papers: Paper) -> None:
    last = connection.execute("SELECT max(key) FROM papers").fetchone()[0]
    with writing(connection):
        insert_papers(connection, dict(enumerate(papers, last + 1)), NOW, waiting)


def egret(n: int) -> Paper:
    return named_paper(f"e{n}", title=f"Egret {n}", abstract="It waits.")


@pytest.mark.parametrize("behind", [False, True])
def test_what_waits_is_indexed_by_its_texts_and_what_lags_before_it_as_well(
    connection: sqlite3.Connection, behind: bool
) -> None:
    waiting = Waiting()
    if behind:
        lagging(connection)
    else:
        store_papers(connection, HERON)
    come(connection, waiting, egret(1), egret(2))
    come(connection, waiting, egret(3))
    indexing.index(connection, waiting)
    assert indexing.lag(connection) == 0
    assert sorted(ids(connection, "egret")) == ["e1", "e2", "e3"]
    assert ids(connection, "heron") == ["heron"]
    whole(connection)
    come(connection, waiting, egret(4))
    indexing.index(connection, waiting)
    assert ids(connection, "egret 4") == ["e4"]
    whole(connection)


def test_what_waits_and_changes_is_indexed_as_it_is_now(connection: sqlite3.Connection) -> None:
    store_papers(connection, HERON)
    waiting = Waiting()
    come(connection, waiting, egret(1), egret(2))
    with writing(connection):
        new = egret(1)._replace(title="A crane")
        update_papers(connection, {2: (egret(1), new)}, NOW, waiting)
    indexing.index(connection, waiting)
    assert (ids(connection, "egret"), ids(connection, "crane")) == (["e2"], ["e1"])
    whole(connection)


def test_what_waits_is_read_again_where_another_may_have_changed_it(
    home: Path, connection: sqlite3.Connection
) -> None:
    store_papers(connection, HERON)
    waiting = Waiting()
    come(connection, waiting, egret(1), egret(2))
    with opened(home / "cache.db") as other:
        with writing(other):
            new = egret(1)._replace(title="A crane")
            update_papers(other, {2: (egret(1), new)}, NOW)
        come(connection, waiting, egret(3))
        with writing(other):
            insert_papers(other, {5: egret(4)}, NOW, Waiting())
    come(connection, waiting, egret(5))
    indexing.index(connection, waiting)
    assert sorted(ids(connection, "egret")) == ["e2", "e3", "e4", "e5"]
    assert ids(connection, "crane") == ["e1"]
    whole(connection)


def test_a_search_leaves_to_an_import_what_it_brings_at_this_moment(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_papers(connection, HERON)
    monkeypatch.setattr(indexing, "_COMING", 2)
    now = clock.stamp(clock.now())
    with writing(connection):
        insert_papers(connection, {2: egret(1)}, now, Waiting())
    assert ids(connection, "egret") == ["e1"], "few are indexed in no time"
    with writing(connection):
        insert_papers(connection, {3: egret(2), 4: egret(3)}, now, Waiting())
    assert ids(connection, "egret") == ["e1"]
    connection.execute("UPDATE papers SET came = ?", (NOW,))
    assert sorted(ids(connection, "egret")) == ["e1", "e2", "e3"]
