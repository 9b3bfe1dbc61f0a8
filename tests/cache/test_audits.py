from __future__ import annotations

import pytest

from builders import make_paper
from caches import lines, store_papers, titled
from papertriage.cache.audits import ReadingTally, decided_between, record_audit, was_audit
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, undo

DAY = ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")
AT = "2026-11-23T09:00:00.000000Z"


@pytest.fixture
def filled(connection):
    store_papers(connection, *titled("One", "Two", "Three", "Four"))
    return connection


def ids(*numbers):
    return [f"arxiv:2510.{number:05d}" for number in numbers]


def test_decisions_are_read_in_the_order_they_were_made_and_postponed_papers_wait(filled):
    new_line = lines().__next__
    for number, decision in ((3, "keep"), (1, "skip"), (2, "later")):
        decide(filled, ids(number), decision, at=AT, new_line=new_line)
    assert decided_between(filled, *DAY) == ReadingTally((True, False), 2, 0, 0)
    undo(filled, ids(3), at=AT, new_line=new_line)
    assert decided_between(filled, *DAY) == ReadingTally((False,), 3, 0, 0)


def test_only_papers_that_came_in_the_time_count(filled):
    assert decided_between(filled, *DAY).unread == 4
    assert decided_between(filled, DAY[1], "2026-11-25T00:00:00Z") == ReadingTally((), 0, 0, 0)


def test_audits_are_counted_apart_once_they_are_decided(filled):
    new_line = lines().__next__
    for paper in ids(1, 2, 3):
        record_audit(filled, paper, AT)
    decide(filled, ids(1), "keep", at=AT, new_line=new_line)
    decide(filled, ids(2, 4), "skip", at=AT, new_line=new_line)
    assert decided_between(filled, *DAY) == ReadingTally((False,), 1, 2, 1)
    assert [was_audit(filled, paper) for paper in ids(1, 4)] == [True, False]


def test_an_audit_is_recorded_once_and_leaves_the_journal_alone(filled):
    for _ in range(2):
        record_audit(filled, *ids(1), AT)
    assert filled.execute("SELECT count(*) FROM audits").fetchone()[0] == 1
    assert filled.execute("SELECT count(*) FROM journal").fetchone()[0] == 0


def test_an_audit_follows_its_paper_to_a_better_id(tmp_path):
    title = "Causal Cows at Dusk and Other Stories of the Field"
    with opened(tmp_path / "cache.db") as connection:
        first = make_paper(id="doi:10.1000/example.1", title=title, url=None, pdf_url=None)
        store_papers(connection, first)
        record_audit(connection, first.id, AT)
        store_papers(connection, make_paper(number=1, title=title))
        assert was_audit(connection, "arxiv:2510.00001")
