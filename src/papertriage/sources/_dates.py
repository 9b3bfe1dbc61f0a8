"""Turn dates from outside into ISO 8601, UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_PART = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_YEAR_0 = re.compile(r" 0\d{3} ")
# A date further ahead would stand before every real paper for ever.
_AHEAD = timedelta(days=2)
_FIRST_YEAR = 1000
# 2026-03-13T17:58:03.123456+05:30 has 32 characters.
_LONGEST = 40


def utc_text(moment: datetime) -> str:
    """Return "2026-03-13T00:00:00Z"; a time without zone is taken as UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day: date) -> str:
    """Return the start of a day, UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def utc_date(given: str, today: date) -> str | None:
    """Return a year, month, day or time as its first second in UTC; None if it is no such date.

    Years before 1000 and dates more than two days ahead are no dates of papers: a feed that
    says 0000 or 9999 means that it does not know.
    """
    given = given.strip()
    if len(given) > _LONGEST or not given.isascii():
        return None
    part = _PART.fullmatch(given)
    try:
        if part:
            moment = datetime(int(part[1]), int(part[2] or 1), 1, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(given)
            zone = moment.tzinfo or UTC
            moment = moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if moment.year < _FIRST_YEAR or moment.date() > today + _AHEAD:
        return None
    return utc_text(moment)


def feed_moment(given: str) -> datetime | None:
    """Return a feed's date, ISO 8601 or RFC 5322 ("Fri, 20 Nov 2026 00:00:00 -0500"), aware."""
    given = given.strip()
    # "Fri, 20 Nov 0000" is the year 2000 to email.utils, and no date to us.
    if len(given) > _LONGEST or not given.isascii() or _YEAR_0.search(given):
        return None
    # email is loaded by httpx anyhow.
    from email.utils import parsedate_to_datetime

    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(given)
        # TypeError and IndexError: what email.utils makes of half a date.
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def feed_date(given: str, today: date) -> str | None:
    """Return a feed's date as `utc_date` does."""
    moment = feed_moment(given)
    return utc_date(given if moment is None else moment.isoformat(), today)


def feed_day(given: str, zone: ZoneInfo, today: date) -> str | None:
    """Return the calendar day of a feed's date in a zone, under the rules of `utc_date`."""
    moment = feed_moment(given)
    if moment is None or utc_date(moment.isoformat(), today) is None:
        return None
    return moment.astimezone(zone).date().isoformat()
