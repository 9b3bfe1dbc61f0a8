from __future__ import annotations

import re
import sqlite3

import pytest

from builders import make_paper, make_pick
from caches import NOW, lines, named_paper, store_papers, titled
from papertriage.cache import eligible, filters, interest, listing, picks
from papertriage.cache.feeds import last_batch
from papertriage.cache.identity import Catalogue
from papertriage.cache.interest import InterestScore
from papertriage.cache.journal import decide
from papertriage.cache.listing import (
    current_ids,
    list_papers,
    papers_by_id,
    require_papers,
    search_papers,
)
from papertriage.errors import InputError
from papertriage.models import Filters, Learned, Sighting
from query_plans import plan


def test_a_paper_is_read_with_everything_known_of_it(connection: sqlite3.Connection) -> None:
    paper = make_paper(title="ood 0.9 causality 0.2")
    store_papers(connection, paper)
    decide(connection, [paper.id], "keep", at="2026-11-23T09:00:00Z", new_line=lines().__next__)
    connection.execute(
        "INSERT INTO labels VALUES (?, 'ood', 1, '2026'), (?, 'x', 0, '2026')", [paper.id] * 2
    )
    for day, rank in (("2026-11-22", 3), ("2026-11-23", 5)):
        picks.record(connection, day, [(paper.id, make_pick(rank))], at="2026-11-23T08:00:00Z")
    (held,) = list_papers(connection, Filters())
    assert held.paper == paper
    assert held.came == "2026-11-23T08:00:00Z"
    assert held.sources == ("test",)
    assert [(t.topic, t.score, t.tagged) for t in held.topics] == [
        ("causality", 0.2, False),
        ("ood", 0.9, True),
    ]
    assert held.decision == "keep"
    assert held.labels == {"ood": True, "x": False}
    assert held.pick == make_pick(5)
    assert list(search_papers(connection, "ood", Filters())) == [held]
    assert papers_by_id(connection, [paper.id]) == {paper.id: held}


def test_more_than_one_page_is_read_in_order(connection: sqlite3.Connection) -> None:
    papers = titled(*(f"title {n}" for n in range(450)))
    store_papers(connection, *papers)
    assert [held.paper.id for held in list_papers(connection, Filters())] == [p.id for p in papers]
    ids = [p.id for p in reversed(papers)]
    assert [held.paper.id for held in require_papers(connection, ids)] == ids


def test_the_newest_day_comes_first(connection: sqlite3.Connection) -> None:
    days = ["2026-01-02", "2026-03-01", None, "2025-12-31"]
    store_papers(
        connection,
        *(named_paper(str(n), announced=None, published=day) for n, day in enumerate(days)),
    )
    assert [held.paper.id for held in list_papers(connection, Filters())] == ["2", "1", "0", "3"]
    assert [held.paper.id for held in list_papers(connection, Filters(limit=2))] == ["2", "1"]


def test_a_paper_that_is_not_there_is_named(connection: sqlite3.Connection) -> None:
    (paper,) = titled("one")
    store_papers(connection, paper)
    assert list(papers_by_id(connection, ["x", paper.id])) == [paper.id]
    with pytest.raises(InputError, match=r"^x is not in the cache: `papertriage fetch` or"):
        require_papers(connection, [paper.id, "x"])


def plans(connection: sqlite3.Connection, read) -> str:
    """Return the query plans of every statement that a read runs."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    read()
    connection.set_trace_callback(None)
    selects = [s for s in statements if s.lstrip().startswith("SELECT") and "json_each" not in s]
    assert selects
    return "\n".join(line for s in selects for line in plan(connection, s))


(PAPER,) = titled("ood 0.9")
DAY = eligible.Day("2026-11-23", "2026-11-23T00:00:00Z")


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (lambda c: list(list_papers(c, Filters(limit=9))), "papers USING INDEX papers_by_day"),
        (
            lambda c: list(list_papers(c, Filters(since="2026-11-01"))),
            "USING INDEX papers_by_day (day>",
        ),
        (lambda c: list(list_papers(c, Filters(decision="none"))), "d USING PRIMARY KEY (paper=?"),
        (
            lambda c: list(list_papers(c, Filters(until="2026"))),
            "USING INDEX papers_by_day (day<?)",
        ),
        (
            lambda c: papers_by_id(c, ["arxiv:2510.00001"]),
            "papers USING INDEX sqlite_autoindex_papers_1 (id=?)",
        ),
        (
            lambda c: picks.candidates(c, DAY, Filters(limit=10), again=False),
            "tags USING INDEX tags_by_merit (topic=?)",
        ),
        (
            lambda c: picks.by_interest(c, DAY, Filters(limit=10), again=False),
            "i USING INDEX interests_by_merit (model=?)",
        ),
        (lambda c: picks.decided_ranks(c, DAY), "picks_by_day (day=?)"),
        (lambda c: picks.picked(c, "2026", Filters()), "picks_by_day (day=?)"),
        (lambda c: list(search_papers(c, "word", Filters())), "papers_index VIRTUAL TABLE INDEX"),
        (
            lambda c: list(search_papers(c, "a OR b", Filters(limit=9))),
            "titles_index VIRTUAL TABLE INDEX",
        ),
    ],
)
def test_reads_go_by_an_index(connection: sqlite3.Connection, read, index: str) -> None:
    store_papers(connection, *titled("ood 0.9"))
    steps = plans(connection, lambda: read(connection))
    assert index in steps
    assert (
        "USE TEMP B-TREE FOR ORDER BY" not in steps or "VIRTUAL TABLE" in steps or "(id=" in steps
    )
    scans = [line for line in steps.splitlines() if line.startswith("SCAN")]
    assert all("INDEX" in line or "topics" in line or "(subquery" in line for line in scans), steps


@pytest.mark.parametrize(
    "read",
    [
        lambda c: current_ids(c, [PAPER.id]),
        lambda c: decide(c, [PAPER.id], "keep", at=NOW, new_line=lines().__next__),
        lambda c: last_batch(c, "test", "2027-01-01"),
        lambda c: Catalogue(c, [PAPER]),
    ],
)
def test_no_name_is_looked_for_in_all_papers(connection: sqlite3.Connection, read) -> None:
    store_papers(connection, *titled("ood 0.9"))
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    read(connection)
    connection.set_trace_callback(None)
    asked = [one for one in statements if "papers" in one and one.lstrip()[:4] in {"SELE", "WITH"}]
    assert asked
    for one in asked:
        tables = r"SCAN (papers|other_names|title_hashes|sightings|names)\b"
        assert not [line for line in plan(connection, one) if re.match(tables, line)], one


def test_a_page_of_papers_costs_the_same_six_statements(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled(*(f"ood 0.9 {n}" for n in range(250))))
    counts = []
    for limit in (1, 200):
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        list(list_papers(connection, Filters(limit=limit)))
        connection.set_trace_callback(None)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_upvotes_are_those_of_the_last_sighting_that_counts_them(
    connection: sqlite3.Connection,
) -> None:
    (paper,) = titled("one")
    store_papers(connection, paper)
    rows = [("b", "2026-11-24", 4), ("a", "2026-11-25", None), ("c", "2026-11-20", 9)]
    for feed, day, upvotes in rows:
        sighting = Sighting(paper, "page", feed, day, upvotes=upvotes)
        connection.execute(
            "INSERT INTO sightings (paper, feed, day, source, upvotes) VALUES (1, ?, ?, ?, ?)",
            (sighting.feed, sighting.day, sighting.source, sighting.upvotes),
        )
    (held,) = list_papers(connection, Filters())
    assert held.upvotes == 4
    assert held.sources == ("page", "test")


@pytest.fixture
def valued(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a cache of papers 0 to 5, the newest first; 3 and 5 have upvotes and a score."""
    days = [f"2026-11-{20 - n}" for n in range(6)]
    papers = [
        named_paper(str(n), announced=day, published=None, title=f"Herons {n}")
        for n, day in enumerate(days)
    ]
    store_papers(connection, *papers)
    for paper, upvotes in (("3", 2), ("5", 7)):
        connection.execute(
            "UPDATE sightings SET upvotes = ? WHERE paper = (SELECT key FROM papers WHERE id = ?)",
            (upvotes, paper),
        )
    model = Learned(0, "hash", NOW, 2, 2, 4, 0.1)
    keys = dict(connection.execute("SELECT id, key FROM papers").fetchall())
    scored = [InterestScore(keys["3"], 0.2, 1.0, []), InterestScore(keys["5"], 0.9, 0.5, [])]
    interest.begin_model(connection, model, scored)
    return connection


@pytest.mark.parametrize("order", ["interest", "upvotes"])
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "530124"),
        ({"limit": 1}, "5"),
        ({"limit": 2}, "53"),
        ({"limit": 4}, "5301"),
        ({"until": "2026-11-18", "limit": 3}, "532"),
        ({"since": "2026-11-17"}, "3012"),
        ({"sources": ("nobody",)}, ""),
    ],
)
def test_what_has_no_value_to_order_by_follows_by_day(
    valued: sqlite3.Connection, order: str, filters: dict, expected: str
) -> None:
    found_ids = [held.paper.id for held in list_papers(valued, Filters(**filters), order)]
    assert "".join(found_ids) == expected


def test_a_search_among_few_papers_finds_them_however_many_others_match(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = [named_paper(f"n{n}", title=f"Herons in C++, part {n}") for n in range(40)]
    store_papers(connection, named_paper("old", title="Herons in C++"), *newer)
    at = "2026-11-23T09:00:00Z"
    decide(connection, ["old", "n3"], "keep", at=at, new_line=lines().__next__)
    kept = Filters(decision="keep", limit=5)
    for most in (0, 2):
        monkeypatch.setattr(listing, "_FEW_TO_SEARCH", most)
        assert {held.paper.id for held in search_papers(connection, "heron", kept)} == {"old", "n3"}
        assert {held.paper.id for held in search_papers(connection, "heron C++", kept)} == {
            "old",
            "n3",
        }
    assert list(search_papers(connection, "okapi", kept)) == []


@pytest.mark.parametrize("few", [0, 3])
def test_a_field_in_a_query_finds_what_the_option_finds(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    for name in ("_FEW", "_FEW_OF_ALL"):
        monkeypatch.setattr(filters, name, few)
    monkeypatch.setattr(listing, "_FEW_TO_SEARCH", few)
    causal = [f"causality 0.9 of a heron, part {n}" for n in range(3)]
    store_papers(connection, *titled(*causal, "ood 0.9 of a heron", "Another heron"))
    option = Filters(topics=("causality",), limit=2)
    for query in ("heron", "heron part"):
        wanted_ids = [held.paper.id for held in search_papers(connection, query, option)]
        fields = search_papers(connection, f"{query} topic:causality", Filters(limit=2))
        assert [held.paper.id for held in fields] == wanted_ids
    for limit in (0, 2):
        alone = search_papers(connection, "topic:causality", Filters(limit=limit))
        same = list_papers(connection, option._replace(limit=limit))
        assert [held.paper.id for held in alone] == [held.paper.id for held in same]
