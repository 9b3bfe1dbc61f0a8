from __future__ import annotations

from datetime import date

import pytest

from papertriage.sources._arxiv_memory import Memory, is_busy, memory_of, state_of


def test_what_is_remembered_reads_back() -> None:
    memory = Memory(
        date(2026, 11, 2), date(2026, 11, 20), date(2026, 11, 19), "2611.09000", {"2026-11-20": 7}
    )
    assert memory_of(state_of(memory)) == memory
    assert memory_of(state_of(Memory())) == Memory()


def test_the_papers_of_the_last_ten_announcements_are_counted() -> None:
    counts = {f"2026-11-{day:02}": day for day in range(1, 21)}
    state = state_of(Memory(date(2026, 11, 2), date(2026, 11, 20), counts=counts))
    assert sorted(memory_of(state).counts) == [f"2026-11-{day}" for day in range(11, 21)]


@pytest.mark.parametrize("counts", ["", "[", "[1]", '{"a": "b"}', "[" * 100_000, '{"a": null}'])
def test_rubbish_is_not_remembered(counts: str) -> None:
    days = {"whole-from": "2026-11-02", "whole-to": "2026-11-20"}
    assert memory_of({**days, "counts": counts}).counts == {}
    assert memory_of({**days, "whole-from": counts}) == Memory()
    assert memory_of({"whole-from": "2026-11-20", "whole-to": "2026-11-02"}) == Memory()


def test_categories_are_busy_from_three_papers_an_announcement_on() -> None:
    assert is_busy({"2026-11-19": 5, "2026-11-20": 1})
    assert not is_busy({"2026-11-19": 2, "2026-11-20": 1})
    assert not is_busy({})
