from __future__ import annotations

import time
from datetime import date

import pytest

from builders import make_receipt
from papertriage.models.digest import Coverage
from papertriage.models.fetched import Receipt
from papertriage.triage.day.coverage import coverages

MONDAY, WEDNESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 20)


def fetched(day: int, verdict: str = "complete", *, reach: int = 2, **fields: object) -> Receipt:
    """Return the receipt of a morning in November that asked for so many days before."""
    given: dict[str, object] = {"source": "arxiv-oai", "feed": "arxiv-oai:cs:cs:LG", **fields}
    return make_receipt(
        at=f"2026-11-{day:02}T07:30:00Z",
        since=f"2026-11-{day - reach:02}T00:00:00Z",
        verdict=verdict,
        **given,
    )


def announced(day: int, verdict: str = "complete", *, whole: tuple[int, int]) -> Receipt:
    """Return the receipt of a morning after which these announcements of November were whole."""
    first, last = (f"2026-11-{one:02}" for one in whole)
    at = f"2026-11-{day:02}T07:30:00Z"
    return make_receipt(at=at, verdict=verdict, whole_from=first, whole_to=last)


def judged(
    *since: Receipt,
    before: tuple[Receipt, ...] = (),
    first: date = MONDAY,
    last: date = FRIDAY,
) -> Coverage:
    (found,) = coverages(before, since, first, last)
    return found


def test_a_week_of_whole_fetches_is_complete_with_the_sum_of_its_papers() -> None:
    days = [fetched(n, new=n, skipped=("no title",) * (n == 17)) for n in range(16, 21)]
    found = judged(*days)
    assert (found.verdict, found.new, found.updated) == ("complete", 90, 15)
    assert (found.skipped, found.why_skipped) == (1, "no title")
    assert (found.failed, found.mended, found.unasked, found.message) == ((), (), (), None)


def test_a_failed_day_that_a_later_whole_fetch_read_too_is_mended() -> None:
    found = judged(fetched(16), fetched(17, "failed", message="503"), fetched(18), fetched(20))
    assert (found.verdict, found.message) == ("complete", None)
    assert (found.failed, found.mended) == ((), ("2026-11-17",))


def test_a_failed_day_that_no_later_fetch_reached_is_named_with_its_message() -> None:
    found = judged(fetched(16), fetched(17, "failed", message="503"), fetched(20, reach=2))
    assert (found.verdict, found.message, found.failed) == ("failed", "503", ("2026-11-17",))
    assert judged(fetched(20), fetched(20, "partial")).failed == ("2026-11-20",)


def test_a_fetch_after_the_window_mends_it_and_is_not_counted() -> None:
    found = judged(fetched(16), fetched(18, "partial", new=1), fetched(19, new=100), last=WEDNESDAY)
    assert (found.failed, found.mended, found.new) == ((), ("2026-11-18",), 13)


def test_days_that_nobody_asked_for_are_named_unless_a_later_fetch_read_them() -> None:
    assert judged(fetched(16), fetched(20, reach=0)).unasked == (
        *("2026-11-17", "2026-11-18", "2026-11-19"),
    )
    assert judged(fetched(16), fetched(20, reach=2)).unasked == ("2026-11-17",)


def test_a_failed_day_is_mended_by_a_fetch_that_has_its_announcement() -> None:
    found = judged(
        announced(16, whole=(16, 16)),
        announced(17, "failed", whole=(16, 16)),
        announced(20, whole=(16, 20)),
    )
    assert (found.failed, found.mended, found.unasked) == ((), ("2026-11-17",), ())
    assert (found.whole_from, found.whole_to) == ("2026-11-16", "2026-11-20")
    late = judged(announced(16, whole=(16, 16)), announced(20, "failed", whole=(16, 16)))
    assert late.failed == ("2026-11-20",)
    assert (late.whole_from, late.whole_to) == ("2026-11-16", "2026-11-16")


def test_a_window_of_submission_times_mends_no_other_day() -> None:
    days = [
        fetched(n, verdict, source="arxiv") for n, verdict in ((16, "failed"), (17, "searched"))
    ]
    assert judged(*days, last=date(2026, 11, 17)).failed == ("2026-11-16",)


def test_a_feed_is_not_blamed_for_the_days_before_it_was_followed() -> None:
    assert judged(fetched(19, reach=0), fetched(20, reach=0)).unasked == ()
    before = (fetched(10),)
    assert judged(fetched(19, reach=0), fetched(20, reach=0), before=before).unasked == (
        *("2026-11-16", "2026-11-17", "2026-11-18"),
    )


def test_a_feed_that_was_not_asked_says_when_it_was_last() -> None:
    found = judged(before=(fetched(10),), first=FRIDAY)
    assert (found.verdict, found.message) == ("not asked", "complete on 2026-11-10")
    assert found.unasked == ("2026-11-20",)


def test_a_feed_that_shows_only_the_newest_batch_mends_nothing_but_the_day_itself() -> None:
    daily = {"source": "arxiv-daily", "feed": "arxiv-daily:cs.LG"}
    later = judged(fetched(18, "failed", **daily), fetched(19, **daily), fetched(20, **daily))
    assert later.failed == ("2026-11-18",)
    again = make_receipt(at="2026-11-18T09:00:00Z", **daily)
    assert judged(fetched(18, "failed", **daily), again, last=WEDNESDAY).mended == ("2026-11-18",)


def test_no_one_has_to_ask_on_a_day_without_an_announcement() -> None:
    daily = {"source": "arxiv-daily", "feed": "arxiv-daily:cs.LG"}
    friday, tuesday = fetched(20, **daily), fetched(24, **daily)
    found = judged(friday, tuesday, first=FRIDAY, last=date(2026, 11, 24))
    assert found.unasked == ("2026-11-23",)


def test_imported_files_are_named_when_they_were_imported_and_never_after() -> None:
    file = make_receipt(source="file", feed="a.bib", at="2026-11-17T07:30:00Z")
    assert judged(file).unasked == ()
    assert coverages([file], [], WEDNESDAY, FRIDAY) == []


def test_days_are_the_readers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        late = make_receipt(at="2026-11-16T20:00:00Z", verdict="failed")
        assert judged(late).failed == ("2026-11-17",)
    finally:
        monkeypatch.undo()
        time.tzset()
