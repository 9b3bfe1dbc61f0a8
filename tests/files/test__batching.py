from __future__ import annotations

import pytest

from papertriage.files._batching import Piece, batched, gathered
from papertriage.files._paper_json import BadPaper
from papertriage.models import Paper, Sighting


def sighting(number):
    return Sighting(Paper(id=f"title:{number}", title="T"), "s", "f", "2026-11-23")


def test_papers_come_500_at_a_time_with_the_reasons_before_them():
    found = [("1", BadPaper("no title")), *((str(n), sighting(n)) for n in range(501))]
    first, second = batched(found)
    assert (len(first.sightings), first.skipped) == (500, ("1: no title",))
    assert (len(second.sightings), second.skipped) == (1, ())


def test_what_came_before_a_failure_is_kept():
    def papers():
        yield "1", sighting(1)
        msg = "cut off"
        raise EOFError(msg)

    batches = batched(papers())
    assert len(next(batches).sightings) == 1
    with pytest.raises(EOFError, match="cut off"):
        next(batches)


def test_a_thousand_reasons_are_kept_and_all_are_counted():
    (batch,) = batched((str(n), BadPaper("bad")) for n in range(1_234))
    assert len(batch.skipped) == 1_001
    assert batch.skipped[-1] == "… and 234 more"


def test_nothing_is_no_batch():
    assert list(batched([])) == []


def piece(*numbers, run=0, upvotes=None, bad=()):
    sightings = [sighting(number)._replace(upvotes=upvotes) for number in numbers]
    return Piece(sightings, bad, run)


def test_a_run_comes_with_its_last_paper_unless_it_must_be_heard_again():
    found = [
        *(piece(1, run=1), piece(2, run=2, bad=[("3", BadPaper("bad"))])),
        *(piece(4, run=3, upvotes=0), piece(run=4), piece(5), Piece(passed=64), piece(6, run=5)),
    ]
    (batch,) = gathered(found, 500)
    assert (batch.runs, batch.passed, len(batch.sightings)) == ((1, 5), 64, 5)
    assert batch.skipped == ("3: bad",)


def test_a_run_that_crosses_batches_is_in_the_later_one():
    first, second, third = gathered([piece(1, run=8), piece(*range(2, 6), run=9)], 2)
    assert (first.runs, second.runs, third.runs) == ((8,), (), (9,))
    assert [len(batch.sightings) for batch in (first, second, third)] == [2, 2, 1]


def test_what_is_passed_over_is_told_from_time_to_time():
    batches = gathered((Piece(passed=10_000) for _ in range(5)), 500)
    assert [batch.passed for batch in batches] == [20_000, 20_000, 10_000]
