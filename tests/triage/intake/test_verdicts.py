from __future__ import annotations

from datetime import UTC, datetime

import pytest

from builders import make_paper, make_receipt
from papertriage.cache.papers import Stored
from papertriage.models import Sighting
from papertriage.sources.contract import Batch, Whole
from papertriage.triage.intake.verdicts import Received, verdict_of, verdict_of_search


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def brought(*, papers: int = 0, announced: str | None = None, outcome: str = "200") -> Received:
    found = Received(stored=Stored(new=papers))
    found.add(Batch((), announced=announced, outcome=outcome))
    return found


@pytest.mark.parametrize(
    ("what", "now", "verdict"),
    [
        ({"papers": 3, "announced": "2026-11-18"}, "2026-11-18T12:00", "complete"),
        ({"papers": 3, "announced": "2026-11-17"}, "2026-11-18T12:00", "feed is yesterday's batch"),
        ({"announced": "2026-11-18"}, "2026-11-18T12:00", "quiet day"),
        ({"announced": "2026-11-21"}, "2026-11-21T12:00", "weekend or holiday"),
        ({"announced": "2026-11-27"}, "2026-11-27T12:00", "weekend or holiday"),
        ({"announced": "2026-11-18", "outcome": "304"}, "2026-11-18T12:00", "complete"),
        ({"papers": 3}, "2026-11-21T12:00", "complete"),
        ({}, "2026-11-22T12:00", "weekend or holiday"),
    ],
)
def test_a_feed_that_was_read_to_its_end_is_judged(what, now: str, verdict: str):
    assert verdict_of(brought(**what), at(now)) == verdict


@pytest.mark.parametrize(
    ("whole_to", "papers", "outcome", "now", "verdict"),
    [
        ("2026-11-18", 3, "200", "2026-11-18T12:00", "complete"),
        ("2026-11-17", 3, "200", "2026-11-18T12:00", "feed is yesterday's batch"),
        ("2026-11-17", 0, "200", "2026-11-18T12:00", "feed is yesterday's batch"),
        # Midnight in New York is 05:00; the services take a while.
        ("2026-11-17", 3, "200", "2026-11-18T05:30", "complete"),
        ("2026-11-18", 0, "200", "2026-11-18T12:00", "quiet day"),
        ("2026-11-18", 0, "304", "2026-11-18T12:00", "complete"),
        ("2026-11-20", 0, "200", "2026-11-21T12:00", "weekend or holiday"),
    ],
)
def test_announcements_are_whole_up_to_the_one_that_is_due(
    whole_to: str, papers: int, outcome: str, now: str, verdict: str
):
    found = brought(papers=papers, outcome=outcome)
    found.add(Batch((), whole=Whole("2026-11-16", whole_to), note="a word"))
    assert verdict_of(found, at(now)) == verdict
    receipt = found.fill_in(make_receipt(), verdict)
    assert (receipt.whole_from, receipt.whole_to) == ("2026-11-16", whole_to)
    assert receipt.message == "a word"


def test_a_search_by_times_of_submission_is_never_called_whole():
    assert verdict_of_search(brought(papers=3), at("2026-11-18T12:00")) == "searched"


def test_a_feed_of_which_nothing_can_be_read_has_failed():
    found = brought()
    found.add(Batch((), skipped=("paper 1: no title",), outcome="200"))
    assert verdict_of(found, at("2026-11-21T12:00")) == "failed"
    found.stored = Stored(unchanged=1)
    assert verdict_of(found, at("2026-11-21T12:00")) == "complete"


def test_the_receipt_counts_what_came():
    found = Received(stored=Stored(1, 2, 3, 4))
    kinds = ("new", "cross", "replace", "replace-cross", None)
    sightings = tuple(
        Sighting(make_paper(announced=f"2026-11-1{n}"), "a", "b", "2026-11-18", announce_type=kind)
        for n, kind in enumerate(kinds)
    )
    found.add(Batch(sightings, skipped=("x",), outcome="200"))
    found.add(Batch((), outcome="200"))
    receipt = found.fill_in(make_receipt(), "complete")
    assert (receipt.new, receipt.updated, receipt.unchanged, receipt.merged) == (1, 2, 3, 4)
    assert (receipt.cross_listed, receipt.replaced) == (1, 2)
    assert (receipt.outcome, receipt.newest, receipt.skipped) == ("200 x2", "2026-11-14", ("x",))
