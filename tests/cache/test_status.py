from __future__ import annotations

import sqlite3

from caches import lines, store_papers, titled
from papertriage.cache.journal import decide
from papertriage.cache.status import count_all, is_empty, last_arrival


def test_an_empty_cache_counts_nothing(connection: sqlite3.Connection) -> None:
    assert count_all(connection) == {"papers": 0}
    assert is_empty(connection)
    assert last_arrival(connection) is None


def test_papers_decisions_and_tags_are_counted(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled("ood 0.9", "ood 0.2", "ood 0.8 causality 0.9"))
    decide(connection, ["x", "y"], "keep", at="2026-11-23T09:00:00Z", new_line=lines().__next__)
    assert count_all(connection) == {
        "papers": 3,
        "keep": 2,
        "tag alignment": 0,
        "tag causality": 1,
        "tag ood": 2,
    }
    assert not is_empty(connection)
    assert last_arrival(connection) == "2026-11-23T08:00:00Z"
