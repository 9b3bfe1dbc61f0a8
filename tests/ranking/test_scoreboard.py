from __future__ import annotations

import random
from dataclasses import astuple
from itertools import permutations
from statistics import mean

import pytest

from papertriage.ranking.scoreboard import by_chance, mean_of, measured, reliability, window
from scoreboards import FIRST, make_day


def test_a_day_is_measured_on_the_first_ten_of_its_papers():
    kept = [True, False, True, *[False] * 8, True]
    found = measured(kept)
    assert found.precision == 0.2
    assert found.recall == pytest.approx(2 / 3)
    assert found.average_precision == pytest.approx((1 + 2 / 3 + 3 / 12) / 3)


def test_of_fewer_than_ten_papers_all_are_the_first():
    assert astuple(measured([False, True])) == (0.5, 1.0, 0.5)


def test_a_day_without_a_keep_has_neither_recall_nor_average_precision():
    assert astuple(measured([False, False])) == (0.0, None, None)
    assert astuple(by_chance(5, 0)) == (0.0, None, None)


@pytest.mark.parametrize(("papers", "kept"), [(1, 1), (2, 1), (5, 2), (6, 5), (7, 7)])
def test_chance_is_what_all_orders_give_on_average(papers: int, kept: int):
    orders = [measured(order) for order in permutations([True] * kept + [False] * (papers - kept))]
    found = by_chance(papers, kept)
    assert found.precision == pytest.approx(mean(one.precision for one in orders))
    assert found.recall == pytest.approx(mean(one.recall or 0 for one in orders))
    average = mean(one.average_precision or 0 for one in orders)
    assert found.average_precision == pytest.approx(average)


def test_chance_finds_its_share_of_the_first_ten():
    chance = random.Random(0)  # noqa: S311 - shuffles, no secrets
    kept = [True] * 6 + [False] * 24
    drawn = [measured(chance.sample(kept, k=30)) for _ in range(4_000)]
    found = by_chance(30, 6)
    assert found.precision == pytest.approx(mean(one.precision for one in drawn), abs=0.01)
    assert found.recall == pytest.approx(mean(one.recall or 0 for one in drawn), abs=0.01)


def test_a_mean_has_an_interval_from_five_days_on():
    assert astuple(mean_of([0.5, None, 0.7, 0.1, 0.9])) == (pytest.approx(0.55), None, None, 4)
    numbers = [0.5, None, 0.7, 0.1, 0.9, 0.3]
    found = mean_of(numbers)
    assert (found.value, found.days) == (pytest.approx(0.5), 5)
    assert 0.1 < (found.low or 0) < 0.4
    assert 0.6 < (found.high or 0) < 0.9
    assert mean_of(numbers) == found
    assert astuple(mean_of([None])) == (None, None, None, 0)


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    chance = random.Random(4)  # noqa: S311 - invented days, no secrets
    held = 0
    for _ in range(100):
        found = mean_of([chance.random() for _ in range(30)])
        held += (found.low or 0) <= 0.5 <= (found.high or 0)
    assert 88 <= held <= 100


def test_all_ways_are_averaged_over_the_days_on_which_there_was_a_model():
    days = [make_day(number, learned=number > 1) for number in range(8)]
    found = window("all", FIRST.isoformat(), days)
    assert (found.days, found.compared, found.alike) == (8, 6, 0)
    assert {way: means["precision"].days for way, means in found.ways.items()} == dict.fromkeys(
        ("interest", "topics", "keywords", "newest", "random"), 6
    )
    assert found.ways["interest"]["recall"].value == 1
    ahead = found.ahead["newest"]["average_precision"]
    theirs = found.ways["newest"]["average_precision"].value
    assert ahead.value == pytest.approx(1 - (theirs or 0))
    assert (ahead.low or 0) > 0


def test_a_lead_is_counted_where_an_order_can_lead():
    days = [make_day(number, papers=12 if number < 5 else 8) for number in range(9)]
    found = window("all", FIRST.isoformat(), days)
    assert found.alike == 4
    ahead = found.ahead["newest"]
    assert [ahead[one].days for one in ("precision", "recall", "average_precision")] == [5, 5, 9]
    assert found.ways["newest"]["precision"].days == 9


def test_without_a_model_the_simpler_ways_are_averaged_alone():
    found = window("all", FIRST.isoformat(), [make_day(papers=8, learned=False)])
    assert list(found.ways) == ["topics", "keywords", "newest", "random"]
    assert (found.ahead, found.compared, found.alike) == ({}, 1, 1)


def test_a_window_begins_at_its_first_day():
    days = [make_day(number) for number in range(8)]
    assert window("later", days[5].day, days).days == 3
    assert window("none", "2027-01-01", days).ways == {}


def test_reliability_compares_promised_and_real_keeps():
    found = reliability([(0.05, False), (0.9, True), (0.95, False), (1.0, True)])
    assert found is not None
    assert (found.papers, found.kept, found.expected) == (4, 2, pytest.approx(2.9))
    assert [(one.low, one.papers, one.kept) for one in found.bins] == [(0.0, 1, 0), (0.9, 3, 2)]
    assert found.error == pytest.approx((0.05 + 0.85) / 4)
    assert reliability([]) is None
