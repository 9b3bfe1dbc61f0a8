from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiv_server import NEWEST, invented_papers
from feed_server import DailyServer
from papertriage import config
from papertriage.errors import ConfigurationError, InputError, SourceError
from papertriage.sources.arxiv_daily import configured, names
from papertriage.sources.contract import Window

NOW = NEWEST + timedelta(hours=1)
PAPERS = invented_papers(8)


@pytest.fixture(autouse=True)
def _no_delay(home):
    config.change("sources.arxiv.delay", "0")


def fetched(server, remembered=None, now=NOW):
    """Return (the batches, the message of what stopped them or None)."""
    config.change("sources.arxiv-daily.url", server.url)
    found = configured()
    batches = []
    try:
        for batch in found.batches(found.feeds()[0], Window(), now, remembered or {}):
            batches.append(batch)  # noqa: PERF402 - what came before an error counts
    except SourceError as error:
        return batches, str(error)
    return batches, None


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_day_comes_with_the_kind_of_every_announcement(kind):
    config.change("sources.arxiv-daily.format", kind)
    with DailyServer(PAPERS) as server:
        (batch,), stopped = fetched(server)
    assert stopped is None
    assert server.requests[0].path == f"/{kind}/cs.LG+cs.CL+stat.ML"
    assert (batch.announced, batch.total, batch.outcome) == ("2026-03-13", 8, "200")
    kinds = [sighting.announce_type for sighting in batch.sightings]
    assert kinds == ["new", "cross", "replace", "replace-cross"] * 2
    first = batch.sightings[0]
    assert (first.day, first.feed) == ("2026-03-13", "arxiv-daily:cs.LG+cs.CL+stat.ML")
    paper, invented = first.paper, PAPERS[0]
    assert (paper.id, paper.version) == (f"arxiv:{invented.id}", 1)
    assert (paper.title, paper.abstract) == (invented.title, invented.abstract)
    assert (paper.authors, paper.announced) == (invented.authors, "2026-03-13")
    assert (paper.categories, paper.primary_category) == (("cs.LG", "stat.ML"), "cs.LG")
    # The feed's date is that of the announcement; when it was submitted, the feed does not say.
    assert (paper.published, paper.updated) == (None, None)


@pytest.mark.parametrize("day", [date(2026, 1, 15), date(2026, 7, 15)])
def test_the_day_is_that_of_new_york_in_winter_and_in_summer(day):
    server = DailyServer(PAPERS)
    server.day = day
    offset = "-0500" if day.month == 1 else "-0400"
    channel = server.channel
    server.channel = lambda *given: channel(*given).replace("-0400", offset)
    with server:
        (batch,), _ = fetched(server, now=NEWEST.replace(month=day.month, day=15))
    assert batch.announced == day.isoformat()


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_empty_feed_is_an_empty_batch_with_its_day(kind):
    config.change("sources.arxiv-daily.format", kind)
    with DailyServer() as server:
        (batch,), stopped = fetched(server, {"guids": "x", "announced": "2026-03-12"})
    assert (batch.sightings, batch.announced, stopped) == ((), "2026-03-13", None)
    # Of the newest papers it says nothing.
    assert not {"guids", "announced"} & set(batch.state)


def test_nothing_new_is_a_304_and_the_etag_goes_back_as_it_came():
    server = DailyServer(PAPERS)
    server.cdn = True
    with server:
        (first,), _ = fetched(server)
        (second,), stopped = fetched(server, first.state)
    assert (second.sightings, second.outcome, stopped) == ((), "304", None)
    assert (second.announced, second.state) == ("2026-03-13", {})
    etag = server.requests[1].headers["If-None-Match"]
    assert etag == first.state["etag"]
    assert len(etag) == 64
    assert '"' not in etag
    assert server.requests[1].headers["If-Modified-Since"] == "Fri, 13 Mar 2026 04:00:11 GMT"


def test_yesterdays_papers_under_todays_date_keep_their_day():
    server = DailyServer(PAPERS)
    with server:
        (first,), _ = fetched(server)
        server.day = date(2026, 3, 14)
        (second,), _ = fetched(server, first.state)
        server.papers = invented_papers(9)
        (third,), _ = fetched(server, second.state)
    assert second.announced == first.announced == "2026-03-13"
    assert {sighting.paper.announced for sighting in second.sightings} == {"2026-03-13"}
    assert third.announced == "2026-03-14"


def test_a_refused_category_is_named():
    with DailyServer(PAPERS, always="feed-error") as server:
        batches, stopped = fetched(server)
    assert batches == []
    assert stopped == (
        "arXiv refused the feed: Bad archive 'cs.XX'. Valid archives are: cs, math.: "
        "are the categories right?"
    )


def test_a_full_feed_is_said_and_asked_for_again():
    with DailyServer(PAPERS[:1], always="full") as server:
        (batch,), stopped = fetched(server)
    assert len(batch.sightings) == 2_000
    assert stopped.startswith("the feed is full (2,000 papers), some may be missing")
    assert "etag" not in batch.state


def test_a_paper_without_an_id_is_skipped_and_a_date_that_is_none_costs_nothing():
    server = DailyServer(PAPERS)
    item = server.item
    server.item = lambda *given: item(*given).replace("2603.00002", "nothing")
    channel = server.channel
    server.channel = lambda *given: channel(*given).replace("2026 ", "0000 ")
    with server:
        (batch,), stopped = fetched(server)
    assert (len(batch.sightings), stopped) == (7, None)
    assert batch.skipped == ("paper 3 (oai:arXiv.org:nothingv1): no arXiv id",)
    assert batch.announced is None
    assert {sighting.paper.announced for sighting in batch.sightings} == {None}


def test_the_kind_of_an_announcement_stands_in_the_abstract_too():
    server = DailyServer(PAPERS)
    item = server.item
    server.item = lambda *given: item(*given).replace("announce_type", "other")
    with server:
        (batch,), _ = fetched(server)
    kinds = [sighting.announce_type for sighting in batch.sightings]
    assert kinds == ["new", "cross", "replace", "replace-cross"] * 2


def test_the_settings_say_what_is_read():
    config.change("sources.arxiv.categories", "stat.ML")
    assert configured().feeds() == ("arxiv-daily:stat.ML",)
    config.change("sources.arxiv-daily.categories", "cs.lg,hep-th,cs.*")
    assert configured().feeds() == ("arxiv-daily:cs.LG+hep-th+cs",)
    assert configured()._client.address == "https://rss.arxiv.org/rss/cs.LG+hep-th+cs"
    assert configured(("math.OC",)).feeds() == ("arxiv-daily:math.OC",)
    config.change("sources.arxiv-daily.format", "pdf")
    with pytest.raises(ConfigurationError, match="must be rss or atom"):
        configured()


def test_a_foreign_feed_is_refused():
    with pytest.raises(InputError, match="unknown feed"):
        next(configured().batches("arxiv-daily:other", Window(), NOW, {}))


@pytest.mark.parametrize(
    ("creators", "expected"),
    [
        ("Ada Example, Bob Sample", ("Ada Example", "Bob Sample")),
        ("Núria Ferré (Univ. of X, Inst. (of) Y), Bo", ("Núria Ferré", "Bo")),
        ("Ada Example, Jr., Bob Sample, III", ("Ada Example, Jr.", "Bob Sample, III")),
        ("Ada (Univ. of X, Bob Sample", ("Ada (Univ. of X", "Bob Sample")),
        ("Ada), Bob", ("Ada)", "Bob")),
        ("", ()),
        (" , ,Ada", ("Ada",)),
    ],
)
def test_names_lose_their_affiliations(creators, expected):
    assert names(creators) == expected


@given(st.text(alphabet="ab (),.", max_size=40))
def test_no_name_is_empty(creators):
    assert all(name.strip() for name in names(creators))
