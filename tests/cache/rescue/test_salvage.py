from __future__ import annotations

import random
import sqlite3
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import cache_of, titled, whole
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.packing import packed
from papertriage.cache.rescue.backup import verified
from papertriage.cache.rescue.health import problems
from papertriage.cache.rescue.salvage import between, lines_of, salvage
from papertriage.errors import CacheUnusable, DiskError

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
    with pytest.raises(CacheUnusable, match="nothing of a cache can be read"):
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
