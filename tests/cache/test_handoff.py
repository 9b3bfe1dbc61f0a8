from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from builders import make_paper, make_score
from caches import TOPICS, lines, named_paper, store_papers, titled
from papertriage.cache import handoff
from papertriage.cache.connection import opened
from papertriage.cache.handoff import HandoffRequest
from papertriage.cache.identity import names_of
from papertriage.cache.journal import decide, undo
from papertriage.cache.papers import store
from papertriage.cache.scoring import Scoring
from papertriage.cache.splitting import split_paper
from papertriage.cache.topics import put_tags, write_topics
from papertriage.errors import InputError
from papertriage.models import Filters, Sighting
from query_plans import plan

NOW = "2026-11-23T08:00:00Z"
LATER = "2026-11-24T08:00:00Z"


def given(connection: sqlite3.Connection, *, changed: bool = False, **filters) -> list[str]:
    """Take a batch and acknowledge it; return its papers."""
    batch = handoff.next_batch(connection, "desk", HandoffRequest(Filters(**filters), changed), NOW)
    if batch is None:
        return []
    papers = handoff.papers_in(connection, batch)
    assert handoff.acknowledge(connection, "desk", None, NOW) == batch
    return papers


def numbers(papers: list[str]) -> str:
    return " ".join(paper[-1] for paper in papers)


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    store_papers(connection, *titled("ood 0.9 a", "ood 0.1 b", "causality 0.8 c"))
    return connection


def test_a_batch_stays_the_same_until_it_is_acknowledged(filled: sqlite3.Connection) -> None:
    first = handoff.next_batch(filled, "desk", HandoffRequest(Filters(limit=2)), NOW)
    store_papers(filled, make_paper(number=4, title="ood 0.9 d"), now=LATER)
    assert first == (1, "desk", NOW, 2)
    assert (
        handoff.next_batch(filled, "desk", HandoffRequest(Filters(topics=("ood",))), LATER) == first
    )
    assert numbers(handoff.papers_in(filled, first)) == "1 2"
    assert handoff.acknowledge(filled, "desk", 1, LATER) == first
    assert handoff.acknowledge(filled, "desk", 1, LATER) is None
    assert handoff.acknowledge(filled, "desk", None, LATER) is None
    assert numbers(given(filled)) == "3 4"
    assert given(filled) == []


def test_consumers_know_nothing_of_each_other(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled)) == "1 2 3"
    other = handoff.next_batch(filled, "shelf", HandoffRequest(Filters()), NOW)
    assert other is not None
    assert numbers(handoff.papers_in(filled, other)) == "1 2 3"
    with pytest.raises(InputError, match="desk was not given batch 2"):
        handoff.acknowledge(filled, "desk", 2, NOW)
    with pytest.raises(InputError, match=r"unknown consumer 'x': choose from desk, sh"):
        handoff.acknowledge(filled, "x", None, NOW)


def test_papers_come_by_when_they_came_and_not_by_their_dates(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled, since="2025-10-01")) == "1 2 3"
    old = make_paper(number=4, title="Old", announced="1999-01-01", published=None)
    store_papers(filled, old, now=LATER)
    assert given(filled, since="2025-10-01") == []
    assert numbers(given(filled)) == "4"


def test_a_smaller_batch_is_not_another_question(filled: sqlite3.Connection) -> None:
    assert [numbers(given(filled, limit=1)) for _ in range(4)] == ["1", "2", "3", ""]


def test_a_tag_that_comes_later_makes_a_paper_new(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled, topics=("ood",))) == "1"
    write_topics(filled, [(name, 0.5, "other") for name in TOPICS])
    put_tags(filled, {"ood": "other"}, [(n, 0.0, make_score("ood", 0.9)) for n in (1, 2, 3)], 3)
    assert numbers(given(filled, topics=("ood",))) == "2 3"
    assert given(filled, topics=("ood",)) == []


def test_a_batch_that_ends_within_retagged_papers_loses_none(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled, topics=("ood",))) == "1"
    write_topics(filled, [(name, 0.5, "other") for name in TOPICS])
    put_tags(filled, {"ood": "other"}, [(n, 0.0, make_score("ood", 0.9)) for n in (1, 2, 3)], 3)
    store_papers(filled, make_paper(number=4, title="ood 0.9 d"), now=LATER)
    limited = [numbers(given(filled, topics=("ood",), limit=1)) for _ in range(4)]
    assert limited == ["2", "3", "4", ""]


def test_other_filters_look_at_everything_again(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled, topics=("ood",))) == "1"
    assert numbers(given(filled, topics=("causality",))) == "3"
    assert given(filled, topics=("ood",)) == []
    assert numbers(given(filled)) == "2"


def test_decisions_make_papers_new(filled: sqlite3.Connection) -> None:
    new_line = lines().__next__
    assert given(filled, decision="keep") == []
    ids = [paper.id for paper in titled("a", "b", "c")]
    decide(filled, ids[1:2], "keep", at=NOW, new_line=new_line)
    assert numbers(given(filled, decision="keep")) == "2"
    decide(filled, ids[2:], "later", at=NOW, new_line=new_line)
    assert given(filled, decision="keep") == []
    decide(filled, ids[2:], "keep", at=LATER, new_line=new_line)
    assert numbers(given(filled, decision="keep")) == "3"
    decide(filled, ids[:1], "skip", at=NOW, new_line=new_line)
    assert given(filled, decision="none") == []
    undo(filled, ids[:1], at=LATER, new_line=new_line)
    assert numbers(given(filled, decision="none")) == "1"


def test_a_category_or_a_source_that_comes_later_makes_a_paper_new(
    filled: sqlite3.Connection,
) -> None:
    assert given(filled, categories=("math",)) == []
    moved = make_paper(number=2, title="ood 0.1 b", version=3, categories=("math.ST",))
    # On the same day in the same feed: no sighting and no tag is new.
    store_papers(filled, moved, now=NOW)
    assert numbers(given(filled, categories=("math",))) == "2"
    assert given(filled, sources=("page",)) == []
    seen = Sighting(titled("ood 0.9 a")[0], "page", "other", "2026-11-24")
    store(
        filled,
        [seen],
        scoring=Scoring(lambda papers: [()] * len(papers), lambda *_: 0.0),
        now=LATER,
    )
    assert numbers(given(filled, sources=("page",))) == "1"


def test_a_paper_that_takes_another_id_is_not_new(connection: sqlite3.Connection) -> None:
    title = "A Long Title that Names One Work"
    untold = {"authors": (), "published": None, "announced": None, "categories": ()}
    page = named_paper("title:1", title=title, **untold)
    store_papers(connection, page)
    assert given(connection) == [names_of(page)[0]]
    store_papers(connection, named_paper("arxiv:2510.00001", title=title), now=LATER, feed="cs.LG")
    held = connection.execute("SELECT id FROM papers").fetchall()
    assert [row["id"] for row in held] == ["arxiv:2510.00001"]
    assert given(connection) == []
    split_paper(connection, "arxiv:2510.00001", LATER)
    assert given(connection) == ["arxiv:2510.00001"]


def test_a_paper_that_really_changed_comes_again_when_asked(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled)) == "1 2 3"
    paper = titled("ood 0.9 a")[0]
    newer = paper._replace(version=3, abstract="Quite another abstract, in other words.")
    store_papers(filled, newer, now=NOW)
    assert given(filled) == []
    assert numbers(given(filled, changed=True)) == "1"
    assert given(filled, changed=True) == []
    store_papers(filled, newer._replace(version=4, comment="13 pages"), now=LATER)
    assert given(filled, changed=True) == []


def test_a_forgotten_consumer_begins_anew_with_a_new_number(filled: sqlite3.Connection) -> None:
    assert numbers(given(filled)) == "1 2 3"
    handoff.forget_consumer(filled, "desk")
    assert handoff.consumers(filled) == []
    batch = handoff.next_batch(filled, "desk", HandoffRequest(Filters()), NOW)
    assert batch is not None
    assert (batch.number, batch.papers) == (2, 3)


def test_consumers_are_listed_with_what_waits(filled: sqlite3.Connection) -> None:
    assert given(filled, limit=1) == ["arxiv:2510.00001"]
    batch = handoff.next_batch(filled, "desk", HandoffRequest(Filters(limit=1)), LATER)
    (found,) = handoff.consumers(filled)
    assert found == ("desk", NOW, 2, NOW, batch, 1)
    handoff.acknowledge(filled, "desk", None, LATER)
    given(filled, topics=("ood",))
    filled.execute("DELETE FROM topics")
    assert handoff.consumers(filled)[0].waiting is None


def test_two_processes_are_never_given_different_batches(home: Path) -> None:
    with opened(home / "cache.db") as connection:
        store_papers(connection, *titled(*(f"ood 0.9 {n}" for n in range(50))))
    found: list[tuple[int, tuple[str, ...]]] = []
    start = threading.Barrier(4)

    def take(limit: int) -> None:
        with opened(home / "cache.db") as connection:
            start.wait()
            batch = handoff.next_batch(
                connection, "desk", HandoffRequest(Filters(limit=limit)), NOW
            )
            assert batch is not None
            found.append((batch.number, tuple(handoff.papers_in(connection, batch))))

    threads = [threading.Thread(target=take, args=(limit,)) for limit in (5, 6, 7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_text_is_kept_once_and_not_for_a_batch_that_is_closed(filled: sqlite3.Connection) -> None:
    batch = handoff.next_batch(filled, "desk", HandoffRequest(Filters()), NOW)
    assert batch is not None
    assert handoff.write_text(filled, batch, "ids", ["a", "b"])
    assert handoff.write_text(filled, batch, "ids", ["later"])
    assert list(handoff.text_of(filled, batch, "ids")) == ["a", "b"]
    handoff.acknowledge(filled, "desk", None, NOW)
    assert not handoff.write_text(filled, batch, "ids", ["a"])
    assert list(handoff.text_of(filled, batch, "ids")) == []


def _plans(connection: sqlite3.Connection, read) -> str:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    read()
    connection.set_trace_callback(None)
    reads = [s for s in statements if s.startswith(("SELECT", "DELETE", "UPDATE"))]
    return "\n".join(line for s in reads for line in plan(connection, s))


@pytest.mark.parametrize(
    ("before", "wanted", "index"),
    [
        ({}, {}, "SEARCH papers USING INTEGER PRIMARY KEY (rowid>?)"),
        ({"topics": ("ood",)}, {"topics": ("ood",)}, "SEARCH touched USING INTEGER PRIMARY KEY"),
        ({}, {"topics": ("ood",)}, "SEARCH tags USING INDEX tags_by_merit (topic=?)"),
        ({}, {"since": "2026-11-01"}, "SEARCH papers USING INDEX papers_by_day (day>?)"),
    ],
)
def test_a_batch_is_found_by_an_index(filled: sqlite3.Connection, before, wanted, index) -> None:
    given(filled, **before)
    store_papers(filled, make_paper(number=4, title="ood 0.9 d"), now=LATER)
    steps = _plans(filled, lambda: given(filled, **wanted))
    assert index in steps
    assert "papers USING INTEGER PRIMARY KEY (rowid<?)" not in steps
    assert "h USING PRIMARY KEY (consumer=? AND paper=?)" in steps
    assert "n USING INDEX other_names_by_paper (paper=?)" in steps
    small = ("consumers", "sqlite_sequence", "topics", "CONSTANT", "(subquery")
    scans = [line for line in steps.splitlines() if line.startswith("SCAN")]
    assert [line for line in scans if not any(name in line for name in small)] == []


def test_only_papers_that_a_consumer_is_past_are_remembered(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled("ood 0.9 a", "ood 0.9 b"))
    count = "SELECT count(*) FROM touched"
    assert connection.execute(count).fetchone()[0] == 0
    given(connection, limit=1)
    store_papers(connection, *titled("ood 0.9 a", "ood 0.9 b", "ood 0.9 c"), feed="other")
    rows = connection.execute("SELECT paper FROM touched").fetchall()
    assert [row["paper"] for row in rows] == [1]
    given(connection)
    assert connection.execute(count).fetchone()[0] == 0
