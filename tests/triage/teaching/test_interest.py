from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from caches import cache_of, lines
from papertriage import config
from papertriage.cache import interest as held
from papertriage.cache.journal import decide
from papertriage.models import Learned
from papertriage.triage.teaching.interest import active_model, decisions_needed, needed_line


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    with cache_of(home / "cache.db", "a", "b", "c") as connection:
        yield connection


def test_it_takes_so_many_keeps_and_skips(connection: sqlite3.Connection) -> None:
    assert decisions_needed(connection) == (2, 2)
    assert needed_line(connection) == "2 more keeps and 2 more skips"
    at = "2026-11-23T09:00:00.000000Z"
    names = ["arxiv:2510.00001", "arxiv:2510.00002"]
    decide(connection, names, "skip", at=at, new_line=lines().__next__)
    assert needed_line(connection) == "2 more keeps"
    config.change("interest.after", "3")
    assert decisions_needed(connection) == (3, 1)
    # One of each can be ranked by, and measured by nothing.
    config.change("interest.after", "1")
    assert decisions_needed(connection) == (2, 0)


def test_0_switches_it_off(connection: sqlite3.Connection) -> None:
    held.begin_model(connection, Learned(0, "abc", "2026-11-23T09:00:00Z", 3, 2, 5, 0.1), [])
    assert active_model(connection) is not None
    config.change("interest.after", "3")
    assert active_model(connection) is None
    config.change("interest.after", "0")
    assert (active_model(connection), decisions_needed(connection)) == (None, None)
    assert needed_line(connection) == "`papertriage config set interest.after 2`"
