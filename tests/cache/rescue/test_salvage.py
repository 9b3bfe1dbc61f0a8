from __future__ import annotations

import random
import sqlite3
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import (
    EARLIER,
    cache_of,
    make_earlier,
    named_paper,
    store_papers,
    titled,
    whole,
)
from papertriage.cache.connection import opened
from papertriage.cache.digests import digests_of, written_of, written_text
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.listing import current_ids, list_papers, search_papers
from papertriage.cache.packing import packed
from papertriage.cache.rescue.backup import verified
from papertriage.cache.rescue.health import problems
from papertriage.cache.rescue.salvage import between, lines_of, salvage
from papertriage.cache.status import current_model, tally
from papertriage.cache.tables import LEDGERS, counted
from papertriage.errors import CacheUnusable, DiskError
from papertriage.identifiers import title_id
from papertriage.models import Filters

PAGE = 4096
TITLES = [f"ood 0.9 causality 0.2 a title of paper {n}" for n in range(400)]
IDS = [paper.id for paper in titled(*TITLES)]


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """Return a cache whose words are 900 lines over many pages."""
    path = tmp_path_factory.mktemp("whole") / "cache.db"
    chance = random.Random(7)  # noqa: S311 - no secret
    new_line = (f"{chance.getrandbits(128):032x}" for _ in count()).__next__
    with cache_of(path, *TITLES) as connection:
        said = chance.sample(IDS, 300)
        decide(connection, said, "keep", at="2026-11-23T08:00:00.000000Z", new_line=new_line)
        decide(connection, said[:99], "skip", at="2026-11-24T08:00:00.000000Z", new_line=new_line)
        undo(connection, said[:9], at="2026-11-25T08:00:00.000000Z", new_line=new_line)
        label(connection, said, "ood", True, at="2026-11-26T08:00:00.000000Z", new_line=new_line)
    return path


def rows(path: Path, table: str) -> set[tuple]:
    connection = sqlite3.connect(path)
    try:
        return {tuple(row) for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608 - ours
    finally:
        connection.close()


def damaged(cache: Path, tmp_path: Path, start: int, end: int, byte: bytes = b"\xff") -> Path:
    content = bytearray(cache.read_bytes())
    content[start:end] = byte * (min(end, len(content)) - start)
    (tmp_path / "damaged.db").write_bytes(content)
    return tmp_path / "damaged.db"


def saved(path: Path, tmp_path: Path):
    """Salvage a file, which must stay as it is and give a whole cache."""
    before = path.read_bytes()
    done = salvage(path, tmp_path / "new.db")
    assert path.read_bytes() == before
    verified(tmp_path / "new.db")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["damaged.db", "new.db"]
    return done


@pytest.mark.parametrize("seed", range(40))
def test_a_page_of_rubbish_costs_no_word_and_few_papers(cache, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 - no secret
    # The first page is tested below. Of two pages one may hold a word, and the other its line.
    start = chance.randrange(1, cache.stat().st_size // PAGE) * PAGE
    done = saved(damaged(cache, tmp_path, start, start + PAGE), tmp_path)
    for table in ("decisions", "labels"):
        assert rows(tmp_path / "new.db", table) == rows(cache, table)
    lost = len(TITLES) - done.rows["papers"]
    assert lost == 0 or "papers" in done.lost
    with opened(tmp_path / "new.db") as connection:
        whole(connection)
        assert list(problems(connection, deep=True)) == []


def roots(cache: Path) -> dict[str, int]:
    connection = sqlite3.connect(cache)
    try:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
    finally:
        connection.close()


@pytest.mark.parametrize(
    "table", ["journal", "decisions", "labels", "papers", "title_hashes", "tags"]
)
def test_a_root_page_costs_no_word(cache, tmp_path, table):
    start = (roots(cache)[table] - 1) * PAGE
    done = saved(damaged(cache, tmp_path, start, start + PAGE), tmp_path)
    assert table in done.lost
    for name in ("decisions", "labels"):
        assert rows(tmp_path / "new.db", name) == rows(cache, name)
    if table == "journal":
        # What the pages below it hold is found without it.
        assert len(rows(cache, "journal") - rows(tmp_path / "new.db", "journal")) < 40
    with opened(tmp_path / "new.db") as connection:
        assert list(problems(connection, deep=True)) == []


@pytest.mark.parametrize("end", [16, 100])
def test_a_head_that_is_gone_costs_nothing(cache, tmp_path, end):
    done = saved(damaged(cache, tmp_path, 0, end, b"\0"), tmp_path)
    assert done.lost == {}
    assert rows(tmp_path / "new.db", "papers") == rows(cache, "papers")


def test_a_first_page_that_is_gone_leaves_the_words(cache, tmp_path):
    done = saved(damaged(cache, tmp_path, 0, PAGE), tmp_path)
    assert done.rows["papers"] == 0
    for name in ("journal", "decisions", "labels"):
        assert rows(tmp_path / "new.db", name) == rows(cache, name)


def test_half_a_file_gives_what_is_in_it(cache, tmp_path):
    content = cache.read_bytes()
    (tmp_path / "damaged.db").write_bytes(content[: len(content) // 2])
    left = {line[0] for line in lines_of(tmp_path / "damaged.db")}
    done = saved(tmp_path / "damaged.db", tmp_path)
    assert done.rows["papers"] > 0
    assert left <= {row[0] for row in rows(tmp_path / "new.db", "journal")}


def test_words_that_are_in_the_wal_alone_are_saved(cache, tmp_path):
    (tmp_path / "damaged.db").write_bytes(cache.read_bytes())
    with opened(tmp_path / "damaged.db") as connection:
        decide(
            connection, ["late"], "skip", at="2026-11-27T08:00:00.000000Z", new_line=lambda: "late"
        )
        content = {
            name: (tmp_path / name).read_bytes() for name in ("damaged.db", "damaged.db-wal")
        }
    apart = tmp_path / "apart"
    apart.mkdir()
    for name, one in content.items():
        (apart / name).write_bytes(one)
    with (apart / "damaged.db").open("r+b") as file:
        file.write(bytes(100))
    salvage(apart / "damaged.db", tmp_path / "new.db")
    assert "late" in {row[0] for row in rows(tmp_path / "new.db", "decisions")}
    assert (apart / "damaged.db-wal").read_bytes() == content["damaged.db-wal"]


@pytest.mark.parametrize("content", [b"", b"Dear diary\n" * 1000])
def test_a_file_that_holds_nothing_of_a_cache_gives_none(tmp_path, content):
    (tmp_path / "damaged.db").write_bytes(content)
    with pytest.raises(CacheUnusable, match="no cache data can be read"):
        salvage(tmp_path / "damaged.db", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_file_that_cannot_be_read_is_one_line(cache, tmp_path, monkeypatch):
    def refused(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("shutil.copyfile", refused)
    with pytest.raises(DiskError, match="cannot be copied: input/output error"):
        salvage(cache, tmp_path / "new.db")


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_number_between_two_is_between_them(low, high):
    middle = between(low, high)
    assert middle is None or low < middle < high
    assert middle is not None or high - low < 2


@given(st.text(), st.text())
def test_a_text_between_two_is_between_them(low, high):
    middle = between(low, high)
    assert middle is None or low < middle < high


def test_a_paper_whose_abstract_is_damaged_is_saved_without_and_may_come_again(cache, tmp_path):
    copied = tmp_path / "damaged.db"
    copied.write_bytes(cache.read_bytes())
    connection = sqlite3.connect(copied, isolation_level=None)
    frame = packed("In this paper, we propose a novel method to count the tins of a roof.")
    connection.execute("UPDATE papers SET abstract = ? WHERE key = 7", (frame[:-9] + bytes(9),))
    connection.execute("INSERT INTO runs VALUES (1)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    done = saved(copied, tmp_path)
    assert (done.rows["papers"], done.rows["runs"]) == (len(TITLES), 0)
    assert "papers" in done.lost
    with opened(tmp_path / "new.db") as connection:
        lost = connection.execute("SELECT key FROM papers WHERE abstract IS NULL").fetchall()
        assert [row["key"] for row in lost] == [7]
        whole(connection)


def brought(tmp_path, version):
    """Salvage a cache of an earlier version, which must stay as it is."""
    path = tmp_path / "damaged.db"
    make_earlier(path, version)
    return saved(path, tmp_path)


@pytest.mark.parametrize("version", EARLIER)
def test_an_earlier_cache_becomes_one_of_now_that_is_in_order(tmp_path, version):
    done = brought(tmp_path, version)
    assert (done.lost, done.left_out) == ({}, [])
    before = counted_rows(tmp_path / "damaged.db")
    kept = {name: count for name, count in before.items() if name in done.rows}
    assert kept | {"runs": 0} == {name: done.rows[name] for name in kept} | {"runs": 0}
    with opened(tmp_path / "new.db") as connection:
        whole(connection)
        assert list(problems(connection, deep=True)) == []


def counted_rows(path):
    connection = sqlite3.connect(path)
    try:
        return counted(connection)
    finally:
        connection.close()


@pytest.mark.parametrize("version", EARLIER)
def test_an_earlier_cache_loses_no_word_and_no_ledger(tmp_path, version):
    brought(tmp_path, version)
    there = counted_rows(tmp_path / "damaged.db")
    assert rows(tmp_path / "new.db", "journal") == rows(tmp_path / "damaged.db", "journal")
    for name in LEDGERS:
        if name in there and name != "digest_texts":
            assert rows(tmp_path / "new.db", name) == rows(tmp_path / "damaged.db", name)
    with opened(tmp_path / "new.db") as connection:
        now = {now: current_ids(connection, [now]).get(now, now) for now in said_of(tmp_path)}
    for name in ("decisions", "labels"):
        before = {(now[row[0]], *row[1:]) for row in rows(tmp_path / "damaged.db", name)}
        assert rows(tmp_path / "new.db", name) == before


def said_of(tmp_path):
    return {row[3] for row in rows(tmp_path / "damaged.db", "journal")}


def test_a_cache_of_version_1_is_carried_over_with_names_tags_and_papers_of_files(tmp_path):
    brought(tmp_path, 1)
    knots = title_id("A long title about invented knots")
    with opened(tmp_path / "new.db") as connection:
        held = {one.paper.title: one for one in list_papers(connection, Filters())}
        assert {title: one.decision for title, one in held.items()} == {
            "ood 0.9 Shifted Sheep": "keep",
            "causality 0.7 ood 0.6 Causal Cows": "keep",
            "ood 0.1 Plain Pigs": "later",
            "Über 量子 Geese": None,
            "A long title about invented knots": "keep",
        }
        assert held["ood 0.9 Shifted Sheep"].labels == {"ood": True}
        assert held["ood 0.9 Shifted Sheep"].pick is not None
        of_file = held["A long title about invented knots"]
        assert of_file.labels == {"birdsong": True}
        assert [one.topic for one in of_file.topics if one.tagged] == ["birdsong"]
        earlier = ["smith2020", "knots-2019", "doi:10.1000/zz.1"]
        assert current_ids(connection, earlier) == dict.fromkeys(earlier, knots)
        again = named_paper(title_id("Its first title"), title="Its first title", authors=())
        assert store_papers(connection, again).merged == 1
        assert [one.paper.id for one in search_papers(connection, "knots", Filters())] == [knots]


def test_a_cache_of_version_1_learns_from_the_decisions_that_it_holds(tmp_path):
    brought(tmp_path, 1)
    with opened(tmp_path / "new.db") as connection:
        assert current_model(connection) is None
        assert tally(connection, 9) == (3, 0)


def test_a_cache_of_version_13_is_carried_over_with_digests_and_papers_of_files(tmp_path):
    brought(tmp_path, 13)
    with opened(tmp_path / "new.db") as connection:
        held = {one.paper.title: one for one in list_papers(connection, Filters())}
        assert {title: one.decision for title, one in held.items()} == {
            "A paper of arXiv that a feed brought": "keep",
            "A paper that a file alone brought": "skip",
            "A paper of a file without an abstract": "later",
        }
        of_file = held["A paper that a file alone brought"]
        assert of_file.labels == {"birdsong": True}
        assert of_file.paper.abstract.endswith("Of a file.")
        (digest,) = digests_of(connection, "2025-10-03")
        (text,) = written_of(connection, digest.digest.id)
        assert text.format == "markdown"
        assert written_text(connection, digest.digest.id, "markdown") is None
        assert connection.execute("SELECT state FROM deliveries").fetchone()[0] == "sent"
        undone = undo(
            connection,
            [held["A paper of a file without an abstract"].paper.id],
            at="2026-11-24T08:00:00.000000Z",
            new_line=lambda: "undo",
        )
        assert [(one.undone, one.now) for one in undone] == [("later", None)]


def test_words_of_an_earlier_cache_find_papers_that_were_lost_when_they_come_back(tmp_path):
    path = tmp_path / "damaged.db"
    make_earlier(path, 13)
    said = [rows(path, name) for name in ("journal", "decisions", "labels")]
    start = (roots(path)["papers"] - 1) * PAGE
    content = bytearray(path.read_bytes())
    content[start : start + PAGE] = b"\xff" * PAGE
    path.write_bytes(content)
    assert saved(path, tmp_path).rows["papers"] == 0
    after = [rows(tmp_path / "new.db", name) for name in ("journal", "decisions", "labels")]
    assert all(before <= now for before, now in zip(said, after, strict=True))
    title = "A paper that a file alone brought"
    with opened(tmp_path / "new.db") as connection:
        store_papers(connection, named_paper(title_id(title), title=title))
        (one,) = list_papers(connection, Filters())
        assert (one.decision, one.labels) == ("skip", {"birdsong": True})


def test_a_decision_whose_line_was_lost_is_not_taken_for_another_papers(tmp_path):
    new_line = (f"line-{n}" for n in count()).__next__
    with cache_of(tmp_path / "damaged.db", "one", "two") as connection:
        for decision, day in (("keep", 23), ("skip", 24)):
            at = f"2026-11-{day}T08:00:00.000000Z"
            decide(connection, IDS[:2], decision, at=at, new_line=new_line)
        connection.execute("DELETE FROM journal WHERE line = 'line-3'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    saved(tmp_path / "damaged.db", tmp_path)
    decisions = {row[:2] for row in rows(tmp_path / "new.db", "decisions")}
    assert decisions == {(IDS[0], "skip"), (IDS[1], "skip")}


def test_papers_that_cannot_be_read_are_told_by_the_feed_that_brings_them_again(tmp_path):
    path = tmp_path / "damaged.db"
    make_earlier(path, 13)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE papers SET authors = 'no list' WHERE key < 3")
    connection.execute(
        "INSERT INTO sightings VALUES (1, 'z', '2026-11-22', 'arxiv-oai', '', 1, 1, 1)"
    )
    connection.execute("INSERT INTO runs VALUES (1)")
    connection.close()
    done = saved(path, tmp_path)
    assert done.rows["papers"] == 1
    assert done.left_out == [
        ("arxiv-oai", "z", 1, "2026-11-22"),
        ("bibtex", "refs.bib", 1, "2026-11-23"),
    ]
    # What is known of feeds and files would keep them from being asked for these papers.
    assert (done.rows["runs"], done.rows["feed_states"]) == (0, 0)


def test_numbers_that_were_used_once_are_not_used_again(cache, tmp_path):
    (tmp_path / "damaged.db").write_bytes(cache.read_bytes())
    with opened(tmp_path / "damaged.db") as connection:
        connection.execute("INSERT INTO touched (number, paper) VALUES (41, 1)")
        connection.execute("DELETE FROM touched")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    saved(tmp_path / "damaged.db", tmp_path)
    with opened(tmp_path / "new.db") as connection:
        connection.execute("INSERT INTO touched (paper) VALUES (1)")
        assert connection.execute("SELECT number FROM touched").fetchone()[0] == 42
