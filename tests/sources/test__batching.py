from __future__ import annotations

import pytest

from papertriage.models import Paper, Sighting
from papertriage.sources._batching import batched
from papertriage.sources._paper_json import BadPaper


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
