from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from hostile import hostile_text
from papertriage import clock
from papertriage.errors import ConfigurationError, InputError

TODAY = date(2026, 11, 23)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch):
    def pinned(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield pinned
    monkeypatch.undo()
    time.tzset()


def test_the_clock_tells_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_fixed_time_stands_in_for_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T10:00:00+02:00")
    assert clock.stamp(clock.now()) == "2026-11-23T08:00:00Z"
    assert clock.fine_stamp(clock.now()) == "2026-11-23T08:00:00.000000Z"


@pytest.mark.parametrize("wrong", ["soon", "2026-11-23T08:00:00"])
def test_a_fixed_time_needs_a_zone(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", wrong)
    with pytest.raises(ConfigurationError, match="PAPERTRIAGE_NOW"):
        clock.now()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        (" TODAY ", TODAY),
        ("yesterday", date(2026, 11, 22)),
        ("2d", date(2026, 11, 21)),
        ("3 w", date(2026, 11, 2)),
        ("1m", date(2026, 10, 24)),
        ("1y", date(2025, 11, 23)),
    ],
)
def test_days_are_read_as_people_type_them(text: str, expected: date) -> None:
    assert clock.day_of(text, TODAY) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "-2d", "99999y", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_day_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="is not a date: use one such as") as caught:
        clock.day_of(text, TODAY)
    assert "\n" not in str(caught.value)


@given(hostile_text)
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        clock.midnight(clock.day_of(text, TODAY))
    except InputError:
        return


@pytest.mark.parametrize(
    "name", ["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_each_minute_of_two_days_lies_in_exactly_one_day(zone, name: str, day: date) -> None:
    zone(name)
    begin, middle, end = (clock.midnight(day + timedelta(days=n)) for n in range(3))
    assert begin < middle < end
    assert {clock.local_day(begin), clock.local_day(middle - timedelta(minutes=1))} == {day}
    assert clock.local_day(begin - timedelta(minutes=1)) == day - timedelta(days=1)
    assert clock.local_day(middle) == day + timedelta(days=1)


def test_a_day_may_have_23_or_25_hours(zone) -> None:
    zone("America/New_York")
    hours = [
        clock.midnight(day + timedelta(days=1)) - clock.midnight(day)
        for day in (date(2026, 3, 8), date(2026, 11, 1))
    ]
    assert hours == [timedelta(hours=23), timedelta(hours=25)]
