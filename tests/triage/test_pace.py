from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from papertriage.triage.pace import DEFAULT_PACE, PAUSE_S, Budget, ReadingPace, pace_of

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def times(*gaps: float) -> list[str]:
    moments = [START]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    return [moment.isoformat() for moment in moments]


def test_without_a_past_the_pace_is_a_guess() -> None:
    assert pace_of([]) == ReadingPace(DEFAULT_PACE, 0)
    assert pace_of(times(*[5.0] * 4)) == ReadingPace(DEFAULT_PACE, 0)


def test_the_pace_is_that_of_the_sittings_without_pauses_and_scripts() -> None:
    sitting = [5.0] * 30
    assert pace_of(times(*sitting, 50_000, *sitting, *[0.000001] * 500)) == ReadingPace(12.0, 60)


@pytest.mark.parametrize(("minutes", "papers"), [(20, 80), (0.1, 1)])
def test_a_budget_holds_as_many_papers_as_its_minutes(minutes: float, papers: int) -> None:
    assert Budget(minutes, ReadingPace(4.0, 0)).papers == papers


def test_a_pause_uses_five_minutes_of_a_budget_at_most() -> None:
    budget = Budget(6, ReadingPace(4.0, 0))
    budget.spend(3_600)
    assert budget.used == PAUSE_S
    assert not budget.spent
    budget.spend(60)
    assert budget.spent


def test_the_plan_says_what_fits_and_how_that_is_known() -> None:
    assert Budget(20, ReadingPace(4.0, 0)).plan(800) == (
        "80 of 800 papers in 20 minutes: 4.0 papers a minute, a guess until your own pace is known"
    )
    assert (
        Budget(20, ReadingPace(4.0, 0))
        .plan(800, or_more=True)
        .startswith("80 of at least 800 papers")
    )
    assert "your pace over 63 decisions" in Budget(2.5, ReadingPace(6.2, 63)).plan(9)
