"""Compute the local time at which arXiv's new papers are available."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from papertriage.errors import InputError
from papertriage.text import visible

_EASTERN = ZoneInfo("America/New_York")
_DAY = 24 * 60
# Papers are announced at 20:00 US Eastern, Sunday to Thursday, and the daily feeds appear at
# midnight (https://info.arxiv.org/help/availability.html); the API follows during the night.
_LATER = 2 * 60
_SOON = 6 * 60
_SPREAD = 30
"""Installations spread over so many minutes, so that they do not all fetch at once."""


def time_of_day(text: str) -> tuple[int, int]:
    """Read "07:30" as (7, 30); raises InputError."""
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    if match is None:
        msg = f"--daily {visible(text, 50)!r} is not a time of day: use one such as 07:30"
        raise InputError(msg)
    return int(match[1]), int(match[2])


def shown(at: tuple[int, int]) -> str:
    """Return (7, 30) as "07:30"."""
    return f"{at[0]:02}:{at[1]:02}"


def feed_times(now: datetime) -> list[tuple[int, int]]:
    """Return the local times at which the daily feeds appear in the coming year, earliest first.

    There are two or three if local clocks change on other days than New York's.
    """
    return [divmod(minutes % _DAY, 60) for minutes in _midnights(now)]


def default_time(now: datetime, seed: int) -> tuple[int, int]:
    """Return a local time of day when the papers are available all year; seed spreads it."""
    return divmod((_midnights(now)[-1] + _LATER + seed % _SPREAD) % _DAY, 60)


def too_early(at: tuple[int, int], now: datetime) -> str | None:
    """Return a warning if the feeds appear within six hours after the time, else None."""
    minutes = at[0] * 60 + at[1]
    feeds = [hour * 60 + minute for hour, minute in feed_times(now)]
    if not any(0 < (feed - minutes) % _DAY <= _SOON for feed in feeds):
        return None
    times = " or ".join(shown(feed) for feed in feed_times(now))
    return (
        f"arXiv's new papers appear at {times} local time, after {shown(at)}: each digest will"
        " show the previous day's"
    )


def _midnights(now: datetime) -> list[int]:
    """Return New York's midnights as local minutes of the day, on any day of the coming year.

    They are sorted, and those past midnight continue from 24:00.
    """
    first = now.astimezone(_EASTERN).date()
    found = sorted({_minutes(first + timedelta(days=n)) for n in range(366)})
    if found[-1] - found[0] > _DAY // 2:
        found = sorted(m + _DAY if m < _DAY // 2 else m for m in found)
    return found


def _minutes(day: date) -> int:
    there = datetime.combine(day, time.min, tzinfo=_EASTERN)
    # To the user's time zone: TZ, else the system's.
    here = there.astimezone()
    return here.hour * 60 + here.minute
