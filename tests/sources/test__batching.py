from __future__ import annotations

from dataclasses import replace

import pytest

from papertriage.models import Paper, Sighting
from papertriage.sources._batching import batched
from papertriage.sources._paper_json import BadPaper
from papertriage.sources._runs import Run


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


def test_a_run_comes_with_its_last_paper_unless_it_must_be_heard_again():
    found = [
        *(("1", sighting(1)), ("", Run(1))),
        *(("2", sighting(2)), ("3", BadPaper("bad")), ("", Run(2))),
        *(("4", replace(sighting(4), upvotes=0)), ("", Run(3))),
        ("", Run(4)),
        *(("5", sighting(5)), ("", Run(0))),
        ("", Run(0, passed=64)),
        *(("6", sighting(6)), ("", Run(5))),
    ]
    (batch,) = batched(found)
    assert (batch.runs, batch.passed, len(batch.sightings)) == ((1, 5), 64, 5)


def test_a_run_that_crosses_batches_is_in_the_later_one():
    first, second = batched([("", sighting(n)) for n in range(3)] + [("", Run(9))], 2)
    assert (first.runs, second.runs) == ((), (9,))


def test_what_is_passed_over_is_told_from_time_to_time():
    batches = batched(("", Run(0, passed=10_000)) for _ in range(5))
    assert [batch.passed for batch in batches] == [20_000, 20_000, 10_000]
