from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from caches import cache_of, lines, titled
from papertriage.cache import queue
from papertriage.cache.audits import was_audit
from papertriage.cache.journal import decide
from papertriage.cache.queue import passed_at
from papertriage.models import Filters
from papertriage.ranking import stopping
from papertriage.triage.sitting import beginning
from papertriage.triage.sitting.beginning import Sitting, begin

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TITLES = ("Apples", "Bears", "ood 0.9 Cows", "Doves", "Eels", "Foxes")
IDS = [paper.id for paper in titled(*TITLES)]
CATCH_UP = "2 of {} papers in 1 minute: 2.0 papers a minute, a guess"


@pytest.fixture
def connection(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        yield connection


@pytest.fixture
def few(monkeypatch):
    """Let a queue hold three papers."""
    monkeypatch.setattr(queue, "MOST", 3)


def begun(connection, *, minutes=None, chance=None, **filters) -> Sitting | None:
    return begin(
        connection,
        Filters(**filters),
        NOW,
        lambda: 0.0,
        again=False,
        uncertain=False,
        minutes=minutes,
        chance=chance,
    )


def test_a_queue_of_all_that_wait_is_not_spoken_of(connection) -> None:
    found = begun(connection)
    assert (found.plan, found.session.status()[0]) == ("", "1 of 6, 6 left")
    assert begun(connection, minutes=1).plan.startswith(CATCH_UP.format(6))
    assert begun(connection, until="2000-01-01") is None


@pytest.mark.usefixtures("few")
def test_a_queue_of_some_says_so_with_the_number_of_all_where_that_is_known(connection) -> None:
    said = "showing the best 3 of {} that wait: use --since or --topic to see others"
    found = begun(connection)
    assert (found.plan, found.session.status()[0]) == (said.format("6 papers"), "1 of 3, 3 left")
    assert found.session.paper.paper.title == TITLES[2]
    assert begun(connection, until="2030-01-01").plan == said.format("the papers")
    assert begun(connection, minutes=1).plan.startswith(CATCH_UP.format(6))
    assert begun(connection, minutes=1, until="2030-01-01").plan.startswith(
        CATCH_UP.format("at least 3")
    )


def test_what_was_not_looked_at_is_no_part_where_the_count_says_that_nothing_waits(
    connection, monkeypatch
) -> None:
    monkeypatch.setattr(queue, "_STEP", 2)
    monkeypatch.setattr(queue, "_ENOUGH", 2)
    new_line = lines().__next__
    decide(connection, IDS[:4], "skip", at="2026-11-24T08:00:00.000000Z", new_line=new_line)
    found = begun(connection)
    assert (found.plan, found.session.finish()) == ("", "nothing decided; 2 papers left")


@pytest.mark.usefixtures("few")
def test_a_catch_up_passes_over_all_that_wait_and_not_the_queue_alone(connection) -> None:
    session = begun(connection, minutes=1).session
    session.answer("keep")
    session.answer("skip")
    assert session.finish().startswith("kept 1, skipped 1; 4 other papers marked as not seen")
    assert sum(passed_at(connection, paper) is not None for paper in IDS) == 4
    assert begun(connection) is None


@pytest.mark.usefixtures("few")
def test_audits_are_drawn_among_all_that_wait_and_not_the_queue_alone(
    connection, monkeypatch
) -> None:
    monkeypatch.setattr(stopping, "_AUDIT_EVERY", 1)
    session = begun(connection, chance=Random(1)).session  # noqa: S311 - for choosing, not for secrets
    while session.paper:
        session.answer("skip")
    assert all(was_audit(connection, paper) for paper in IDS)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("most", "of_part"), [(2, True), (9, False)])
def test_advice_is_about_a_part_where_more_wait_than_are_ranked(
    connection, monkeypatch, most, of_part
) -> None:
    monkeypatch.setattr(queue, "MOST", 6)
    monkeypatch.setattr(beginning, "MOST_WAITING", most)
    assert begun(connection).order.of_part is of_part
