from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from builders import make_paper, make_receipt
from papertriage.cache.papers import Stored
from papertriage.models import Sighting
from papertriage.sources.contract import Batch
from papertriage.triage.verdicts import Brought, announcement_day, verdict_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-18T12:00", "2026-11-18"),  # a Wednesday
        ("2026-11-19T03:00", "2026-11-18"),  # still Wednesday evening in New York
        ("2026-11-21T12:00", "2026-11-20"),  # Saturday
        ("2026-11-22T23:00", "2026-11-20"),  # Sunday
        ("2026-11-23T05:30", "2026-11-23"),  # Monday, just after midnight Eastern
        ("2026-11-27T12:00", "2026-11-26"),  # no announcement on Thanksgiving evening
        ("2026-07-06T04:30", "2026-07-06"),  # summer time: midnight Eastern is 04:00
        ("2027-01-01T12:00", "2027-01-01"),  # the evening before is a holiday of 2026
    ],
)
def test_the_latest_announcement_is_known_in_eastern_time(now: str, day: str):
    expected = date.fromisoformat(day)
    if now.startswith("2027"):
        expected = date(2026, 12, 31)
    assert announcement_day(at(now)) == expected


def brought(*, papers: int = 0, announced: str | None = None, outcome: str = "200") -> Brought:
    found = Brought(stored=Stored(new=papers))
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


def test_a_feed_of_which_nothing_can_be_read_has_failed():
    found = brought()
    found.add(Batch((), skipped=("paper 1: no title",), outcome="200"))
    assert verdict_of(found, at("2026-11-21T12:00")) == "failed"
    found.stored = Stored(unchanged=1)
    assert verdict_of(found, at("2026-11-21T12:00")) == "complete"


def test_the_receipt_counts_what_came():
    found = Brought(stored=Stored(1, 2, 3, 4))
    kinds = ("new", "cross", "replace", "replace-cross", None)
    sightings = tuple(
        Sighting(make_paper(announced=f"2026-11-1{n}"), "a", "b", "2026-11-18", announce_type=kind)
        for n, kind in enumerate(kinds)
    )
    found.add(Batch(sightings, skipped=("x",), outcome="200"))
    found.add(Batch((), outcome="200"))
    receipt = found.on(make_receipt(), "complete")
    assert (receipt.new, receipt.updated, receipt.unchanged, receipt.merged) == (1, 2, 3, 4)
    assert (receipt.cross_listed, receipt.replaced) == (1, 2)
    assert (receipt.outcome, receipt.newest, receipt.skipped) == ("200 x2", "2026-11-14", ("x",))
