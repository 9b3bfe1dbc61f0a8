from __future__ import annotations

import sqlite3
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import lines, store_papers, titled
from papertriage.cache.connection import opened
from papertriage.cache.journal import Undone, decide, decision_times, last_decided, undo
from papertriage.cache.listing import papers_by_id
from papertriage.models import Decision

AT = "2026-11-23T08:00:00.000000Z"
EARLIER = "2026-11-23T07:00:00.000000Z"
YEARS_AHEAD = "2099-01-01T00:00:00.000000Z"


class Reader:
    """A person whose clock shows whatever a test says."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.new_line = lines().__next__

    def says(self, decision: Decision, *papers: str, at: str = AT) -> None:
        decide(self.connection, papers, decision, at=at, new_line=self.new_line)

    def undoes(self, *papers: str, at: str = AT) -> list[Undone]:
        return undo(self.connection, papers, at=at, new_line=self.new_line)

    def decision(self, paper: str) -> str | None:
        return dict(self.connection.execute("SELECT paper, decision FROM decisions")).get(paper)

    def journal(self) -> list[tuple]:
        return [tuple(row) for row in self.connection.execute("SELECT * FROM journal")]


@pytest.fixture
def reader(connection: sqlite3.Connection) -> Reader:
    return Reader(connection)


def test_the_last_decision_holds_and_is_shown(reader: Reader) -> None:
    (paper,) = titled("one")
    store_papers(reader.connection, paper)
    reader.says("keep", paper.id)
    reader.says("skip", paper.id)
    assert reader.decision(paper.id) == "skip"
    assert papers_by_id(reader.connection, [paper.id])[paper.id].decision == "skip"


@pytest.mark.parametrize("then", [AT, EARLIER])
def test_the_last_word_is_the_last_whatever_the_clock_does(reader: Reader, then: str) -> None:
    reader.says("keep", "a", "b")
    assert last_decided(reader.connection) == "b"
    reader.says("skip", "a", at=then)
    assert reader.decision("a") == "skip"
    assert last_decided(reader.connection) == "a"
    assert reader.undoes("a", at=then) == [Undone("a", "skip", "keep")]
    assert last_decided(reader.connection) == "b"


def test_a_clock_that_fell_back_for_years_keeps_the_order_of_each_paper(reader: Reader) -> None:
    reader.says("keep", "a")
    reader.says("skip", "a", at="1970-01-01T00:00:00.000000Z")
    assert reader.decision("a") == "skip"


def test_a_clock_that_was_years_ahead_dates_no_other_paper(reader: Reader) -> None:
    reader.says("keep", "a", at=YEARS_AHEAD)
    reader.says("later", "b")
    reader.says("skip", "a")
    assert reader.decision("a") == "skip"
    row = reader.connection.execute("SELECT at FROM decisions WHERE paper = 'b'").fetchone()
    assert row["at"] == AT


def test_undo_goes_back_decision_by_decision(reader: Reader) -> None:
    for decision in ("keep", "skip", "later", "keep"):
        reader.says(decision, "a")
    assert [reader.undoes("a")[0].now for _ in range(4)] == ["later", "skip", "keep", None]
    assert reader.undoes("a", "b") == []
    assert reader.decision("a") is None
    assert last_decided(reader.connection) is None


steps = st.lists(
    st.tuples(
        st.sampled_from([*get_args(Decision), "undo"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([AT, EARLIER, YEARS_AHEAD]),
    ),
    max_size=12,
)


@given(steps)
def test_the_journal_only_grows_and_the_decisions_are_read_off_it(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    stacks: dict[str, list[str]] = {"a": [], "b": []}
    with opened(tmp_path_factory.mktemp("journal") / "cache.db") as connection:
        reader = Reader(connection)
        for word, paper, at in steps:
            before = reader.journal()
            if word == "undo":
                reader.undoes(paper, at=at)
                stacks[paper] = stacks[paper][:-1]
            else:
                reader.says(word, paper, at=at)
                stacks[paper].append(word)
            assert set(before) <= set(reader.journal())
            assert len(reader.journal()) <= len(before) + 1
            for name, stack in stacks.items():
                assert reader.decision(name) == (stack[-1] if stack else None)


def test_all_decisions_of_a_command_are_written_or_none(reader: Reader) -> None:
    def breaks() -> str:
        raise KeyboardInterrupt

    ids = iter(["line-1", "line-2"])
    with pytest.raises(StopIteration):
        decide(reader.connection, ["a", "b", "c"], "keep", at=AT, new_line=ids.__next__)
    with pytest.raises(KeyboardInterrupt):
        undo(reader.connection, ["a"], at=AT, new_line=breaks) or breaks()
    assert reader.journal() == []
    assert reader.decision("a") is None


def test_the_times_of_the_last_decisions_are_told_in_their_order(home) -> None:
    with opened(home / "cache.db") as connection:
        store_papers(connection, *titled("one", "two", "three"))
        new_line = lines().__next__
        times = [f"2026-11-24T09:00:0{n}.000000Z" for n in range(3)]
        for number, at in enumerate(times, start=1):
            decide(connection, [f"arxiv:2510.{number:05}"], "later", at=at, new_line=new_line)
        assert decision_times(connection, 2) == times[1:]
        assert decision_times(connection, 9) == times
