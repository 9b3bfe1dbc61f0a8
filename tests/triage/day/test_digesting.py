from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from builders import make_paper, make_pick, make_receipt
from caches import lines, store_papers
from papertriage import config
from papertriage.cache import picks
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.cache.receipts import write_receipt
from papertriage.errors import InputError
from papertriage.models import CachedPaper, Filters
from papertriage.models.digest import Digest
from papertriage.triage.day.digesting import (
    DigestRequest,
    budget,
    digest_of,
    digest_settings,
    written_digest,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WEEK = DigestRequest(TODAY - timedelta(days=6), TODAY, Filters())


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    with opened(home / "cache.db") as connection:
        yield connection


def came(connection: sqlite3.Connection, day: int, *scores: float, first: int = 0) -> list[str]:
    """Store a paper for each score of ood on a day in November, and return their ids."""
    papers = [
        make_paper(number=day * 100 + n, title=f"{day} {n} ood {score}")
        for n, score in enumerate(scores, start=first)
    ]
    store_papers(connection, *papers, now=f"2026-11-{day:02}T07:00:00Z")
    return [paper.id for paper in papers]


def keep_picks(connection: sqlite3.Connection, day: int, *papers: str, score: float) -> None:
    chosen = [(paper, make_pick(n, score, topic="ood")) for n, paper in enumerate(papers, start=1)]
    picks.record(connection, f"2026-11-{day:02}", chosen, at=f"2026-11-{day:02}T08:00:00Z")


def made(connection: sqlite3.Connection, wanted: DigestRequest, now: datetime = NOW) -> Digest:
    digest, warning = digest_of(connection, wanted, now)
    assert warning is None
    return digest


def ids(papers: tuple[CachedPaper, ...]) -> list[str]:
    return [one.paper.id for one in papers]


def test_the_picks_of_a_week_are_those_of_its_days_and_new_ones_of_today(
    connection: sqlite3.Connection,
) -> None:
    old, before = came(connection, 18, 0.9, 0.8), came(connection, 10, 0.99)
    keep_picks(connection, 18, *old, score=0.9)
    keep_picks(connection, 10, *before, score=0.99)
    fresh = came(connection, 23, 0.95)
    digest = made(connection, WEEK)
    assert sorted(ids(digest.picks)) == sorted([*fresh, *old])
    assert [one.pick.rank for one in digest.picks if one.pick] == [1, 2, 3]
    assert (digest.first, digest.day, digest.asked) == ("2026-11-17", "2026-11-23", ("--weekly",))


def test_a_week_has_room_for_two_days_and_takes_the_best_by_score(
    connection: sqlite3.Connection,
) -> None:
    config.change("picks.limit", "2")
    for day, score in ((18, 0.7), (19, 0.9), (20, 0.8)):
        keep_picks(connection, day, *came(connection, day, score, score), score=score)
    digest = made(connection, WEEK)
    assert [one.pick.score for one in digest.picks if one.pick] == [0.9, 0.9, 0.8, 0.8]
    assert [budget(WEEK), budget(DigestRequest(TODAY, TODAY, Filters()))] == [4, 2]
    assert len(made(connection, DigestRequest(WEEK.first, TODAY, Filters(), limit=1)).picks) == 1
    assert len(made(connection, DigestRequest(WEEK.first, TODAY, Filters(), limit=0)).picks) == 6


def test_who_reads_once_a_week_gets_the_whole_room_from_what_waits(
    connection: sqlite3.Connection,
) -> None:
    config.change("picks.limit", "2")
    came(connection, 19, 0.9, 0.8, 0.7, 0.65, 0.6)
    assert len(made(connection, WEEK).picks) == 4
    assert made(connection, WEEK) == made(connection, WEEK)
    assert len(made(connection, DigestRequest(TODAY, TODAY, Filters())).picks) == 2


def test_a_paper_that_was_picked_twice_stands_once(connection: sqlite3.Connection) -> None:
    (paper,) = came(connection, 18, 0.9)
    keep_picks(connection, 18, paper, score=0.9)
    keep_picks(connection, 20, paper, score=0.6)
    digest = made(connection, WEEK)
    assert [(one.paper.id, one.pick and one.pick.score) for one in digest.picks] == [(paper, 0.6)]


def test_what_was_skipped_leaves_the_week_and_what_was_kept_stays(
    connection: sqlite3.Connection,
) -> None:
    kept, skipped = came(connection, 18, 0.9, 0.8)
    keep_picks(connection, 18, kept, skipped, score=0.9)
    new_line = lines().__next__
    decide(connection, [kept], "keep", at="2026-11-19T09:00:00.000000Z", new_line=new_line)
    decide(connection, [skipped], "skip", at="2026-11-19T09:00:01.000000Z", new_line=new_line)
    digest = made(connection, WEEK)
    assert ids(digest.picks) == [kept]
    assert digest.picks[0].decision is None


def test_a_label_changes_no_byte_of_a_digest(connection: sqlite3.Connection) -> None:
    (paper,) = came(connection, 23, 0.9)
    before = made(connection, WEEK)
    at = "2026-11-23T09:30:00Z"
    connection.execute("INSERT INTO labels VALUES (?, 'ood', 1, ?)", (paper, at))
    assert made(connection, WEEK) == before


def test_a_past_week_picks_nothing_new(connection: sqlite3.Connection) -> None:
    old = came(connection, 18, 0.9, 0.8)
    keep_picks(connection, 18, old[0], score=0.9)
    wanted = DigestRequest(date(2026, 11, 14), date(2026, 11, 20), Filters())
    assert ids(made(connection, wanted).picks) == old[:1]
    assert picks.picked(connection, "2026-11-20", Filters()) == []


def test_what_else_was_new_is_counted_by_topic_and_day_with_the_best_titles(
    connection: sqlite3.Connection,
) -> None:
    came(connection, 21, 0.9, 0.8, 0.3)
    came(connection, 23, 0.95, 0.7, 0.65, 0.6, 0.55)
    digest = made(connection, DigestRequest(TODAY, TODAY, Filters(), limit=1))
    assert (digest.new, digest.waiting) == (5, 4)
    (ood,) = [topic for topic in digest.topics if topic.topic == "ood"]
    assert (ood.new, ood.more, ood.counts) == (5, 4, (0, 0, 0, 0, 2, 0, 5))
    assert [one.score for one in ood.best] == [0.7, 0.65, 0.6]
    assert [topic.new for topic in digest.topics] == [0, 0, 5]


def test_a_title_stands_under_one_topic_alone(connection: sqlite3.Connection) -> None:
    both = make_paper(number=1, title="ood 0.9 causality 0.8")
    store_papers(connection, both, now="2026-11-22T07:00:00Z")
    digest = made(connection, DigestRequest(date(2026, 11, 22), date(2026, 11, 22), Filters()))
    assert [one.id for topic in digest.topics for one in topic.best] == [both.id]


def test_topics_and_the_other_filters_hold_for_all_of_it(connection: sqlite3.Connection) -> None:
    came(connection, 23, 0.9)
    only = DigestRequest(TODAY, TODAY, Filters(topics=("ood",), authors=("nobody",)))
    digest = made(connection, only)
    assert (digest.new, digest.waiting, digest.picks) == (0, 0, ())
    assert [topic.topic for topic in digest.topics] == ["ood"]
    assert digest.asked == ("--topic ood", "--author nobody")
    with pytest.raises(InputError, match="no topic 'x'"):
        made(connection, DigestRequest(TODAY, TODAY, Filters(topics=("x",))))


def test_trending_knows_no_past_day(connection: sqlite3.Connection) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(InputError, match="--trending cannot be used for a past day"):
        made(connection, DigestRequest(yesterday, yesterday, Filters(), trending=True))
    digest = made(connection, DigestRequest(WEEK.first, TODAY, Filters(), trending=True))
    assert digest.asked == ("--weekly", "--trending")


def test_what_is_asked_for_is_named_as_options() -> None:
    wanted = DigestRequest(date(2026, 11, 21), TODAY, Filters(topics=("b", "a")), 5, again=True)
    assert wanted.words() == ("--since 2d", "--topic a", "--topic b", "--limit 5", "--again")


def test_the_same_day_gives_the_same_digest_at_any_hour(connection: sqlite3.Connection) -> None:
    came(connection, 23, 0.9)
    write_receipt(connection, make_receipt(at="2026-11-23T07:00:00Z"))
    late = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    for wanted in (WEEK, DigestRequest(TODAY, TODAY, Filters())):
        texts = []
        for now in (NOW, late):
            digest = made(connection, wanted, now)
            text, warning = written_digest(connection, digest, "atom", wanted, now)
            assert warning is None
            texts.append(text)
        assert texts[0] == texts[1]


def test_the_settings_behind_a_digest_are_those_that_shape_it() -> None:
    assert digest_settings(limited=True) == {"picks.limit": 10, "topics.off": []}
    assert digest_settings(limited=False) == {"topics.off": []}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        # Clocks go back: 25 hours. Clocks go forward: 23 hours.
        (date(2026, 10, 25), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (date(2026, 3, 29), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ],
)
def test_a_day_of_23_or_25_hours_holds_all_that_came_in_it(
    connection: sqlite3.Connection, day: date, begin: str, end: str
) -> None:
    last = (datetime.fromisoformat(end) - timedelta(seconds=1)).isoformat()[:19] + "Z"
    before = (datetime.fromisoformat(begin) - timedelta(seconds=1)).isoformat()[:19] + "Z"
    for number, moment in enumerate((before, begin, last, end), start=1):
        paper = make_paper(number=number, title=f"{number} ood 0.9")
        store_papers(connection, paper, now=moment)
    week = DigestRequest(day - timedelta(days=3), day + timedelta(days=3), Filters())
    (ood,) = [topic for topic in made(connection, week).topics if topic.topic == "ood"]
    assert ood.counts == (0, 0, 1, 2, 1, 0, 0)
    assert made(connection, DigestRequest(day, day, Filters())).new == 2
