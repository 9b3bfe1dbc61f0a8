"""Turn the dates of mails, which arXiv's own files use too, into ISO 8601, UTC."""

from __future__ import annotations

import re
from datetime import date

from papertriage.sources._dates import utc_date

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Days that every year has: Feb 29 is left to the standard library.
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = {
    name: (f"{number:02}", days)
    for number, (name, days) in enumerate(zip(_NAMES, _DAYS, strict=True), 1)
}
_FIXED = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(0?[1-9]|[12]\d|3[01]) ([A-Z][a-z]{2}) ([12]\d{3})"
    r" ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d) GMT"
)
# "Mon, 2 Apr 2007 19:18:42 +0000 (UTC)" has 37 characters.
_LONGEST = 80


def mail_date(given: str, today: date) -> str | None:
    """Return "2007-04-02T19:18:42Z" of "Mon, 2 Apr 2007 19:18:42 GMT"; None if it is no such date.

    arXiv's fixed form is read by hand, 12 times as fast as by the standard library, which reads
    all others; the years that are no dates of papers are those of utc_date.
    """
    match = _FIXED.fullmatch(given)
    if match and match[2] in _MONTHS:
        month, days = _MONTHS[match[2]]
        day = f"{match[3]}-{month}-{match[1]:0>2}"
        # Today and what lies ahead of it are left to utc_date.
        if int(match[1]) <= days and day < today.isoformat():
            return f"{day}T{match[4]}Z"
    if len(given) > _LONGEST:
        return None
    from email.utils import parsedate_to_datetime

    try:
        text = parsedate_to_datetime(given).isoformat()
    # IndexError and TypeError: what the standard library raises for "(" or a lone number.
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return utc_date(text, today)
