from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from builders import make_paper, make_pick
from caches import lines, store_papers, titled
from papertriage.cache import picks
from papertriage.cache.connection import opened, writing
from papertriage.cache.eligible import Day
from papertriage.cache.journal import decide
from papertriage.errors import InputError
from papertriage.models import Filters

TODAY = Day("2026-11-23", "2026-11-23T00:00:00.000000Z")
TOMORROW = Day("2026-11-24", "2026-11-24T00:00:00.000000Z")


def ids(connection: sqlite3.Connection, day: Day = TODAY, *, again: bool = False, **filters) -> str:
    found = picks.candidates(connection, day, Filters(**filters), again=again)
    return " ".join(f"{c.topic[0]}{c.paper[-1]}" for c in found)


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    store_papers(connection, *titled("ood 0.6", "ood 0.9", "ood 0.4", "causality 0.8 ood 0.7"))
    return connection


def test_candidates_are_tagged_papers_by_topic_and_merit(filled: sqlite3.Connection) -> None:
    assert ids(filled) == "c4 o2 o4 o1"
    assert ids(filled, limit=1) == "c4 o2"
    assert ids(filled, topics=("ood",)) == "o2 o4 o1"
    assert ids(filled, authors=("nobody",)) == ""
    assert (
        ids(filled, categories=("cs", "math"), since="2025-01-01", decision="none") == "c4 o2 o4 o1"
    )
    with pytest.raises(InputError, match="no topic 'x'"):
        ids(filled, topics=("x",))


def test_newer_papers_come_before_those_that_have_waited(filled: sqlite3.Connection) -> None:
    store_papers(filled, make_paper(number=9, title="ood 0.55"), now="2026-12-23T08:00:00Z")
    assert ids(filled, limit=1, topics=("ood",)) == "o9"


def test_kept_and_skipped_papers_are_gone_and_postponed_ones_for_the_day(
    filled: sqlite3.Connection,
) -> None:
    names = {n: f"arxiv:2510.0000{n}" for n in range(5)}
    new_line = lines().__next__
    for n, decision in ((1, "keep"), (2, "skip"), (4, "later")):
        decide(filled, [names[n]], decision, at="2026-11-23T09:00:00.000000Z", new_line=new_line)
    picks.record(filled, TODAY.date, [(names[4], make_pick())], at="2026-11-23T08:00:00Z")
    assert ids(filled) == ""
    assert ids(filled, again=True) == ""
    assert ids(filled, TOMORROW) == "c4 o4"


def test_an_earlier_days_picks_come_back_only_when_asked(filled: sqlite3.Connection) -> None:
    picks.record(filled, TODAY.date, [("arxiv:2510.00002", make_pick())], at="2026-11-23T08:00:00Z")
    assert ids(filled, topics=("ood",)) == "o2 o4 o1"
    assert ids(filled, TOMORROW, topics=("ood",)) == "o4 o1"
    assert ids(filled, TOMORROW, topics=("ood",), again=True) == "o2 o4 o1"


def test_the_picks_of_a_day_are_kept_and_read_back(filled: sqlite3.Connection) -> None:
    one, two = "arxiv:2510.00001", "arxiv:2510.00002"
    assert (
        picks.record(
            filled,
            "2026-11-23",
            [(one, make_pick(1)), (two, make_pick(2))],
            at="2026-11-23T08:00:00Z",
        )
        is None
    )
    assert [h.pick.rank for h in picks.picked(filled, "2026-11-23", Filters())] == [1, 2]
    picks.record(
        filled, "2026-11-23", [(two, make_pick(1, reasons=("new",)))], at="2026-11-23T08:00:00Z"
    )
    held = picks.picked(filled, "2026-11-23", Filters())
    assert [(h.paper.id, h.pick.rank) for h in held] == [(one, 1), (two, 2)]
    assert held[1].pick.reasons == ("new",)
    assert len(picks.picked(filled, "2026-11-23", Filters(limit=1))) == 1
    assert [h.paper.id for h in picks.picked(filled, "2026-11-23", Filters(topics=("ood",)))] == [
        one,
        two,
    ]
    assert picks.picked(filled, "2026-11-23", Filters(authors=("nobody",))) == []
    assert picks.picked(filled, "2026-11-22", Filters()) == []


def test_the_same_picks_are_not_written_again(filled: sqlite3.Connection) -> None:
    rows = [("arxiv:2510.00001", make_pick(1))]
    picks.record(filled, "2026-11-23", rows, at="2026-11-23T08:00:00Z")
    before = filled.total_changes
    assert picks.record(filled, "2026-11-23", rows, at="2026-11-23T08:00:00Z") is None
    assert filled.total_changes == before


def test_picks_that_cannot_be_kept_are_a_warning(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picks, "_PATIENCE", 0.01)
    with opened(home / "cache.db") as reader, opened(home / "cache.db") as writer:
        with writing(writer):
            warning = picks.record(
                reader, "2026-11-23", [("a", make_pick())], at="2026-11-23T08:00:00Z"
            )
        assert warning == (
            "could not record these picks (database is locked): another day may show them again"
        )
        assert reader.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
        assert (
            picks.record(reader, "2026-11-23", [("a", make_pick())], at="2026-11-23T08:00:00Z")
            is None
        )
        assert reader.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_whoever_goes_on_after_an_error_waits_as_before(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        picks.record(connection, "2026-11-23", [(None, make_pick())], at="2026-11-23T08:00:00Z")
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_ranks_decided_on_the_day_are_told(filled: sqlite3.Connection) -> None:
    papers = [f"arxiv:2510.0000{n}" for n in (1, 2, 4)]
    picks.record(
        filled,
        TODAY.date,
        [(p, make_pick(n)) for n, p in enumerate(papers, start=1)],
        at="2026-11-23T08:00:00Z",
    )
    new_line = lines().__next__
    decide(filled, papers[:1], "keep", at="2026-11-22T23:00:00.000000Z", new_line=new_line)
    decide(filled, papers[2:], "skip", at="2026-11-23T01:00:00.000000Z", new_line=new_line)
    assert picks.decided_ranks(filled, TODAY) == [3]


def test_the_picks_of_several_days_hold_a_paper_once_as_it_was_picked_last(
    filled: sqlite3.Connection,
) -> None:
    one, two = "arxiv:2510.00001", "arxiv:2510.00002"
    for day, chosen in (
        ("2026-11-21", [(one, make_pick(1, 0.6)), (two, make_pick(2, 0.5))]),
        ("2026-11-23", [(one, make_pick(1, 0.9))]),
        ("2026-11-24", [(two, make_pick(1, 0.99))]),
    ):
        picks.record(filled, day, chosen, at=f"{day}T08:00:00Z")
    found = picks.picked_between(filled, "2026-11-20", "2026-11-23", Filters())
    assert [(p.paper.id, p.pick and p.pick.score) for p in found] == [(one, 0.9), (two, 0.5)]
    assert picks.picked_between(filled, "2026-11-01", "2026-11-20", Filters()) == []


def test_a_decision_waits_its_turn_behind_batches(home: Path) -> None:
    failures: list[BaseException] = []

    def fill(start: int) -> None:
        try:
            with opened(home / "cache.db") as connection:
                for n in range(start, start + 200, 10):
                    batch = [make_paper(number=n + m, title=f"ood 0.9 {n + m}") for m in range(10)]
                    store_papers(connection, *batch)
        except BaseException as error:  # noqa: BLE001 - a thread's own would be lost
            failures.append(error)

    threads = [threading.Thread(target=fill, args=(start,)) for start in (0, 200)]
    for thread in threads:
        thread.start()
    new_line = lines().__next__
    with opened(home / "cache.db") as connection:
        for n in range(20):
            decide(connection, [f"p{n}"], "keep", at="2026-11-23T01:00:00Z", new_line=new_line)
    for thread in threads:
        thread.join()
    assert failures == []
    with opened(home / "cache.db") as connection:
        rows = connection.execute(
            "SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM decisions)"
        )
        assert tuple(rows.fetchone()) == (400, 20)
