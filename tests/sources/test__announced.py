from __future__ import annotations

from datetime import date

import pytest

from builders import make_paper
from papertriage.models import Sighting
from papertriage.sources._announced import Asked, Listing, number, sighting_of, within
from papertriage.sources._oai import Record

THURSDAY, FRIDAY, MONDAY = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23)
WHOLE_SINCE = date(2026, 11, 2)


def asked(**more: object) -> Asked:
    """Return a Monday's fetch after one of Friday."""
    given: dict[str, object] = {
        "categories": ("cs.LG", "stat.ML"),
        "after": FRIDAY,
        "first": WHOLE_SINCE,
        "reach": MONDAY,
        "latest": MONDAY,
        "highest": "2611.09000",
        "listing": Listing(),
    }
    return Asked(**(given | more))


def record(
    number: str,
    submitted: str,
    *,
    updated: str = "",
    categories: tuple[str, ...] = ("cs.LG",),
    stamp: str = "2026-11-22",
    **more: bool,
) -> Record:
    paper = make_paper(
        id=f"arxiv:{number}",
        published=f"{submitted}:00Z",
        updated=f"{updated or submitted}:00Z",
        categories=categories,
        primary_category=categories[0],
        announced=None,
        version=2 if updated else 1,
    )
    return Record(paper, stamp, **more)


def listed(*papers: tuple[str, str], day: date = MONDAY, all_of_it: bool = True) -> Listing:
    found = {
        f"arxiv:{name}": Sighting(
            make_paper(id=f"arxiv:{name}", version=3), "arxiv-daily", "x", str(day), kind
        )
        for name, kind in papers
    }
    return Listing(day, found, all_of_it)


def judged(one: Record, given: Asked) -> tuple[str | None, str | None, bool, bool]:
    """Return (type, announcement day, whether it is news, whether it is inferred)."""
    seen = sighting_of(one, given, "arxiv", "arxiv:cs.LG")
    assert (seen.source, seen.feed) == ("arxiv", "arxiv:cs.LG")
    assert seen.day == (seen.paper.announced or one.stamp)
    return seen.announce_type, seen.paper.announced, seen.is_news, seen.inferred


FRESH = record("2611.09100", "2026-11-20T15:00")
HELD = record("2611.09050", "2026-10-20T15:00")
OLD = record("2609.00100", "2026-09-10T15:00")
OLD_CROSS = record("2609.00200", "2026-09-10T15:00", categories=("cs.CV", "cs.LG"))
RECENT = record("2611.05000", "2026-11-10T15:00")
REPLACED = record("2609.00300", "2026-09-10T15:00", updated="2026-11-20T15:00")


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (FRESH, ("new", "2026-11-23", True, True)),
        (
            FRESH._replace(paper=FRESH.paper._replace(primary_category="cs.CV")),
            ("cross", "2026-11-23", True, True),
        ),
        # However old: arXiv numbers papers when it announces them.
        (HELD, ("new", "2026-11-23", True, True)),
        (OLD, (None, None, False, False)),
        (REPLACED, ("replace", "2026-11-23", False, True)),
        # What is cross-listed late looks like what got a comment.
        (OLD_CROSS, (None, None, False, False)),
        # What changed before the last announcement is in none after it.
        (RECENT._replace(stamp="2026-11-19"), (None, None, False, False)),
        # The cache would have it, had it been announced since it is whole.
        (RECENT, ("new", "2026-11-23", True, True)),
        # A day without a time leaves open which announcement was the first.
        (record("2611.08000", "2026-11-20T00:00", timed=False), ("new", "2026-11-23", True, True)),
    ],
)
def test_without_the_daily_feed_type_and_day_are_inferred(one: Record, found: object) -> None:
    assert judged(one, asked()) == found


@pytest.mark.parametrize("one", [FRESH, HELD, OLD, OLD_CROSS, RECENT])
def test_what_the_cache_saw_announced_is_news_no_more(one: Record) -> None:
    known = {one.paper.id: "2026-11-20"}
    assert judged(one, asked(known=known)) == (None, None, False, False)


def test_the_daily_feed_is_believed() -> None:
    listing = listed(("2609.00100", "cross"), ("2611.09100", "new"), ("2609.00300", "replace"))
    given = asked(listing=listing)
    assert judged(OLD, given) == ("cross", "2026-11-23", True, False)
    assert judged(FRESH, given) == ("new", "2026-11-23", True, False)
    assert judged(REPLACED, given) == ("replace", "2026-11-23", False, False)


def test_what_a_whole_daily_feed_does_not_list_is_no_news_unless_it_can_be_nothing_else() -> None:
    given = asked(listing=listed(("2611.00001", "new")))
    assert judged(OLD_CROSS, given) == (None, None, False, False)
    assert judged(RECENT, given) == (None, None, False, False)
    assert judged(FRESH, given) == ("new", "2026-11-23", True, True)


@pytest.mark.parametrize(
    "listing",
    [
        listed(("2611.00001", "new"), all_of_it=False),
        # Two announcements after the last one, of which it tells one.
        listed(("2611.00001", "new"), day=date(2026, 11, 24)),
        listed(day=FRIDAY),
    ],
)
def test_a_daily_feed_that_may_not_tell_all_leaves_the_rest_open(listing: Listing) -> None:
    assert judged(RECENT, asked(listing=listing))[2]


def test_a_version_is_the_daily_feeds_where_the_record_names_none() -> None:
    given = asked(listing=listed(("2611.09100", "new")))
    unnamed = FRESH._replace(paper=FRESH.paper._replace(version=None))
    assert sighting_of(unnamed, given, "arxiv", "x").paper.version == 3
    assert sighting_of(FRESH, given, "arxiv", "x").paper.version == 1


def test_a_backfill_is_told_its_days_and_is_no_news() -> None:
    given = asked(reach=date(2026, 9, 1), first=FRIDAY, highest="")
    assert judged(OLD._replace(stamp="2026-09-11"), given) == ("new", "2026-09-11", False, True)


def test_after_a_pause_a_held_paper_is_dated_by_its_datestamp() -> None:
    given = asked(after=date(2026, 11, 9), reach=date(2026, 11, 10), latest=MONDAY)
    assert judged(HELD._replace(stamp="2026-11-17"), given)[1] == "2026-11-17"
    assert judged(HELD._replace(stamp="2026-12-20"), given)[1] == "2026-11-23"
    assert judged(HELD._replace(stamp=""), given)[1] == "2026-11-10"


def test_where_no_announcement_is_due_only_what_can_be_nothing_else_is_news() -> None:
    given = asked(latest=FRIDAY)
    assert judged(RECENT, given) == (None, None, False, False)
    assert judged(FRESH, given)[2]


def test_numbers_sort_as_arxiv_gave_them() -> None:
    ids = ["arxiv:hep-th/9901001", "arxiv:0704.0001", "arxiv:1412.9999", "arxiv:1501.00001"]
    assert [number(one) for one in ids] == sorted(map(number, ids))
    assert number("doi:10.1000/1") == ""


@pytest.mark.parametrize(
    ("category", "categories", "inside"),
    [
        ("cs.LG", ("cs.LG",), True),
        ("cs.CV", ("cs.LG",), False),
        ("cs.CV", ("cs",), True),
        ("cs.CV", ("cs.*",), True),
        ("hep-th", ("hep-th",), True),
        (None, ("cs",), False),
    ],
)
def test_an_archive_holds_its_categories(
    category: str | None, categories: tuple[str, ...], *, inside: bool
) -> None:
    assert within(category, categories) is inside
