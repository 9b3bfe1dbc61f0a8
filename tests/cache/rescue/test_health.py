from __future__ import annotations

import pytest

from caches import cache_of, store_papers, titled
from papertriage.cache.connection import opened, writing
from papertriage.cache.indexing import rebuild
from papertriage.cache.packing import packed
from papertriage.cache.rescue import health
from papertriage.cache.rescue.health import engine, problems, versions
from papertriage.errors import CacheUnusable
from query_plans import plan


def test_a_whole_cache_has_no_problem(connection):
    store_papers(connection, *titled("one", "two"))
    assert list(problems(connection)) == []


def test_an_index_that_lags_is_found_and_can_be_written_anew(connection):
    store_papers(connection, *titled("one"))
    connection.execute("UPDATE papers SET title = 'other'")
    (found,) = problems(connection)
    assert "--rebuild-index" in found
    rebuild(connection)
    assert list(problems(connection)) == []


def test_rows_of_papers_that_are_gone_are_counted(connection):
    store_papers(connection, *titled("ood 0.9"))
    connection.execute("INSERT INTO tags VALUES (99, 1, 0.5, 1, 0, '[]')")
    assert "tags: 1 rows of missing papers" in list(problems(connection))


def test_the_engine_names_its_version():
    assert engine().startswith("SQLite 3.")


def test_rows_that_cannot_be_read_are_found_by_a_deep_check_alone(connection):
    store_papers(connection, *titled("ood 0.9"))
    connection.execute("UPDATE tags SET evidence = '['")
    assert list(problems(connection)) == []
    assert list(problems(connection, deep=True)) == ["tags: 1 rows with invalid values"]


def test_tags_of_no_topic_are_found_by_a_deep_check(connection):
    store_papers(connection, *titled("ood 0.9"))
    connection.execute("UPDATE tags SET topic = 99")
    assert list(problems(connection, deep=True)) == [
        "tags: 1 rows of missing topics",
    ]


def test_a_topic_that_is_ahead_of_the_papers_is_found(connection):
    store_papers(connection, *titled("ood 0.9"))
    connection.execute("UPDATE topics SET tagged_to = 7 WHERE name = 'ood'")
    assert list(problems(connection)) == ["topic ood: tagged to paper 7, which does not exist"]


def test_words_that_differ_from_the_journal_are_named_five_at_most(connection):
    connection.executemany(
        "INSERT INTO decisions VALUES (?, 'keep', '')", [(f"paper {n}",) for n in range(7)]
    )
    found = list(problems(connection))
    assert len(found) == 7
    assert found[5:] == [
        "and 2 more papers like these",
        "`papertriage doctor --replay-journal` rebuilds them from the journal",
    ]


def test_the_index_of_a_large_cache_is_compared_with_its_texts_when_deep(connection, monkeypatch):
    store_papers(connection, *titled("one"))
    connection.execute("UPDATE papers SET title = 'other'")
    monkeypatch.setattr(health, "_COMPARED", 0)
    assert list(problems(connection)) == []
    assert "--rebuild-index" in next(problems(connection, deep=True))


def test_a_cache_that_cannot_be_written_is_not_called_damaged(connection):
    connection.execute("PRAGMA query_only = ON")
    assert list(problems(connection)) == [
        "the search index was not checked: the cache cannot be written"
    ]


def test_orphans_are_looked_up_by_key(connection):
    for table in ("tags", "sightings", "other_names", "title_hashes", "paper_categories"):
        steps = plan(
            connection,
            f"SELECT count(*) FROM {table}"  # noqa: S608 - our tables
            " WHERE paper NOT IN (SELECT key FROM papers)",
        )
        assert "USING ROWID SEARCH ON TABLE papers" in " ".join(steps)


def test_the_versions_are_named(connection):
    assert f"cache version {connection.execute('PRAGMA user_version').fetchone()[0]}" in list(
        versions(connection)
    )


def test_an_abstract_that_cannot_be_read_is_told_with_what_to_do(tmp_path):
    abstract = "In this paper, we propose a novel method to count the tins of a roof. " * 3
    with cache_of(tmp_path / "cache.db", "one", "two") as connection:
        frame = packed(abstract)
        connection.execute("UPDATE papers SET abstract = ? WHERE key = 1", (frame[:-9] + bytes(9),))
        for deep in (False, True):
            (line, *_) = problems(connection, deep=deep)
            assert line.startswith("1 abstract cannot be read: restore a backup")
            assert "--salvage" in line
    with (
        pytest.raises(CacheUnusable, match=r"is damaged .*--salvage"),
        opened(tmp_path / "cache.db") as connection,
        writing(connection),
    ):
        rebuild(connection)
