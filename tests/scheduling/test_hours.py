from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from papertriage.errors import InputError
from papertriage.scheduling.hours import default_time, feed_times, time_of_day, too_early

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def moved(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield moved
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "feeds", "default"),
    [
        ("America/New_York", [(0, 0)], (2, 0)),
        ("UTC", [(4, 0), (5, 0)], (7, 0)),
        ("Europe/Berlin", [(5, 0), (6, 0)], (8, 0)),
        ("Asia/Tokyo", [(13, 0), (14, 0)], (16, 0)),
        ("Asia/Kolkata", [(9, 30), (10, 30)], (12, 30)),
        ("America/Los_Angeles", [(21, 0)], (23, 0)),
        ("Pacific/Honolulu", [(18, 0), (19, 0)], (21, 0)),
        # Midnight lies between the two.
        ("Etc/GMT+5", [(23, 0), (0, 0)], (2, 0)),
        ("Australia/Lord_Howe", [(14, 30), (15, 0), (16, 0)], (18, 0)),
    ],
)
def test_the_papers_are_there_before_the_default_all_year(
    zone: Callable[[str], None],
    name: str,
    feeds: list[tuple[int, int]],
    default: tuple[int, int],
) -> None:
    zone(name)
    assert feed_times(NOW) == feeds
    assert default_time(NOW, 0) == default
    assert default_time(NOW, 61) == (default[0], default[1] + 1)
    assert too_early(default, NOW) is None


def test_a_time_shortly_before_the_papers_is_told(zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    assert too_early((7, 30), NOW) is None
    assert too_early((6, 0), NOW) is None
    assert too_early((5, 30), NOW) == (
        "arXiv's new papers appear at 05:00 or 06:00 local time, after 05:30: each digest will show"
        " the previous day's"
    )
    zone("Asia/Tokyo")
    assert too_early((7, 30), NOW) is not None
    assert too_early((18, 0), NOW) is None


@pytest.mark.parametrize("text", ["7:30", "07:30", " 07:30 "])
def test_a_time_is_read(text: str) -> None:
    assert time_of_day(text) == (7, 30)


@pytest.mark.parametrize(
    "text", ["", "7", "24:00", "07:60", "7.30", "07:30\n* * * * * x", "\u0660\u0667:30"]
)
def test_what_is_no_time_is_one_line(text: str) -> None:
    with pytest.raises(InputError, match="is not a time of day"):
        time_of_day(text)
