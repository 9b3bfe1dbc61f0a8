from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import lines, named_paper, store_papers
from papertriage.cache.audits import ReadingTally, record_audit
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.ranking.stopping import audit_bound
from papertriage.triage.day.missing import missed_bound, missed_line

LAST = date(2026, 11, 23)
FIRST = date(2026, 11, 17)
AT = "2026-11-23T09:00:00.000000Z"


@pytest.fixture
def week(tmp_path):
    """Return a cache with 200 papers of a week, their ids, and what decides some in order."""
    names = [f"title:{number:03}" for number in range(200)]
    new_line = lines().__next__
    with opened(tmp_path / "cache.db") as connection:
        store_papers(connection, *map(named_paper, names))

        def say(kept, skipped, start=0):
            middle = start + kept
            decide(connection, names[start:middle], "keep", at=AT, new_line=new_line)
            decide(connection, names[middle : middle + skipped], "skip", at=AT, new_line=new_line)

        yield connection, names, say


def test_a_few_picks_of_many_papers_tell_too_little(week):
    connection, _, say = week
    say(6, 4)
    assert missed_line(connection, FIRST, LAST) == (
        "Too little is known to say what was missed this week: 10 of 200 papers read."
    )


def test_a_long_end_without_anything_to_keep_is_a_bound(week):
    connection, _, say = week
    say(6, 120)
    assert missed_line(connection, FIRST, LAST) == (
        "At most 3 missed this week, 90%: 126 of 200 papers read, 6 kept."
    )


def test_who_only_keeps_has_said_nothing_of_the_others(week):
    connection, _, say = week
    say(60, 0)
    assert missed_line(connection, FIRST, LAST).startswith("Too little is known")


def test_when_all_is_read_nothing_is_missed(week):
    connection, _, say = week
    say(6, 194)
    line = "all 200 papers were read."
    assert missed_line(connection, FIRST, LAST) == f"Nothing missed this week: {line}"
    assert missed_line(connection, LAST, LAST) == f"Nothing missed on 2026-11-23: {line}"


def test_days_without_papers_have_no_line(week):
    assert missed_line(week[0], date(2026, 11, 1), date(2026, 11, 9)) is None


def test_audits_bound_where_the_order_tells_nothing(week):
    connection, names, say = week
    say(30, 0)
    for name in names[100:170]:
        record_audit(connection, name, AT)
    say(1, 69, start=100)
    assert missed_line(connection, FIRST, date(2026, 11, 24)) == (
        f"At most {audit_bound(1, 70, 100, 0.95)} missed in 8 days, 90%:"
        " 100 of 200 papers read, 31 kept, 70 audits."
    )


@given(
    st.lists(st.booleans(), max_size=40),
    st.integers(0, 60),
    st.integers(0, 20).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
)
def test_the_better_bound_lies_between_none_and_all_that_waits(ranked, unread, audited):
    known = missed_bound(ReadingTally(tuple(ranked), unread, *audited))
    assert 0 <= known.missed_at_most <= unread
    assert known.found == sum(ranked) + audited[1]
