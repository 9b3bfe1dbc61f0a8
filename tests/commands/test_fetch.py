from __future__ import annotations

import json
from pathlib import Path

import pytest

from arxiv_server import ArxivServer, invented_papers
from papertriage import config
from papertriage.sources.lock import fetch_lock
from processes import ran

SINCE = ("--since", "2026-03-01")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-03-14T09:00:00Z")
    config.change("sources.arxiv.delay", "0")
    config.change("sources.arxiv.page-size", "20")


def serve(**options) -> ArxivServer:
    return ArxivServer(invented_papers(50), **options)


def count() -> int:
    return json.loads(ran("status", "--json").stdout)["counts"]["papers"]


def test_papers_are_fetched_tagged_and_fetched_once(home: Path) -> None:
    with serve() as server:
        config.change("sources.arxiv.url", server.url)
        result = ran("fetch", *SINCE)
        assert (result.exit_code, result.stdout) == (0, ""), result.stderr
        assert ": complete: 40 new, 0 updated, 0 unchanged" in result.stderr
        assert ": complete: 0 new, 0 updated, 40 unchanged" in ran("fetch", "arxiv", *SINCE).stderr
        assert ": complete: 10 new" in ran("fetch", *SINCE, "--categories", "math.OC").stderr
        assert ran("fetch", *SINCE, "--until", "2026-03-02").exit_code == 0
    papers = json.loads(ran("list", "--json", "-n", 1).stdout)
    assert papers[0]["sources"] == ["arxiv"]
    assert papers[0]["topics"]


def test_a_fault_on_the_way_keeps_what_came(home: Path) -> None:
    with serve(script=dict.fromkeys(range(2, 30), "html")) as server:
        config.change("sources.arxiv.url", server.url)
        result = ran("fetch", *SINCE)
    assert result.exit_code == 3
    assert ": partial (" in result.stderr
    assert count() == 20


def test_a_source_that_gives_nothing_has_failed(home: Path) -> None:
    with serve(always="html") as server:
        config.change("sources.arxiv.url", server.url)
        result = ran("fetch", *SINCE)
    assert result.exit_code == 3
    assert ": failed (" in result.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("nosuch",), "unknown source nosuch"),
        (("--since", "soon"), "'soon' is no date"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "nothing can lie between them"),
        (("--categories", "!"), "!"),
    ],
)
def test_wrong_words_are_one_line(words: tuple[str, ...], line: str) -> None:
    result = ran("fetch", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr


def test_one_fetch_runs_at_a_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "papertriage.sources.lock.fetch_lock.__wrapped__.__kwdefaults__", {"patience": 0.1}
    )
    with fetch_lock(home, waiting=lambda: None):
        result = ran("fetch")
    assert result.exit_code == 75
    assert result.stderr.startswith("another fetch is running: waiting for it\n")
