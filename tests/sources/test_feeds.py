from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiv_server import NEWEST, invented_papers
from feed_server import DailyServer, JournalServer
from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.models.authority import LINK, PUBLISHER
from papertriage.sources import feeds
from papertriage.sources.contract import Window
from papertriage.sources.feeds import configured, feed_name
from papertriage.text import visible

NOW = NEWEST + timedelta(hours=1)
PAPERS = invented_papers(5)


@pytest.fixture(autouse=True)
def _swift(home, monkeypatch):
    monkeypatch.setattr(feeds, "DELAY", 0.0)


def fetched(url, remembered=None):
    config.change("sources.feeds.urls", url)
    found = configured()
    (feed,) = found.feeds()
    return list(found.batches(feed, Window(), NOW, remembered or {}))


def test_a_journal_comes_with_its_dois():
    with JournalServer(PAPERS) as server:
        (batch,) = fetched(server.url)
    assert (batch.total, batch.outcome, batch.announced) == (5, "200", None)
    first = batch.sightings[0]
    assert (first.source, first.day) == ("feeds", "2026-03-13")
    assert first.feed == f"feeds:127.0.0.1:{server.port}/rss.xml"
    assert first.authority == PUBLISHER
    paper = first.paper
    assert (paper.id, paper.doi) == ("doi:10.1000/2603.00000", "10.1000/2603.00000")
    assert (paper.title, paper.abstract) == (PAPERS[0].title, PAPERS[0].abstract)
    assert paper.authors == PAPERS[0].authors
    assert paper.published == "2026-03-13T11:56:00Z"
    assert paper.url == "https://journal.example.org/doi/abs/10.1000/2603.00000?af=R"


def test_what_has_not_changed_is_not_sent_again():
    with JournalServer(PAPERS) as server:
        (first,) = fetched(server.url)
        (second,) = fetched(server.url, first.state)
    assert first.state == {"etag": 'W/"1"', "modified": ""}
    assert server.requests[1].headers["If-None-Match"] == 'W/"1"'
    assert (second.sightings, second.outcome, second.state) == ((), "304", {})


def test_half_a_feed_is_asked_for_again():
    with JournalServer(PAPERS, always="truncated") as server:
        config.change("sources.feeds.urls", server.url)
        found = configured()
        batches = found.batches(found.feeds()[0], Window(), NOW, {})
        assert next(batches).state == {}
        with pytest.raises(SourceError, match="truncated"):
            next(batches)


def test_a_paper_without_a_title_is_named_and_costs_no_neighbour():
    with JournalServer((replace(PAPERS[0], title=" "), *PAPERS[1:])) as server:
        (batch,) = fetched(server.url)
    assert (len(batch.sightings), batch.skipped) == (4, ("paper 1: no title",))


def test_the_daily_feed_of_arxiv_may_be_one_of_them():
    with DailyServer(PAPERS) as server:
        (batch,) = fetched(f"{server.url}/rss/cs.LG")
    (first, *_) = batch.sightings
    # It does not come from arxiv.org.
    assert (first.paper.id, first.authority) == (f"arxiv:{PAPERS[0].id}", LINK)


def test_a_query_is_sent_as_it_is_written():
    with JournalServer(PAPERS) as server:
        fetched(f"{server.url}?key=a%20b%2Fc&x")
    assert server.requests[0].query == "key=a%20b%2Fc&x"


def test_several_addresses_are_several_feeds():
    config.change("sources.feeds.urls", "https://a.example/rss, https://b.example/,")
    assert configured().feeds() == ("feeds:a.example/rss", "feeds:b.example/")


def test_no_address_is_said():
    with pytest.raises(InputError, match="no feeds to read: add some with `papertriage config"):
        configured().feeds()


def test_a_foreign_feed_is_refused():
    with pytest.raises(InputError, match="unknown feed"):
        next(configured().batches("feeds:other", Window(), NOW, {}))


@pytest.mark.parametrize("url", ["ftp://a.example/", "nonsense", "http://[::1/"])
def test_an_address_that_cannot_be_asked_is_one_line(url):
    with pytest.raises(SourceError, match="not an http or https address"):
        fetched(url)


def test_a_name_shows_no_secret_and_tells_two_addresses_apart():
    names = [
        feed_name(url)
        for url in (
            "https://me:secret@a.example/rss",
            "https://a.example/rss?token=secret",
            "https://a.example/rss?token=secret2",
            "https://a.example/rss",
            "https://a.example/" + "secret/" * 100,
        )
    ]
    assert len(set(names)) == 5
    assert all("secret" not in name for name in names[:4])
    assert all(len(name) <= 120 for name in names)


@given(st.text(max_size=60))
def test_any_address_has_a_printable_name(url):
    name = feed_name(url)
    assert visible(name) == name


def test_arxiv_s_hosts_share_its_pace_and_others_have_their_own(home):
    assert feeds._pace("https://rss.arxiv.org/rss/cs.AI").file == home / "arxiv.pace"
    assert feeds._pace("https://x.example:8080/rss").file == home / "feed-x.example.pace"
    assert feeds._pace("https://notarxiv.org/").file == home / "feed-notarxiv.org.pace"
    assert feeds._pace("http://[::1/").file == home / "feed-.pace"
