from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from arxiv_server import ArxivServer, invented_papers
from arxiv_weeks import without_waiting
from arxiv_world import make_world
from arxiv_world_server import ArxivWorldServer
from feed_server import DailyServer, HuggingFaceServer, JournalServer
from papertriage import config
from papertriage.cache.connection import opened
from papertriage.sources import _http, hugging_face
from papertriage.sources.lock import fetch_lock
from processes import finished, ran, started

SINCE = ("--since", "2026-03-01")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-03-14T09:00:00Z")
    config.change("sources.arxiv.delay", "0")
    config.change("sources.arxiv.page-size", "20")
    # A search of the API alone; tests/test_arxiv_weeks.py lives with the announcements.
    config.change("sources.arxiv.query", "cat:cs.LG OR cat:cs.CL OR cat:stat.ML")


def serve(**options) -> ArxivServer:
    return ArxivServer(invented_papers(50), **options)


def count() -> int:
    return json.loads(ran("status", "--json").stdout)["counts"]["papers"]


def test_papers_are_fetched_tagged_and_fetched_once(home: Path) -> None:
    with serve() as server:
        config.change("sources.arxiv.url", server.url)
        result = ran("fetch", *SINCE)
        assert (result.exit_code, result.stdout) == (0, ""), result.stderr
        assert ": searched: 40 new, 0 updated, 0 unchanged" in result.stderr
        assert ": searched: 0 new, 0 updated, 40 unchanged" in ran("fetch", "arxiv", *SINCE).stderr
        config.change("sources.arxiv.query", "cat:math.OC")
        assert ": searched: 10 new" in ran("fetch", *SINCE).stderr
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
        (("--since", "soon"), "'soon' is not a date"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "is before --since"),
        (("--categories", "!"), "!"),
    ],
)
def test_wrong_words_are_one_line(words: tuple[str, ...], line: str) -> None:
    result = ran("fetch", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr


@pytest.mark.parametrize("where", ["http://nowhere.invalid", "refused", "silent"])
def test_a_machine_that_is_offline_is_told_in_one_line(home: Path, where: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        waiting = [socket.socket() for _ in range(8)]
        if where == "silent":
            # A full backlog: whoever connects now hears nothing.
            listener.listen(0)
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
        address = where if "://" in where else f"http://127.0.0.1:{listener.getsockname()[1]}"
        config.change("sources.enabled", "arxiv,arxiv-daily,arxiv-oai,hugging-face,feeds")
        config.change("sources.arxiv.delay", "3")
        for source in ("arxiv", "arxiv-daily", "arxiv-oai", "hugging-face"):
            config.change(f"sources.{source}.url", address)
        config.change("sources.feeds.urls", f"{address}/a.xml,{address}/b.xml")
        # Twice: the second one would have to wait for its turn.
        for _ in range(2):
            begun = time.monotonic()
            result = finished(home, "fetch")
            # Five seconds, and what a machine that does other things takes beside.
            assert time.monotonic() - begun < 5 + 10
            assert result.returncode == 3
            (line,) = result.stderr.splitlines()
            assert line.startswith("offline: ")
            assert line.endswith("): connect and try again")
        for one in waiting:
            one.close()
    feeds = json.loads(ran("status", "--json").stdout)["feeds"]
    assert len(feeds) == 8
    assert {(one["verdict"], one["message"]) for one in feeds} == {("failed", line)}


def test_one_source_that_cannot_be_reached_does_not_make_the_others_offline(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http, "Limits", partial(_http.Limits, backoff=0.0))
    with JournalServer(invented_papers(4)) as server:
        config.change("sources.arxiv.url", "http://nowhere.invalid/")
        config.change("sources.feeds.urls", server.url)
        result = ran("fetch", "arxiv", "feeds")
    assert result.exit_code == 3
    first, second = result.stderr.splitlines()
    assert ": failed (cannot connect to http://nowhere.invalid/ (name resolution failed)" in first
    assert ": complete: 4 new" in second


def test_one_fetch_runs_at_a_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "papertriage.sources.lock.fetch_lock.__wrapped__.__kwdefaults__", {"patience": 0.1}
    )
    with fetch_lock(home, waiting=lambda: None):
        result = ran("fetch")
    assert result.exit_code == 75
    assert result.stderr.startswith("another fetch is running: waiting for it\n")


def test_the_next_fetch_continues_where_a_429_stopped_this_one(home: Path) -> None:
    with serve(script={2: "status:429:0", 3: "status:429:0", 4: "status:429:0"}) as server:
        config.change("sources.arxiv.url", server.url)
        first = ran("fetch", *SINCE)
    assert first.exit_code == 3
    assert ": partial (429 Too Many Requests after page 1" in first.stderr
    for file in home.glob("*.not-before"):
        file.unlink()
    with serve() as server:
        config.change("sources.arxiv.url", server.url)
        # A narrow window: what the interrupted one did not bring comes all the same.
        second = ran("fetch", "--since", "2026-03-13")
    assert second.exit_code == 0, second.stderr
    assert count() == 40


def test_people_decide_while_a_fetch_runs(home: Path) -> None:
    assert ran("import", "-", stdin='{"id": "2511.00001", "title": "One"}').exit_code == 0
    now = {"PAPERTRIAGE_NOW": "2026-03-14T09:00:00Z"}
    with ArxivServer(invented_papers(400)) as server:
        config.change("sources.arxiv.url", server.url)
        fetching = started(home, "fetch", "--since", "2026-01-01", env=now)
        said = []
        while fetching.poll() is None and len(said) < 40:
            word = ("keep", "skip", "later")[len(said) % 3]
            result = finished(home, word, "2511.00001", env=now)
            assert result.returncode == 0, result.stderr
            said.append(word)
        _, stderr = fetching.communicate(timeout=300)
    assert fetching.returncode == 0, stderr
    with opened(home / "cache.db") as connection:
        lines = connection.execute("SELECT value FROM journal ORDER BY at").fetchall()
    assert [row["value"] for row in lines] == said
    assert len(said) > 1


@pytest.mark.parametrize(
    ("day", "now", "papers", "said", "code"),
    [
        (date(2026, 3, 13), "2026-03-13T09:00:00Z", 8, "complete: 8 new", 0),
        (date(2026, 3, 14), "2026-03-14T09:00:00Z", 0, "weekend or holiday: 0 new", 0),
        (date(2026, 3, 13), "2026-03-13T09:00:00Z", 0, "quiet day: 0 new", 0),
        (date(2026, 3, 12), "2026-03-13T09:00:00Z", 8, "feed is yesterday's batch: 8 new", 3),
    ],
)
def test_an_empty_or_late_daily_feed_says_what_kind_of_day_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, day: date, now: str, papers: int, said: str, code
) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", now)
    with DailyServer(invented_papers(papers)) as server:
        server.day = day
        config.change("sources.arxiv-daily.url", server.url)
        result = ran("fetch", "arxiv-daily")
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    if papers:
        (feed,) = json.loads(ran("status", "--json").stdout)["feeds"]
        assert (feed["cross_listed"], feed["replaced"], feed["newest"]) == (2, 4, day.isoformat())


def test_a_batch_served_again_under_the_next_date_is_told_and_not_dated_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DailyServer(invented_papers(8)) as server:
        config.change("sources.arxiv-daily.url", server.url)
        for day in (12, 13):
            server.day = date(2026, 3, day)
            monkeypatch.setenv("PAPERTRIAGE_NOW", f"2026-03-{day}T09:00:00Z")
            result = ran("fetch", "arxiv-daily")
    assert result.exit_code == 3
    assert "feed is yesterday's batch" in result.stderr
    papers = json.loads(ran("list", "--json").stdout)
    assert {paper["announced"] for paper in papers} == {"2026-03-12"}


@pytest.mark.parametrize(
    "window",
    [
        ("--since", "2026-03-09", "--until", "2026-03-11"),
        ("--since", "2026-03-12", "--until", "2026-03-12"),
        ("--since", "2026-03-09"),
        ("--since", "2026-02-01", "--until", "2026-02-28"),
    ],
)
def test_days_of_the_past_that_come_whole_are_complete(
    home: Path, monkeypatch: pytest.MonkeyPatch, window: tuple[str, ...]
) -> None:
    # A Friday, of which Hugging Face shows nothing yet.
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-03-13T09:00:00Z")
    monkeypatch.setattr(hugging_face, "DELAY", 0.0)
    newest = datetime(2026, 3, 12, 12, tzinfo=UTC)
    papers = invented_papers(40, newest=newest, apart=timedelta(days=1))
    # The same papers on two days are no batch that was served again.
    papers += tuple(
        replace(paper, published=paper.published - timedelta(days=1)) for paper in papers
    )
    with HuggingFaceServer(papers) as server:
        config.change("sources.hugging-face.url", server.url)
        result = ran("fetch", "hugging-face", *window)
        again = ran("fetch", "hugging-face", *window)
    assert result.exit_code == again.exit_code == 0, result.stderr
    assert "hugging-face:daily: complete: " in result.stderr
    assert "hugging-face:daily: complete: 0 new" in again.stderr


def test_upvotes_sort_a_listing_and_trend(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-03-13T09:00:00Z")
    with HuggingFaceServer(invented_papers(6)) as server:
        config.change("sources.hugging-face.url", server.url)
        result = ran("fetch", "hugging-face")
    assert result.exit_code == 0, result.stderr
    votes = [
        paper["upvotes"] for paper in json.loads(ran("list", "--sort", "upvotes", "--json").stdout)
    ]
    known = [number for number in votes if number is not None]
    assert known
    assert known == sorted(known, reverse=True)
    trending = json.loads(ran("today", "--trending", "--json", "-n", 2).stdout)
    assert [paper["upvotes"] for paper in trending] == known[:2]
    assert "upvote" in trending[0]["pick"]["reasons"][0]


@pytest.fixture
def world(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivWorldServer]:
    """Serve the announcements of an invented November, as of a Tuesday morning."""
    config.change("sources.arxiv.query", None)
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-24T12:00:00Z")
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with (
        ArxivWorldServer(world=make_world(1, date(2026, 10, 26), 42), now=now) as server,
        without_waiting(),
    ):
        for key, value in server.settings().items():
            config.change(key, value)
        yield server


def test_what_was_announced_comes_with_its_day_and_type(world: ArxivWorldServer) -> None:
    result = ran("fetch")
    assert result.exit_code == 0, result.stderr
    assert "; every announcement from 2026-11-23 to 2026-11-24\n" in result.stderr
    assert "; every announcement from 2026-11-23 to 2026-11-24\n" in ran("status").stdout
    papers = json.loads(ran("list", "--json", "-n", 0).stdout)
    news = [one for one in papers if one["announce_type"] in {"new", "cross"}]
    told = {one["announcement_inferred"] for one in news if one["announced"] == "2026-11-24"}
    before = {one["announcement_inferred"] for one in news if one["announced"] == "2026-11-23"}
    assert (told, before) == ({False}, {True})
    kinds = {one["announce_type"] for one in papers}
    assert kinds >= {"new", "cross", "replace", None}
    assert all(one["version"] for one in papers)


def test_the_digest_says_between_which_announcements_no_paper_is_missing(
    world: ArxivWorldServer,
) -> None:
    ran("fetch")
    for window in ((), ("--weekly",)):
        text = ran("digest", *window).stdout
        assert "every announcement from 2026-11-23 to 2026-11-24" in text


def test_what_is_no_news_is_neither_picked_nor_counted_and_why_not_says_so(
    world: ArxivWorldServer,
) -> None:
    ran("fetch")
    (receipt,) = json.loads(ran("status", "--json").stdout)["feeds"]
    papers = json.loads(ran("list", "--json", "-n", 0).stdout)
    news = [one["id"] for one in papers if one["announce_type"] in {"new", "cross"}]
    older = [one["id"] for one in papers if one["id"] not in news]
    assert (receipt["new"], receipt["older"]) == (len(news), len(older))
    picks = json.loads(ran("today", "--json", "-n", 0, "--again").stdout)
    assert picks
    assert not {one["id"] for one in picks} & set(older)
    assert json.loads(ran("digest", "--json").stdout)["new"] == len(news)
    assert "it was no news when it came" in ran("why-not", older[0]).stdout
    assert "no news" not in ran("why-not", news[0]).stdout


def test_the_first_fetch_offers_a_backfill_and_an_old_setting_is_one_line_of_advice(
    world: ArxivWorldServer,
) -> None:
    config.change("sources.arxiv.since", "3d")
    first, second = ran("fetch"), ran("fetch")
    assert "`papertriage fetch --since 30d` for a month" in first.stderr
    assert "--since 30d" not in second.stderr
    for result in (first, second):
        assert result.exit_code == 0
        assert result.stderr.count("sources.arxiv.since has no effect") == 1
    config.change("sources.arxiv.since", None)
    assert "has no effect" not in ran("fetch", "--since", "30d").stderr
