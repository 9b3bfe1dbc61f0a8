from __future__ import annotations

import mmap
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import cache_of
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.rescue.carving import carved

AT = "2026-11-23T08:00:00.000000Z"


@pytest.fixture
def cache(tmp_path):
    new_line = (f"line-{n}" for n in count()).__next__
    with cache_of(tmp_path / "cache.db", "one") as connection:
        ids = [f"arxiv:2511.{n:05}" for n in range(300)]
        decide(connection, ids, "keep", at=AT, new_line=new_line)
        undo(connection, ids[:3], at=AT, new_line=new_line)
        label(connection, ids[:3], "Über 量子", True, at=AT, new_line=new_line)
        label(connection, ids[:1], "Über 量子", None, at=AT, new_line=new_line)
    return tmp_path / "cache.db"


def journal(cache):
    with opened(cache) as connection:
        return {tuple(row) for row in connection.execute("SELECT * FROM journal")}


def test_every_line_of_the_journal_is_found_in_the_pages(cache):
    assert set(carved(cache)) == journal(cache)


def test_lines_are_found_whatever_the_head_says(cache):
    before = journal(cache)
    cache.write_bytes(bytes(4096) + cache.read_bytes()[4096:])
    assert set(carved(cache)) == before


def test_lines_in_the_wal_are_found(cache):
    with opened(cache) as connection:
        decide(connection, ["late"], "skip", at=AT, new_line=lambda: "late")
        wal = cache.with_name("cache.db-wal")
        assert "late" in {line[3] for line in carved(wal)}


@given(st.binary(max_size=3000))
def test_rubbish_holds_no_line(tmp_path_factory, rubbish):
    path = tmp_path_factory.mktemp("rubbish") / "file"
    path.write_bytes(b"\x0a\x00\x00\x00\x09\x00\x20\x00decision" + rubbish)
    assert list(carved(path)) == []


def test_a_file_of_no_bytes_holds_no_line(tmp_path):
    (tmp_path / "file").touch()
    assert list(carved(tmp_path / "file")) == []


def test_lines_are_found_where_files_cannot_be_mapped(cache, monkeypatch):
    def refused(*_: object, **_options: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(mmap, "mmap", refused)
    assert len(list(carved(cache))) == 307
