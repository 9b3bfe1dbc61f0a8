from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caches import NOW, cache_of, named_paper, store_papers, titled, whole
from papertriage.cache import indexing, papers
from papertriage.cache.connection import writing
from papertriage.cache.packing import is_frame, unpacked
from papertriage.cache.rescue.upkeep import tighten
from papertriage.errors import DiskError


def test_a_cache_with_holes_gets_smaller_and_says_the_same(tmp_path):
    with cache_of(tmp_path / "cache.db", *(f"ood 0.9 title {n}" for n in range(300))) as connection:
        connection.execute("CREATE TABLE rubbish AS SELECT * FROM papers")
        connection.execute("DROP TABLE rubbish")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before, after = tighten(connection, tmp_path / "cache.db")
        assert after < before
        whole(connection)
        # Keys join the tables, and must outlive it.
        assert connection.execute("SELECT count(*) FROM tags JOIN papers ON key = paper")
        store_papers(connection, *titled("one more"))
        planned = connection.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0]
    assert planned


def test_without_room_nothing_is_done(tmp_path, monkeypatch):
    with cache_of(tmp_path / "cache.db", "one") as connection:
        monkeypatch.setattr("papertriage.cache.placing.disk_usage", lambda _path: Full())
        with pytest.raises(DiskError, match="--vacuum needs"):
            tighten(connection, tmp_path / "cache.db")


class Full:
    free = 0


def test_abstracts_of_before_are_packed(tmp_path):
    abstract = "In this paper, we propose a novel method to count the tins of a roof. " * 3
    with cache_of(tmp_path / "cache.db", "one", "two", "three") as connection:
        connection.execute("UPDATE papers SET abstract = ? WHERE key < 3", (abstract,))
        connection.execute("UPDATE papers SET abstract = NULL WHERE key = 3")
        tighten(connection, tmp_path / "cache.db")
        stored = [row["abstract"] for row in connection.execute("SELECT abstract FROM papers")]
    assert [unpacked(one) for one in stored] == [abstract, abstract, None]
    assert is_frame(stored[0])


def test_what_a_stopped_import_set_for_the_index_is_set_back(
    home: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_LARGE", 1)
    with writing(connection):
        papers.insert_papers(connection, {1: named_paper("heron")}, NOW, indexed=False)
    indexing.index(connection)
    told = "SELECT v FROM papers_index_config WHERE k = 'automerge'"
    assert connection.execute(told).fetchone()[0] == 24
    tighten(connection, home / "cache.db")
    assert connection.execute(told).fetchone()[0] == 4
    whole(connection)
