from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import make_paper
from caches import cache_of, dump, store_papers
from papertriage.cache.connection import opened, writing
from papertriage.cache.queue import pass_over
from papertriage.cache.righting import correct_times, has_implausible_times
from papertriage.ranking.merit import merit

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NEXT = datetime(2026, 11, 25, 8, tzinfo=UTC)
AHEAD = "2099-01-01T08:00:00Z"
BARE = {"published": None, "announced": None, "updated": None}


def times(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = connection.execute("SELECT came, coalesce(changed, ''), day FROM papers ORDER BY key")
    return [tuple(row) for row in rows]


def merits(connection: sqlite3.Connection) -> list[float]:
    return [row[0] for row in connection.execute("SELECT merit FROM tags ORDER BY paper, topic")]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a cache with a paper of today, and two that came by a clock that was ahead."""
    with opened(tmp_path / "cache.db") as connection:
        store_papers(connection, make_paper(number=1, title="ood 0.9 Sheep", **BARE))
        ahead = [make_paper(number=n, title=f"ood 0.{n} Goats", **BARE) for n in (2, 3)]
        store_papers(connection, *ahead, now=AHEAD)
        yield connection


def test_what_came_by_a_clock_that_was_ahead_has_come_now(cache: sqlite3.Connection) -> None:
    assert has_implausible_times(cache, NOW)
    correct_times(cache, NOW, merit)
    assert times(cache) == [("2026-11-23T08:00:00Z", "", "2026-11-23")] * 3
    assert merits(cache) == [merit(score, "2026-11-23T08:00:00Z") for score in (0.9, 0.2, 0.3)]
    assert not has_implausible_times(cache, NOW)


def test_a_day_later_the_time_stays_as_it_was_put_right(cache: sqlite3.Connection) -> None:
    correct_times(cache, NOW, merit)
    held = dump(cache)
    assert not has_implausible_times(cache, NEXT)
    correct_times(cache, NEXT, merit)
    assert dump(cache) == held


def test_a_time_that_was_right_comes_back_when_the_clock_that_was_behind_is_right(
    tmp_path: Path,
) -> None:
    with cache_of(tmp_path / "cache.db", "ood 0.9 Sheep") as connection:
        store_papers(connection, make_paper(number=7, title="ood 0.4 Cows", **BARE))
        before = dump(connection)
        behind = datetime(2026, 11, 3, tzinfo=UTC)
        assert has_implausible_times(connection, behind)
        correct_times(connection, behind, merit)
        assert {came for came, *_ in times(connection)} == {"2026-11-03T00:00:00Z"}
        assert has_implausible_times(connection, NOW)
        correct_times(connection, NOW, merit)
        assert dump(connection) == before


@pytest.mark.parametrize("year", [1970, 2000, 2025])
def test_a_clock_of_before_papertriage_changes_nothing(
    cache: sqlite3.Connection, year: int
) -> None:
    assert not has_implausible_times(cache, datetime(year, 1, 1, tzinfo=UTC))


def test_a_new_version_that_came_by_such_a_clock_is_no_new_version_for_ever(
    cache: sqlite3.Connection,
) -> None:
    changed = make_paper(number=1, title="ood 0.9 Sheep", abstract="Other words.", version=9)
    store_papers(cache, changed._replace(**BARE), now=AHEAD)
    pass_over(cache, ["arxiv:2510.00002"], AHEAD, "catch-up of 5 minutes")
    assert times(cache)[0][1] == AHEAD
    correct_times(cache, NOW, merit)
    assert times(cache)[0][1] == "2026-11-23T08:00:00Z"
    assert cache.execute("SELECT at FROM passed").fetchone()[0] == "2026-11-23T08:00:00Z"
    correct_times(cache, datetime(2099, 1, 2, tzinfo=UTC), merit)
    assert times(cache)[0][:2] == ("2026-11-23T08:00:00Z", AHEAD)


def test_what_was_published_in_the_future_is_not_shown_before_all_others(
    cache: sqlite3.Connection,
) -> None:
    correct_times(cache, NOW, merit)
    paper = make_paper(number=8, title="ood 0.4 Cows", published="2099-03-13T00:00:00Z")
    store_papers(cache, paper._replace(announced=None))
    assert has_implausible_times(cache, NOW)
    correct_times(cache, NOW, merit)
    assert times(cache)[-1][2] == "2026-11-23"
    assert not has_implausible_times(cache, NOW)


def test_upvotes_of_the_future_do_not_hide_later_ones(cache: sqlite3.Connection) -> None:
    cache.execute("UPDATE sightings SET upvotes = 5, source = 'hugging-face'")
    correct_times(cache, NOW, merit)
    days = {row[0] for row in cache.execute("SELECT day FROM sightings")}
    assert days == {"2026-11-23"}


def test_a_cache_that_another_process_writes_to_is_left_for_later(
    cache: sqlite3.Connection, tmp_path: Path
) -> None:
    before = times(cache)
    with opened(tmp_path / "cache.db") as other, writing(other):
        correct_times(cache, NOW, merit)
    assert times(cache) == before
    assert cache.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
