from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from caches import named_paper, store_papers
from papertriage import config, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import undo
from papertriage.ranking.scoreboard import Scoreboard, ScoredDay, Shown
from papertriage.triage.measuring import scoreboard as module
from papertriage.triage.measuring.scoreboard import decided_days, scoreboard
from readers import LAST, Reader

FIRST = LAST - timedelta(days=59)


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    with opened(home / "cache.db") as connection:
        yield connection


@pytest.fixture
def reader(connection: sqlite3.Connection) -> Reader:
    return Reader(connection)


def board_of(connection: sqlite3.Connection, first: date = FIRST, last: date = LAST) -> Scoreboard:
    return scoreboard(connection, first, last, decided_days(connection, first, last))


def ranked(board: Scoreboard) -> dict[str, ScoredDay]:
    """Return all of each day that a ranking makes, and nothing that is counted as of now."""
    return {day.day: replace(day, unjudged=0, shown=Shown(0, 0, 0)) for day in board.days}


def test_what_was_learned_before_each_day_beats_newest_first(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(12, papers=30, left=6)
    board = board_of(connection)
    whole = board.windows[0]
    assert (whole.days, whole.alike) == (12, 0)
    assert board.days[0].learned_from == 0
    assert [day.learned_from for day in board.days[1:]] == [24 * n for n in range(1, 12)]
    assert "interest" not in board.days[0].ways
    for measure in ("precision", "recall", "average_precision"):
        for way in ("newest", "random", "keywords"):
            assert (whole.ahead[way][measure].low or 0) > 0, (way, measure)
    assert board.reliability is not None
    assert board.reliability.papers == 11 * 24
    assert board.reliability.error < 0.25


def test_a_later_decision_changes_nothing_of_an_earlier_day(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(5)
    before = ranked(board_of(connection, last=LAST + timedelta(days=3)))
    left = [f"{LAST}-{n}" for n in range(12, 16)]
    reader.said("keep", *left, at="2026-11-23T08:00:00.000000Z")
    reader.day(LAST + timedelta(days=2))
    after = ranked(board_of(connection, last=LAST + timedelta(days=3)))
    assert len(after) == len(before) + 2
    assert {day: after[day] for day in before} == before


def test_a_decision_of_the_day_itself_teaches_that_day_nothing(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(3)
    day = f"{LAST}"
    before = ranked(board_of(connection))[day]
    reader.said("skip", f"{LAST}-13", at=f"{LAST}T23:59:59.000000Z")
    after = ranked(board_of(connection))[day]
    assert after.judged == before.judged + 1
    assert after.learned_from == before.learned_from
    assert set(before.scores) < set(after.scores)


def test_a_decision_of_the_day_before_does_teach(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    yesterday = LAST - timedelta(days=1)
    reader.day(yesterday)
    reader.said("skip", f"{yesterday}-13", at=f"{yesterday}T23:59:59.000000Z")
    reader.said("skip", f"{yesterday}-14", at=f"{LAST}T00:00:00.000000Z")
    reader.day(LAST)
    with_both = ranked(board_of(connection))[f"{LAST}"]
    assert (with_both.learned_from, with_both.judged) == (13, 13)
    undo(
        connection,
        [f"{yesterday}-13"],
        at=f"{LAST}T10:00:00.000000Z",
        new_line=reader.new_line,
    )
    without = ranked(board_of(connection))[f"{LAST}"]
    assert (without.learned_from, without.judged) == (12, 13)
    assert with_both.scores != without.scores


def test_an_undone_decision_counts_nowhere(connection: sqlite3.Connection, reader: Reader) -> None:
    reader.days(3)
    before = board_of(connection)
    extra = f"{LAST}-13"
    reader.said("keep", extra, at=f"{LAST}T09:00:00.000000Z")
    assert board_of(connection) != before
    undo(connection, [extra], at=f"{LAST}T10:00:00.000000Z", new_line=reader.new_line)
    assert board_of(connection) == before


def test_a_day_is_the_readers_own(
    connection: sqlite3.Connection, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_papers(connection, named_paper("a"), named_paper("b"), now="2026-11-20T06:00:00Z")
    reader.said("skip", "b", at="2026-11-20T21:30:00.000000Z")
    reader.said("keep", "a", at="2026-11-20T23:30:00.000000Z")
    try:
        monkeypatch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        days = decided_days(connection, date(2026, 11, 20), date(2026, 11, 21))
        found = {str(day): [paper.id for paper in papers] for day, papers in days.items()}
        assert found == {"2026-11-20": ["b"], "2026-11-21": ["a"]}
        assert list(decided_days(connection, LAST, LAST)) == []
    finally:
        monkeypatch.undo()
        time.tzset()


def test_counts_say_what_came_what_was_shown_and_what_nobody_judged(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(1)
    (day,) = board_of(connection).days
    assert (day.judged, day.new, day.unjudged) == (12, 16, 4)
    assert (day.shown.papers, day.shown.kept) == (12, day.kept)
    assert day.shown.kept + day.shown.skipped == 12


def test_many_days_share_models(
    connection: sqlite3.Connection, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.days(9)
    trained = []
    train = module.train_interest
    monkeypatch.setattr(
        module, "train_interest", lambda *what: trained.append(len(what[0])) or train(*what)
    )
    monkeypatch.setattr(module, "MOST_TRAININGS", 3)
    board = board_of(connection)
    assert board.retrained_every == 3
    # The first day has nothing to learn from, the second is the first that has.
    assert trained == [12, 36, 72]
    assert [day.learned_from for day in board.days] == [0, 12, 12, 36, 36, 36, 72, 72, 72]


def test_enough_is_what_the_setting_says(connection: sqlite3.Connection, reader: Reader) -> None:
    reader.days(4)
    config.change("interest.after", "1000")
    board = board_of(connection)
    assert board.windows[0].ahead == {}
    assert board.reliability is None


def test_keywords_are_the_phrases_of_the_topics_that_are_followed(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    words = {"plain": "Barley", "said": "Songbirds", "often": "Songbirds and a song of birds"}
    abstract = "A text that is long enough to be an abstract."
    papers = [named_paper(name, title=title, abstract=abstract) for name, title in words.items()]
    store_papers(connection, *papers, now="2026-11-20T06:00:00Z")
    reader.said("skip", "plain", "said", at="2026-11-20T08:00:00.000000Z")
    reader.said("keep", "often", at="2026-11-20T08:00:00.000000Z")
    (day,) = board_of(connection).days
    assert day.ways["keywords"] == day.ways["newest"]
    topics = paths.private_directory(paths.topics_dir())
    phrases = 'phrases = ["songbird", "song of birds"]'
    (topics / "birdsong.toml").write_text(f'name = "birdsong"\n{phrases}\n', encoding="utf-8")
    (day,) = board_of(connection).days
    assert day.ways["keywords"].average_precision == 1
    assert day.ways["newest"].average_precision == pytest.approx(1 / 3)


def test_topics_rank_as_today_does_before_it_has_learned(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    papers = [named_paper("none"), *(named_paper(n, title=f"ood {n}") for n in ("0.6", "0.9"))]
    store_papers(connection, *papers, now="2026-11-20T06:00:00Z")
    reader.said("skip", "none", "0.6", at="2026-11-20T08:00:00.000000Z")
    reader.said("keep", "0.9", at="2026-11-20T08:00:00.000000Z")
    (day,) = board_of(connection).days
    assert day.ways["topics"].average_precision == 1
    assert day.ways["newest"].average_precision == pytest.approx(1 / 3)


def test_the_same_cache_gives_the_same_board(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(4)
    assert board_of(connection) == board_of(connection)


def test_without_decisions_there_is_nothing_but_the_window(connection: sqlite3.Connection) -> None:
    board = board_of(connection)
    assert (board.days, board.reliability, board.windows[0].ways) == ((), None, {})


def test_recent_days_have_windows_of_their_own(
    connection: sqlite3.Connection, reader: Reader
) -> None:
    reader.days(9, papers=4, left=1)
    board = board_of(connection)
    assert [(one.name, one.days) for one in board.windows] == [
        (f"{FIRST} to {LAST}", 9),
        ("last 7 days", 7),
    ]
