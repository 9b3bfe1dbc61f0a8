from __future__ import annotations

from caches import store_papers, titled
from papertriage.cache.health import engine, problems
from papertriage.cache.indexing import rebuild


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
    assert "tags: 1 rows of papers that are not there" in list(problems(connection))


def test_the_engine_names_its_version():
    assert engine().startswith("SQLite 3.")
