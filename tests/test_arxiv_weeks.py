"""Weeks of an invented arXiv: no announced paper is lost, late, or new twice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from arxiv_reader import Life, Lived
from arxiv_weeks import as_process, inside, live, outage, table, without_waiting
from arxiv_world import DAY, eastern, make_world
from arxiv_world_server import Habits

AUTUMN = date(2026, 10, 26)
"""Six weeks from here hold the end of daylight saving and Thanksgiving."""
SPRING, YEAR_END, AUTUMN_2027 = date(2026, 2, 23), date(2026, 12, 14), date(2027, 11, 15)
ZONES = ("Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles")
HOURS = ("07:30", "01:00", "23:30")
SERVICES = ("api", "daily", "oai")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait for nothing, and put the clock and the zone back at the end."""
    for name in ("PAPERTRIAGE_NOW", "TZ"):
        monkeypatch.setenv(name, os.environ.get(name, "UTC"))
    with without_waiting():
        yield
    monkeypatch.undo()
    time.tzset()


def weeks(
    home: Path,
    life: Life,
    habits: Habits | None = None,
    *,
    seed: int = 1,
    ids: str = "announcement",
    process: bool = False,
) -> Lived:
    world = make_world(seed, life.begin, life.days, ids=ids)
    run = as_process(home) if process else inside
    return live(world, habits or Habits(), life, home, run)


def hold(found: Lived) -> None:
    """Hold what must be so in every world."""
    figures = table(found)
    assert (found.lost, found.late) == ([], []), figures
    said = [f"{day.at:%a %d %b %H:%M} {sorted(day.missing)}: {day.said}" for day in found.silent]
    assert said == [], figures
    low, high = found.new_bounds()
    assert low <= found.counted <= high, figures
    assert found.wrongly_picked == [], figures


def hold_each_morning(found: Lived) -> None:
    """Hold what must be so besides where all services work and the daily feed tells of all."""
    hold(found)
    counted = {day.at: day.new for day in found.mornings[1:]}
    right = {day.at: found.expected(n) for n, day in enumerate(found.mornings) if n}
    assert counted == right
    assert found.requests <= 5, table(found)


def test_three_weeks_of_mornings_bring_every_announced_paper_once(home: Path) -> None:
    found = weeks(home, Life(AUTUMN, 21, looks=True))
    hold_each_morning(found)
    picked = {one for day in found.mornings for one in day.picked}
    assert len(picked & set(found.firsts)) > 20


@pytest.mark.soak
def test_six_weeks_of_processes_bring_every_announced_paper_once(home: Path) -> None:
    hold_each_morning(weeks(home, Life(AUTUMN, 42), process=True))


@pytest.mark.soak
@pytest.mark.parametrize("at", HOURS)
@pytest.mark.parametrize("zone", ZONES)
def test_the_readers_zone_and_hour_do_not_matter(home: Path, zone: str, at: str) -> None:
    hold_each_morning(weeks(home, Life(AUTUMN, 14, zone, at, looks=True)))


@pytest.mark.soak
@pytest.mark.parametrize("at", ["20:15", "23:00"])
def test_an_evening_that_oai_shows_first_is_whole(home: Path, at: str) -> None:
    # At 20:15 nothing is shown of what has just been announced, at 23:00 by OAI-PMH alone.
    hold(weeks(home, Life(AUTUMN, 14, "America/New_York", at, looks=True)))


@pytest.mark.soak
@pytest.mark.parametrize("ids", ["announcement", "submission"])
@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("stamp", ["eastern", "utc"])
def test_the_datestamps_day_and_the_order_of_ids_do_not_matter(
    home: Path, stamp: str, shift: int, ids: str
) -> None:
    life = Life(AUTUMN, 14, "America/Los_Angeles", "23:30", looks=True)
    hold_each_morning(weeks(home, life, Habits(stamp, shift), seed=2, ids=ids))


@pytest.mark.soak
@pytest.mark.parametrize(
    ("begin", "zone"), list(zip([SPRING, YEAR_END, AUTUMN_2027], ZONES, strict=True))
)
def test_holidays_and_both_ends_of_daylight_saving_do_not_matter(
    home: Path, begin: date, zone: str
) -> None:
    hold_each_morning(weeks(home, Life(begin, 28, zone, looks=True), seed=3))


@pytest.mark.soak
@pytest.mark.parametrize(("shift", "ids"), [(0, "announcement"), (1, "submission")])
@pytest.mark.parametrize("length", [3, 20, 60])
def test_a_pause_loses_nothing(home: Path, length: int, shift: int, ids: str) -> None:
    life = Life(AUTUMN, length + 14, pauses=((9, length),), looks=True)
    found = weeks(home, life, Habits("utc", shift), seed=4, ids=ids)
    hold(found)
    assert found.requests <= 8, table(found)


@pytest.mark.soak
@pytest.mark.parametrize("word", ["status:503:0", "reset", "truncated"])
@pytest.mark.parametrize("service", ["all", *SERVICES])
def test_an_outage_is_told_and_made_up_for(home: Path, service: str, word: str) -> None:
    fault = outage(AUTUMN, 8, service=service, word=word)
    found = weeks(home, Life(AUTUMN, 15, looks=True), Habits(faults=(fault,)), seed=5)
    hold(found)
    during = [day for day in found.mornings if fault.since <= day.at < fault.until]
    assert during
    if service == "all":
        assert {day.exit_code for day in during} == {3}
    assert {day.exit_code for day in found.mornings[-4:]} == {0}


@pytest.mark.soak
@pytest.mark.parametrize("word", ["status:429", "status:406"])
@pytest.mark.parametrize("service", SERVICES)
def test_mornings_on_which_arxiv_asks_for_a_pause_are_made_up_for(
    home: Path, service: str, word: str
) -> None:
    faults = [outage(AUTUMN, day, hours=20, service=service, word=word) for day in (2, 8, 9, 12)]
    found = weeks(home, Life(AUTUMN, 18, looks=True), Habits(faults=tuple(faults)), seed=6)
    hold(found)


@pytest.mark.soak
@pytest.mark.parametrize("oai", [False, True])
@pytest.mark.parametrize("daily", [False, True])
@pytest.mark.parametrize("shift", [0, 1])
def test_a_stale_day_is_told_and_made_up_for(
    home: Path, shift: int, daily: bool, oai: bool
) -> None:
    evening = AUTUMN + 9 * DAY
    habits = Habits(
        shift=shift,
        stale_daily=frozenset({evening + DAY} if daily else ()),
        stale_oai=frozenset({evening} if oai else ()),
    )
    hold(weeks(home, Life(AUTUMN, 14, looks=True), habits, seed=7))


@pytest.mark.soak
def test_small_pages_and_a_feed_that_has_not_changed_are_whole(home: Path) -> None:
    habits = Habits(page_size=15, cdn=True)
    life = Life(AUTUMN, 14, pauses=((5, 5),), looks=True)
    hold(weeks(home, life, habits, seed=8))


@pytest.mark.soak
@pytest.mark.parametrize("names", [("cs", "stat.ML"), ("cs.*", "stat.ML"), ("hep-th",)])
def test_a_bare_archive_is_whole(home: Path, names: tuple[str, ...]) -> None:
    found = weeks(home, Life(AUTUMN, 14, categories=names, looks=True), seed=9)
    hold(found)
    assert found.requests <= 5, table(found)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 23))
def test_other_worlds_are_whole(home: Path, seed: int) -> None:
    faults = (
        outage(AUTUMN, 6 + seed, word="status:503:0"),
        outage(AUTUMN, 12 + seed, service=SERVICES[seed % 3], word="status:429"),
    )
    habits = Habits(("eastern", "utc")[seed % 2], seed % 3 % 2, faults=faults)
    life = Life(
        AUTUMN + seed * DAY, 42, ZONES[seed % 3], HOURS[seed // 2 % 3], ((20, 4),), looks=True
    )
    hold(weeks(home, life, habits, seed=seed))


def test_the_spans_hold_what_they_are_for() -> None:
    for begin, days in ((AUTUMN, 42), (SPRING, 28)):
        first, last = (eastern(day) for day in (begin, begin + days * DAY))
        assert (last - first) % DAY in {timedelta(hours=1), timedelta(hours=23)}
