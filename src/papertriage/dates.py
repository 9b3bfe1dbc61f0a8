"""Convert external dates to ISO 8601 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_PART = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_YEAR_0 = re.compile(r" 0\d{3} ")
# A date further in the future would sort before all other papers for years.
_AHEAD = timedelta(days=2)
_FIRST_YEAR = 1000
# 2026-03-13T17:58:03.123456+05:30 has 32 characters.
_LONGEST = 40

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Without leap years: Feb 29 is left to the standard library.
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = {
    name: (f"{number:02}", days)
    for number, (name, days) in enumerate(zip(_NAMES, _DAYS, strict=True), 1)
}
_DAY = re.compile(r"(?:[A-Z][a-z]{2}, )?(0?[1-9]|[12][0-9]|3[01]) ([A-Z][a-z]{2}) ([12][0-9]{3})")
_TIME = re.compile(r" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] GMT")
_TIME_LENGTH = len(" 19:18:42 GMT")
# Not all of arXiv's 13,000 days.
_DAYS_AT_HAND = 1_000
# "Mon, 2 Apr 2007 19:18:42 +0000 (UTC)" has 37 characters.
_LONGEST_OF_MAIL = 80


def utc_text(moment: datetime) -> str:
    """Return "2026-03-13T00:00:00Z"; a time without zone is assumed to be UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day: date) -> str:
    """Return the start of a day in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def utc_date(given: str, today: date) -> str | None:
    """Return the first second of a year, month, day or time in UTC; None if it is not a date.

    Years before 1000 and dates more than two days ahead are rejected: feeds use 0000 and 9999 for
    unknown dates.
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
    # email.utils reads "Fri, 20 Nov 0000" as the year 2000; we reject it.
    if len(given) > _LONGEST or not given.isascii() or _YEAR_0.search(given):
        return None
    # httpx loads email anyway.
    from email.utils import parsedate_to_datetime

    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(given)
        # email.utils raises TypeError and IndexError for incomplete dates.
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


def mail_date(given: str, today: date) -> str | None:
    """Return "Mon, 2 Apr 2007 19:18:42 GMT" as "2007-04-02T19:18:42Z"; None if it is not a date.

    arXiv's fixed format is parsed here, 30 times faster than by the standard library, which parses
    all others. The limits are those of utc_date.
    """
    if len(given) > _LONGEST_OF_MAIL:
        return None
    time = given[-_TIME_LENGTH:]
    if _TIME.fullmatch(time) and (day := _mail_day(given[:-_TIME_LENGTH], today)):
        return f"{day}T{time[1:9]}Z"
    from email.utils import parsedate_to_datetime

    try:
        text = parsedate_to_datetime(given).isoformat()
    # The standard library raises IndexError and TypeError for "(" or a single number.
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return utc_date(text, today)


@lru_cache(maxsize=_DAYS_AT_HAND)
def _mail_day(given: str, today: date) -> str | None:
    match = _DAY.fullmatch(given)
    if not match or match[2] not in _MONTHS:
        return None
    month, days = _MONTHS[match[2]]
    day = f"{match[3]}-{month}-{match[1]:0>2}"
    # Today and later days are left to utc_date.
    return day if int(match[1]) <= days and day < today.isoformat() else None
