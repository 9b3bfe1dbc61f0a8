from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from papertriage.sources.announcements import (
    announced_on,
    announcement_day,
    announcements,
    first_announcement,
    next_announcement,
)


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
        ("2027-01-01T12:00", "2026-12-31"),  # the evening before is a holiday of 2026
        ("2027-01-19T12:00", "2027-01-18"),  # Martin Luther King's birthday, as in every year
        ("2027-07-06T12:00", "2027-07-05"),  # Independence Day falls on a Sunday
    ],
)
def test_the_latest_announcement_is_known_in_eastern_time(now: str, day: str):
    assert announcement_day(at(now)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        ("2026-11-17T18:59", "2026-11-18"),  # Tuesday 13:59 in New York
        ("2026-11-17T19:00", "2026-11-19"),  # the deadline is 14:00
        ("2026-11-19T20:00", "2026-11-23"),  # Thursday afternoon: announced on Sunday evening
        ("2026-11-20T18:59", "2026-11-23"),
        ("2026-11-20T19:00", "2026-11-24"),  # Friday afternoon: on Monday evening
        ("2026-11-22T12:00", "2026-11-24"),
        ("2026-11-25T20:00", "2026-11-30"),  # Thanksgiving has no announcement
        ("2026-06-30T17:59", "2026-07-01"),  # in summer the deadline is 18:00 UTC
        ("2026-06-30T18:00", "2026-07-02"),
    ],
)
def test_a_submission_can_be_announced_from_the_evening_of_its_deadline_on(submitted, day):
    assert first_announcement(at(submitted)) == date.fromisoformat(day)


def test_announcement_days_are_working_days_after_an_evening_that_is_no_holiday():
    days = [f"{day:%a %d}" for day in announcements(date(2026, 11, 19), date(2026, 12, 1))]
    assert days == ["Fri 20", "Mon 23", "Tue 24", "Wed 25", "Thu 26", "Mon 30", "Tue 01"]
    assert next_announcement(date(2026, 11, 26)) == date(2026, 11, 30)
    assert not announced_on(date(2026, 11, 27))
