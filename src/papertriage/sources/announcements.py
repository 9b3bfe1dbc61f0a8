"""Compute arXiv's announcement days, and the earliest announcement of a submission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_SATURDAY, _SUNDAY = 5, 6
_DAY = timedelta(days=1)
# Submissions before 14:00 US Eastern are announced at 20:00, those before Friday 14:00 on Sunday.
_DEADLINE = time(14)
_BEFORE_SUNDAY = timedelta(days=2)
# Evenings without an announcement: https://info.arxiv.org/help/availability.html, published yearly.
_PUBLISHED = {
    2026: frozenset(
        {(1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31)}
    ),
}
_MONDAY, _THURSDAY = 0, 3


@cache
def eastern() -> ZoneInfo:
    """Return arXiv's time zone, which has daylight saving time."""
    return ZoneInfo("America/New_York")


def eastern_day(moment: datetime) -> date:
    """Return the calendar day in arXiv's zone."""
    return moment.astimezone(eastern()).date()


def announcement_day(now: datetime) -> date:
    """Return the latest announcement day, as dated by arXiv's daily feeds.

    A day's feed appears at midnight US Eastern after the announcement at 20:00, Sunday to Thursday
    (https://info.arxiv.org/help/availability.html).
    """
    return latest_announcement(eastern_day(now))


def latest_announcement(day: date) -> date:
    """Return the last announcement day up to and including a day."""
    while not announced_on(day):
        day -= _DAY
    return day


def next_announcement(day: date) -> date:
    """Return the first announcement day after a day."""
    return next(announcements(day, date.max))


def announcements(after: date, last: date) -> Iterator[date]:
    """Yield the announcement days after one day, up to and including another."""
    day = after + _DAY
    while day <= last:
        if announced_on(day):
            yield day
        day += _DAY


def announced_on(day: date) -> bool:
    """Return whether a day is an announcement day."""
    evening = day - _DAY
    return day.weekday() < _SATURDAY and (evening.month, evening.day) not in _holidays(evening.year)


def first_announcement(submitted: datetime) -> date:
    """Return the earliest announcement day of a paper submitted at a time.

    A paper held in moderation is announced later.
    """
    local = submitted.astimezone(eastern())
    evening = local.date()
    while True:
        deadline = evening - _BEFORE_SUNDAY if evening.weekday() == _SUNDAY else evening
        if announced_on(evening + _DAY) and local < datetime.combine(
            deadline, _DEADLINE, local.tzinfo
        ):
            return evening + _DAY
        evening += _DAY


@cache
def _holidays(year: int) -> frozenset[tuple[int, int]]:
    """Return (month, day) of the holidays: as published, else federal holidays arXiv observes."""
    if year in _PUBLISHED:
        return _PUBLISHED[year]
    days = [
        *(_observed(date(year, *one)) for one in ((1, 1), (6, 19), (7, 4), (12, 25))),
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 11, _THURSDAY, 4),
        date(year, 1, 1),
        date(year, 12, 25),
        date(year, 12, 31),
    ]
    return frozenset((day.month, day.day) for day in days)


def _observed(holiday: date) -> date:
    return holiday + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(holiday.weekday(), timedelta())


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
