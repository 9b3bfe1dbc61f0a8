from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.dates import (
    feed_date,
    feed_day,
    mail_date,
    midnight,
    utc_date,
    utc_text,
)

TODAY = date(2026, 3, 13)
MAIL_DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12", "2026-03-12T00:00:00Z"),
        ("2026-03-12T17:58:03Z", "2026-03-12T17:58:03Z"),
        ("2026-03-12T01:00:00.123456+05:30", "2026-03-11T19:30:00Z"),
        ("2026-03-12 17:58", "2026-03-12T17:58:00Z"),
        ("2025", "2025-01-01T00:00:00Z"),
        (" 2025-07 ", "2025-07-01T00:00:00Z"),
        ("2026-03-15", "2026-03-15T00:00:00Z"),
        ("2026-03-16", None),
        ("9999-12-31T00:00:00Z", None),
        ("0000-00-00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0999", None),
        ("2025-13", None),
        ("٢٠٢٥", None),
        ("in press", None),
        ("1" * 100_000, None),
    ],
)
def test_a_date_from_outside_becomes_utc_or_nothing(text, expected):
    assert utc_date(text, TODAY) == expected


@given(st.text())
def test_any_text_is_a_date_or_none(text):
    found = utc_date(text, TODAY)
    assert found is None or utc_date(found, TODAY) == found


def test_a_time_in_a_zone_is_moved_to_utc_and_one_without_is_taken_as_utc():
    assert utc_text(datetime(2026, 3, 13, 1, tzinfo=timezone(timedelta(hours=2)))) == (
        "2026-03-12T23:00:00Z"
    )
    assert utc_text(datetime(2026, 3, 13, 1)) == "2026-03-13T01:00:00Z"  # noqa: DTZ001 - the point
    assert midnight(TODAY) == "2026-03-13T00:00:00Z"


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("given_", "expected", "day"),
    [
        ("Fri, 13 Mar 2026 00:00:00 -0400", "2026-03-13T04:00:00Z", "2026-03-13"),
        ("2026-03-13T03:30:00Z", "2026-03-13T03:30:00Z", "2026-03-12"),
        ("13 Mar 26 12:00 GMT", "2026-03-13T12:00:00Z", "2026-03-13"),
        ("2026-03", "2026-03-01T00:00:00Z", None),
        ("Fri, 13 Mar 0000 00:00:00 -0400", None, None),
        ("Fri, 31 Dec 9999 23:00:00 -0400", None, None),
        ("Mon, 01 Jan 0001 00:00:00 +1400", None, None),
        ("(", None, None),
        ("7", None, None),
        ("yesterday", None, None),
    ],
)
def test_a_feed_s_date_comes_in_two_spellings(given_, expected, day):
    assert feed_date(given_, TODAY) == expected
    assert feed_day(given_, NEW_YORK, TODAY) == day


@given(st.text(max_size=50) | st.text("0123456789 -+:JanFri,()GMT", max_size=40))
def test_any_text_is_a_feed_s_date_or_none(text):
    found = feed_date(text, TODAY)
    assert found is None or utc_date(found, TODAY) == found
    feed_day(text, NEW_YORK, TODAY)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Mon, 2 Apr 2007 19:18:42 GMT", "2007-04-02T19:18:42Z"),
        ("31 Dec 1999 23:59:59 GMT", "1999-12-31T23:59:59Z"),
        ("Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z"),
        ("Fri, 20 Nov 2026 00:00:12 -0500", "2026-11-20T05:00:12Z"),
        ("Mon, 23 Nov 2026 01:00:00 GMT", "2026-11-23T01:00:00Z"),
        ("Thu, 29 Feb 2023 00:00:00 GMT", None),
        ("Fri, 31 Apr 2020 00:00:00 GMT", None),
        ("Mon, 2 Apr 2007 24:18:42 GMT", None),
        ("Mon, 2 Foo 2007 19:18:42 GMT", None),
        ("Mon, 2 Apr 2107 19:18:42 GMT", None),
        ("yesterday", None),
        ("(", None),
        ("", None),
        ("1" * 100_000, None),
    ],
)
def test_a_mail_date_is_utc_or_none(given_text, expected):
    assert mail_date(given_text, MAIL_DAY) == expected


@given(st.datetimes(datetime(1000, 1, 1), datetime(2026, 11, 25)))  # noqa: DTZ001 - UTC is added
def test_every_date_is_read_as_the_standard_library_writes_it(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    found = mail_date(format_datetime(moment, usegmt=True), MAIL_DAY)
    assert found == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.text(alphabet="Mon, 2Apr207:() +-GMT"))
def test_any_text_is_a_mails_date_or_none(text):
    assert mail_date(text, MAIL_DAY) is None or "T" in mail_date(text, MAIL_DAY)
