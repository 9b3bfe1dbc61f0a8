from __future__ import annotations

from caches import named_paper, store_papers
from papertriage.cache.runs import is_stored, write_runs


def test_a_run_is_known_once_it_is_written(connection):
    assert not is_stored(connection, -(2**63))
    write_runs(connection, [-(2**63), 5, 5])
    assert is_stored(connection, -(2**63))
    assert is_stored(connection, 5)


def test_a_paper_that_is_taken_out_may_come_back(connection):
    store_papers(connection, named_paper("p1", title="A paper that is taken out"))
    write_runs(connection, [5])
    connection.execute("DELETE FROM papers")
    assert not is_stored(connection, 5)
