from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from arxiv_weeks import without_waiting
from arxiv_world import World, eastern, make_world
from arxiv_world_server import ArxivWorldServer, Fault, Habits
from feed_server import DailyServer
from loopback import Answer, Request
from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.sources.arxiv import configured
from papertriage.sources.contract import Batch, Window

BEGIN = date(2026, 10, 26)
WATCHED = ("cs.LG", "cs.CL", "stat.ML")
TUESDAY, WEDNESDAY = date(2026, 11, 3), date(2026, 11, 4)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1, BEGIN, 42)


@pytest.fixture(autouse=True)
def _swift(home: object) -> Iterator[None]:
    config.change("sources.arxiv.categories", ",".join(WATCHED))
    with without_waiting():
        yield


class Reader:
    """Who fetches from a server, and remembers what the source asks to remember."""

    def __init__(self, server: ArxivWorldServer) -> None:
        for key, value in server.settings().items():
            config.change(key, value)
        self.server = server
        self.state: dict[str, str] = {}
        self.announced: dict[str, str] = {}

    def known(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {name: self.announced[name] for name in ids if name in self.announced}

    def fetch(self, now: datetime, window: Window | None = None) -> tuple[list[Batch], str | None]:
        """Return the batches and the message of what stopped them, or None."""
        self.server.now = now
        source = configured().with_announced(self.known)
        batches: list[Batch] = []
        stopped = None
        try:
            for batch in source.batches(source.feeds()[0], window or Window(), now, self.state):
                batches.append(batch)
                self.state |= batch.state
                for one in batch.sightings:
                    if one.is_news:
                        self.announced.setdefault(one.paper.id, one.day)
        except SourceError as error:
            stopped = str(error)
        return batches, stopped


def morning(day: date) -> datetime:
    return eastern(day, 7)


def whole(batches: list[Batch]) -> tuple[str, str] | None:
    last = batches[-1].whole
    return (last.first, last.last) if last else None


def news(batches: list[Batch]) -> set[str]:
    return {one.paper.id for batch in batches for one in batch.sightings if one.is_news}


def services(server: ArxivWorldServer) -> list[str]:
    return [one.service for one in server.served]


def test_a_first_fetch_takes_two_announcements_and_the_next_one_what_is_new(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        first, stopped = reader.fetch(morning(TUESDAY))
        assert (whole(first), stopped) == (("2026-11-02", "2026-11-03"), None)
        again, _ = reader.fetch(morning(WEDNESDAY))
    assert whole(again) == ("2026-11-02", "2026-11-04")
    assert {one.day for batch in again for one in batch.sightings if one.is_news} == {"2026-11-04"}
    assert news(again)
    assert not news(first) & news(again)


def test_where_nothing_was_announced_since_the_daily_feed_alone_is_asked(world: World) -> None:
    with ArxivWorldServer(world=world, habits=Habits(cdn=True)) as server:
        reader = Reader(server)
        reader.fetch(morning(TUESDAY))
        server.served.clear()
        batches, stopped = reader.fetch(morning(TUESDAY) + timedelta(hours=5))
        assert (whole(batches), stopped) == (("2026-11-02", "2026-11-03"), None)
        assert services(server) == ["daily"]
        assert batches[-1].outcome == "304"


def test_a_backfill_brings_a_month_that_is_no_news(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        usual, _ = reader.fetch(morning(date(2026, 11, 24)))
        since = Window(since=eastern(date(2026, 10, 28)))
        batches, _ = reader.fetch(morning(date(2026, 11, 24)), since)
    assert whole(batches) == ("2026-10-28", "2026-11-24")
    assert news(batches) <= news(usual)
    days = {one.paper.announced for batch in batches for one in batch.sightings}
    assert {"2026-10-29", "2026-11-10"} <= days


def test_a_first_fetch_that_reaches_back_takes_two_announcements_as_news(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        since = Window(since=eastern(date(2026, 10, 28)))
        batches, _ = reader.fetch(morning(date(2026, 11, 24)), since)
    assert whole(batches) == ("2026-10-28", "2026-11-24")
    days = {one.day for batch in batches for one in batch.sightings if one.is_news}
    assert days == {"2026-11-23", "2026-11-24"}


def test_while_oai_pmh_does_not_answer_the_api_is_asked_and_nothing_claimed(world: World) -> None:
    fault = Fault("oai", morning(TUESDAY) - timedelta(days=1), morning(WEDNESDAY), "status:503:0")
    with ArxivWorldServer(world=world, habits=Habits(faults=(fault,))) as server:
        reader = Reader(server)
        batches, stopped = reader.fetch(morning(TUESDAY))
        assert "503 Service Unavailable" in (stopped or "")
        assert whole(batches) is None
        assert {"daily", "oai", "api"} == set(services(server))
        assert {one.day for batch in batches for one in batch.sightings} >= {"2026-11-03"}
        before = news(batches)
        later, stopped = reader.fetch(morning(WEDNESDAY) + timedelta(hours=1))
    assert stopped is None
    assert whole(later) == ("2026-11-03", "2026-11-04")
    assert not before & news(later)


def test_a_harvest_that_breaks_off_goes_on_where_it_stopped(world: World) -> None:
    with ArxivWorldServer(world=world, habits=Habits(page_size=5)) as server:
        reader = Reader(server)
        server.script = dict.fromkeys(range(4, 9), "status:404")
        first, stopped = reader.fetch(morning(TUESDAY))
        assert "404 Not Found after page" in (stopped or "")
        server.script = {}
        again, stopped = reader.fetch(morning(TUESDAY))
        assert stopped is None
    with ArxivWorldServer(world=world) as server:
        expected, _ = Reader(server).fetch(morning(TUESDAY))
    assert news(first) | news(again) == news(expected)


class Plain(ArxivWorldServer):
    """An OAI-PMH service that has no version histories."""

    refusal = "cannotDisseminateFormat"

    def answer(self, request: Request) -> Answer:
        """Refuse arXivRaw."""
        if request.params.get("metadataPrefix") != "arXivRaw":
            return super().answer(request)
        text = (
            '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f'<error code="{self.refusal}">not here</error></OAI-PMH>'
        )
        return Answer(text, "application/xml")


@pytest.mark.parametrize("refusal", ["cannotDisseminateFormat", "badArgument"])
def test_records_without_versions_tell_what_is_new_too(world: World, refusal: str) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        expected = [news(reader.fetch(morning(day))[0]) for day in (TUESDAY, WEDNESDAY)]
    with Plain(world=world) as server:
        server.refusal = refusal
        reader = Reader(server)
        found = [reader.fetch(morning(day)) for day in (TUESDAY, WEDNESDAY)]
    assert [stopped for _, stopped in found] == [None, None]
    # Of a first fetch a day without a time leaves open whether a paper was announced before it.
    assert [expected[n] - news(batches) for n, (batches, _) in enumerate(found)] == [set(), set()]
    assert news(found[1][0]) - news(found[0][0]) == expected[1]


def test_a_category_that_arxiv_does_not_know_is_no_quiet_day(world: World) -> None:
    with ArxivWorldServer(world=world) as server, DailyServer(always="feed-error") as daily:
        reader = Reader(server)
        config.change("sources.arxiv-daily.url", daily.url)
        batches, stopped = reader.fetch(morning(TUESDAY))
    assert batches == []
    assert "are the categories right?" in (stopped or "")


def test_a_category_that_is_often_empty_may_have_a_quiet_day(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        config.change("sources.arxiv.categories", "hep-th")
        batches, stopped = reader.fetch(morning(TUESDAY))
    assert stopped is None
    assert whole(batches) == ("2026-11-02", "2026-11-03")
    assert batches[-1].note is None


def test_an_announcement_that_no_service_shows_is_not_claimed(world: World) -> None:
    evening = TUESDAY
    habits = Habits(stale_daily=frozenset({WEDNESDAY}), stale_oai=frozenset({evening}))
    with ArxivWorldServer(world=world, habits=habits) as server:
        reader = Reader(server)
        before, _ = reader.fetch(morning(TUESDAY))
        batches, stopped = reader.fetch(morning(WEDNESDAY))
    assert stopped is None
    assert whole(batches) == ("2026-11-02", "2026-11-03")
    assert "no paper announced on 2026-11-04 is available yet" in (batches[-1].note or "")
    assert news(batches) <= news(before)


def test_a_window_that_ends_in_the_past_is_searched_and_is_no_news(world: World) -> None:
    window = Window(datetime(2026, 10, 27, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC))
    with ArxivWorldServer(world=world) as server:
        batches, stopped = Reader(server).fetch(morning(WEDNESDAY), window)
        assert set(services(server)) == {"api"}
    assert stopped is None
    assert any(batch.sightings for batch in batches)
    assert news(batches) == set()
    assert {batch.whole for batch in batches} == {None}


def test_a_cache_that_was_filled_by_submission_times_gets_what_they_lost(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        reader.state["asked-before"] = "2026-11-10"
        batches, _ = reader.fetch(morning(date(2026, 11, 12)))
    assert whole(batches) == ("2026-10-28", "2026-11-12")
    assert reader.state["asked-before"] == ""


def test_rubbish_that_is_remembered_is_a_first_fetch(world: World) -> None:
    keys = ("whole-from", "whole-to", "confirmed", "counts", "oai.cs:cs:LG", "daily.announced")
    with ArxivWorldServer(world=world) as server:
        reader = Reader(server)
        expected = news(reader.fetch(morning(TUESDAY))[0])
        reader = Reader(server)
        reader.state = dict.fromkeys(keys, "\x00[[[")
        assert news(reader.fetch(morning(TUESDAY))[0]) == expected


def test_a_foreign_feed_is_refused(world: World) -> None:
    with ArxivWorldServer(world=world) as server:
        Reader(server)
        with pytest.raises(InputError, match="unknown feed elsewhere"):
            next(configured().batches("elsewhere", Window(), morning(TUESDAY), {}))


def test_a_query_is_a_search_of_the_api() -> None:
    config.change("sources.arxiv.query", "au:example")
    assert configured().feeds() == ("arxiv:au:example",)
