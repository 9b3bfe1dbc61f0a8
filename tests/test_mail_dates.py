from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.dates import mail_date

TODAY = date(2026, 11, 23)


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
    assert mail_date(given_text, TODAY) == expected


@given(st.datetimes(datetime(1000, 1, 1), datetime(2026, 11, 25)))  # noqa: DTZ001 - UTC is added
def test_every_date_is_read_as_the_standard_library_writes_it(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    found = mail_date(format_datetime(moment, usegmt=True), TODAY)
    assert found == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.text(alphabet="Mon, 2Apr207:() +-GMT"))
def test_any_text_is_a_date_or_none(text):
    assert mail_date(text, TODAY) is None or "T" in mail_date(text, TODAY)
