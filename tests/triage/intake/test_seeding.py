from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arxiv_server import ArxivServer, invented_papers
from papertriage import config, paths
from papertriage.cache.audits import decided_between
from papertriage.cache.connection import opened
from papertriage.cache.judged import came_between
from processes import ran

SINCE = ("--since", "2026-03-01")


@pytest.fixture
def fetched(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivServer]:
    """Serve no paper yet, and fetch once: an empty cache after a quiet fetch."""
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-03-14T09:00:00Z")
    config.change("sources.arxiv.delay", "0")
    config.change("sources.arxiv.query", "all:a")
    with ArxivServer() as server:
        config.change("sources.arxiv.url", server.url)
        ran("fetch", "arxiv", *SINCE)
        yield server


def digest() -> dict[str, Any]:
    result = ran("digest", "--json")
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_papers_that_papertriage_comes_with_are_no_news(fetched: ArxivServer) -> None:
    found = digest()
    assert (found["new"], found["waiting"]) == (0, 0)
    assert [(one["new"], one["more"], one["best"]) for one in found["topics"]] == [(0, 0, [])] * 4
    assert {day for one in found["topics"] for day in one["counts"]} == {0}
    feeds = [one["feed"] for one in (*found["feeds"], *found["receipts"])]
    assert not [feed for feed in feeds if "trending" in feed]
    # They are there to be read all the same.
    assert found["picks"]
    status = json.loads(ran("status", "--json").stdout)
    assert (status["newest"], status["counts"]["papers"]) == (None, 66)


def test_what_comes_after_them_is_news_even_in_the_same_second(fetched: ArxivServer) -> None:
    before = digest()
    fetched.papers = invented_papers(5)
    ran("fetch", "arxiv", *SINCE)
    assert json.loads(ran("status", "--json").stdout)["counts"]["papers"] > 66
    after = digest()
    assert after["new"] > before["new"] == 0
    assert json.loads(ran("status", "--json").stdout)["newest"] == "2026-03-14T09:00:00Z"


def test_the_page_imported_by_its_reader_is_news(home: Path) -> None:
    assert ran("import", paths.seeds_dir() / "trending-papers.txt").exit_code == 0
    assert digest()["new"] == 66


def test_a_scoreboard_counts_them_on_no_day(seeded: Path) -> None:
    with opened(seeded) as connection:
        span = ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")
        assert came_between(connection, *span) == (0, 0)
        assert decided_between(connection, *span).unread == 0
