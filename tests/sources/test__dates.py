from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.sources._dates import midnight, utc_date, utc_text

TODAY = date(2026, 3, 13)


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
