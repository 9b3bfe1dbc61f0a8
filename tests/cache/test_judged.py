from __future__ import annotations

import sqlite3
from datetime import date

from caches import store_papers, titled
from papertriage.cache.journal import undo
from papertriage.cache.judged import came_between, judged_between, shown_between
from papertriage.cache.listing import list_papers
from papertriage.models import Filters
from readers import Reader

DAY = ("2026-11-22T00:00:00.000000Z", "2026-11-23T00:00:00.000000Z")


def test_what_was_kept_and_skipped_within_a_time_is_read_newest_first(
    connection: sqlite3.Connection,
) -> None:
    reader = Reader(connection)
    shown = reader.day(date(2026, 11, 22))
    reader.day(date(2026, 11, 23))
    found = judged_between(connection, *DAY)
    assert {paper.id for paper in found} == set(shown)
    assert {paper.keep for paper in found} == {True, False}
    order = [one.paper.id for one in list_papers(connection, Filters()) if one.paper.id in shown]
    assert [paper.id for paper in found] == order
    assert judged_between(connection, DAY[1], DAY[1]) == []


def test_what_was_undone_or_postponed_is_not_judged(connection: sqlite3.Connection) -> None:
    reader = Reader(connection)
    first, second, *rest = reader.day(date(2026, 11, 22))
    later = "2026-11-24T08:00:00.000000Z"
    undo(connection, [first], at=later, new_line=reader.new_line)
    reader.said("later", second, at=later)
    assert {paper.id for paper in judged_between(connection, *DAY)} == set(rest)
    assert came_between(connection, *DAY) == (16, 6)


def test_a_decision_that_was_changed_is_of_the_day_of_its_change(
    connection: sqlite3.Connection,
) -> None:
    reader = Reader(connection)
    first, *rest = reader.day(date(2026, 11, 22))
    reader.said("keep", first, at="2026-11-23T08:00:00.000000Z")
    assert {paper.id for paper in judged_between(connection, *DAY)} == set(rest)
    (changed,) = judged_between(connection, DAY[1], "2026-11-24")
    assert (changed.id, changed.keep) == (first, True)


def test_the_tags_of_a_judged_paper_are_those_above_the_threshold(
    connection: sqlite3.Connection,
) -> None:
    papers = titled("ood 0.9 alignment 0.7 causality 0.2 A", "ood 0.1 B")
    store_papers(connection, *papers, now="2026-11-22T06:00:00Z")
    reader = Reader(connection)
    reader.said("keep", *(one.id for one in papers), at="2026-11-22T08:00:00.000000Z")
    found = {one.title: one.tags for one in judged_between(connection, *DAY)}
    assert [(topic, score) for topic, score, _ in sorted(found[papers[0].title])] == [
        ("alignment", 0.7),
        ("ood", 0.9),
    ]
    assert found["ood 0.1 B"] == ()


def test_a_paper_that_was_picked_on_two_days_is_shown_once(connection: sqlite3.Connection) -> None:
    reader = Reader(connection)
    shown = reader.day(date(2026, 11, 22))
    connection.execute(
        "INSERT INTO picks SELECT paper, '2026-11-23', rank, score, topic, reasons, at FROM picks"
    )
    kept = sum(paper.keep for paper in judged_between(connection, *DAY))
    reader.said(
        "later",
        next(p.id for p in judged_between(connection, *DAY) if not p.keep),
        at="2026-11-23T08:00:00.000000Z",
    )
    found = shown_between(connection, "2026-11-22", "2026-11-23")
    assert found == (12, kept, len(shown) - kept - 1)
    assert shown_between(connection, "2026-11-24", "2026-11-25") == (0, 0, 0)
