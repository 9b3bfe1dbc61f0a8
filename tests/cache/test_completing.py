from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from builders import make_paper
from caches import cache_of, named_paper, store_papers
from papertriage.cache.completing import KINDS, completions
from papertriage.cache.connection import opened
from papertriage.cache.handoff import HandoffRequest, next_batch
from papertriage.models import Filters
from query_plans import plan


@pytest.fixture
def cache(home: Path) -> Path:
    """Return a cache with two arXiv papers and one without an id."""
    path = home / "cache.db"
    with cache_of(path, "ood 0.9 Sheep", "Cows") as connection:
        store_papers(connection, named_paper("title:1f", announced="2026-01-01"))
        math = make_paper(number=3, title="Pigs", categories=("cs.LG", "math.ST"))
        store_papers(connection, math)
        next_batch(connection, "desk", HandoffRequest(Filters()), "2026-11-23T08:00:00Z")
    return path


@pytest.mark.parametrize(
    ("kind", "prefix", "found"),
    [
        ("ids", "", "title:1f arxiv:2510.00001 arxiv:2510.00002 arxiv:2510.00003"),
        ("ids", "arxiv:", "arxiv:2510.00003 arxiv:2510.00002 arxiv:2510.00001"),
        ("ids", "2510.00002", "2510.00002"),
        ("ids", "title:1", "title:1f"),
        ("ids", "x", ""),
        ("ids", "%", ""),
        ("topics", "", "alignment causality ood"),
        ("topics", "oo", "ood"),
        ("categories", "", "cs.LG math.ST stat.ML"),
        ("categories", "st", "stat.ML"),
        ("consumers", "", "desk"),
    ],
)
def test_what_begins_so_is_found(cache: Path, kind: str, prefix: str, found: str) -> None:
    assert " ".join(name for name, _ in completions(cache, kind, prefix)) == found


def test_an_id_has_its_title_beside_it(cache: Path) -> None:
    assert completions(cache, "ids", "title") == [("title:1f", "Paper title:1f")]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_cache_nothing_is_found_and_nothing_is_made(home: Path, kind: str) -> None:
    assert completions(home / "cache.db", kind, "") == []
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 5000])
def test_what_is_no_cache_is_nothing(home: Path, content: bytes) -> None:
    (home / "cache.db").write_bytes(content)
    assert completions(home / "cache.db", "ids", "") == []
    assert (home / "cache.db").read_bytes() == content


def test_a_cache_that_is_being_written_can_be_read(cache: Path) -> None:
    with opened(cache) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM papers")
        assert len(completions(cache, "ids", "")) == 4
        connection.execute("ROLLBACK")


def test_reads_go_by_an_index(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*words, **options):
        connection = connect(*words, **options)
        connection.set_trace_callback(statements.append)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", traced)
        for kind in ("ids", "categories"):
            completions(cache, kind, "")
        completions(cache, "ids", "arxiv:25")
    with opened(cache) as connection:
        plans = [line for s in statements for line in plan(connection, s)]
    # A scan of the loose walk over categories is a scan of what it has found.
    walk = ("SCAN found", "SCAN (subquery", "SCAN CONSTANT ROW")
    scans = {line for line in plans if line.startswith("SCAN") and not line.startswith(walk)}
    assert scans == {"SCAN papers USING INDEX papers_by_day"}
    assert any("sqlite_autoindex_papers_1 (id>? AND id<?)" in line for line in plans)
    assert any("paper_categories_by_category (category>?)" in line for line in plans)
