"""Tell the time, and read the dates that people type."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time, timedelta

from papertriage.errors import ConfigurationError, InputError

_AGO = r"(\d{1,5})\s*([dwmy])"
_FIRST, _LAST = date(1000, 1, 1), date(9998, 12, 31)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def now() -> datetime:
    """Return the current time in UTC; PAPERTRIAGE_NOW (ISO 8601 with a zone) overrides it."""
    fixed = os.environ.get("PAPERTRIAGE_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        msg = f"PAPERTRIAGE_NOW is {fixed!r}: it must be a time such as 2026-11-23T08:00:00Z"
        raise ConfigurationError(msg)
    return moment.astimezone(UTC)


def stamp(moment: datetime) -> str:
    """Return "2026-11-23T08:00:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fine_stamp(moment: datetime) -> str:
    """Return "2026-11-23T08:00:00.000000Z": sorts by time even within a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_day(moment: datetime) -> date:
    """Return the calendar day in the reader's time zone (TZ, else the system's)."""
    return moment.astimezone().date()


def midnight(day: date) -> datetime:
    """Return the time at which a day begins for the reader; a day may last 23 or 25 hours."""
    return datetime.combine(day, time.min).astimezone(UTC)


def day_of(text: str, today: date) -> date:
    """Read "2026-11-20", "2d", "3w", "today" or "yesterday"; raises InputError."""
    word = text.strip().lower()
    ago = re.fullmatch(_AGO, word, re.IGNORECASE)
    try:
        if word in {"today", "yesterday"}:
            day = today - timedelta(days=word == "yesterday")
        elif ago:
            day = today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        else:
            day = date.fromisoformat(word)
    except (ValueError, OverflowError):
        day = date.min
    # At either end of the calendar, midnight cannot be represented in every time zone.
    if not _FIRST <= day <= _LAST:
        msg = f"{text!r} is not a date: use one such as 2026-11-20, 2d, 3w, today or yesterday"
        raise InputError(msg)
    return day


def latest(moment: datetime) -> str:
    """Return the latest time that is plausible for what is stored by now: a day later at most.

    The day allows for time zones.
    """
    return stamp(moment + timedelta(days=1))


def latest_day(moment: datetime) -> str:
    """Return the latest day that a source may plausibly give by now: dates may be days ahead."""
    return (moment + timedelta(days=3)).astimezone(UTC).date().isoformat()


def from_epoch(seconds: float) -> datetime:
    """Return the time so many seconds after 1970, UTC."""
    return datetime.fromtimestamp(seconds, UTC)
