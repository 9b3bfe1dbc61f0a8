from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from arxiv_server import NEWEST, invented_papers
from feed_server import OaiServer
from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.sources.arxiv_oai import configured, set_of
from papertriage.sources.contract import Window

NOW = NEWEST + timedelta(hours=1)
# One a day, so that their datestamps differ; two in three are of cs.LG.
PAPERS = invented_papers(20, apart=timedelta(days=1))
WANTED = [f"arxiv:{paper.id}" for paper in PAPERS if "cs.LG" in paper.categories]


@pytest.fixture(autouse=True)
def _swift(home):
    config.change("sources.arxiv.delay", "0")
    config.change("sources.arxiv.categories", "cs.LG")


def fetched(server, remembered=None, window=None):
    """Return (the batches, the message of what stopped them or None)."""
    config.change("sources.arxiv-oai.url", server.url)
    found = configured()
    batches = []
    try:
        for batch in found.batches(found.feeds()[0], window or Window(), NOW, remembered or {}):
            batches.append(batch)  # noqa: PERF402 - what came before an error counts
    except SourceError as error:
        return batches, str(error)
    return batches, None


def ids(batches):
    return [sighting.paper.id for batch in batches for sighting in batch.sightings]


def ids_days(batches):
    return [sighting.paper.published[:10] for batch in batches for sighting in batch.sightings]


def test_all_pages_come_and_a_token_excludes_everything_else():
    with OaiServer(PAPERS) as server:
        batches, stopped = fetched(server)
    assert stopped is None
    assert ids(batches) == WANTED
    assert server.requests[0].params == {
        "verb": "ListRecords",
        "metadataPrefix": "arXiv",
        "set": "cs:cs:LG",
    }
    assert set(server.requests[1].params) == {"verb", "resumptionToken"}
    # The token is opaque: what is percent-encoded in it is encoded once more.
    assert "resumptionToken=set%253Dcs%253Acs%253ALG%2526" in server.requests[1].query
    assert batches[-1].state == {"pending": ""}


def test_the_window_is_one_of_days_and_open_at_today():
    with OaiServer(PAPERS) as server:
        window = Window(NEWEST - timedelta(days=3), NEWEST - timedelta(days=1))
        fetched(server, window=window)
        fetched(server, window=Window(NEWEST - timedelta(days=3)))
    asked = [(one.params.get("from"), one.params.get("until")) for one in server.requests]
    assert asked == [("2026-03-10", "2026-03-12"), ("2026-03-10", None)]


def test_no_match_is_an_empty_batch():
    with OaiServer(PAPERS) as server:
        config.change("sources.arxiv-oai.sets", "cs:cs:XX")
        (batch,), stopped = fetched(server)
    assert (batch.sightings, batch.total, stopped) == ((), 0, None)


@pytest.mark.parametrize("fault", ["status:429", "status:503:900", "html", "truncated", "refused"])
def test_after_a_fault_the_next_fetch_goes_on_where_it_stopped(fault, home):
    with OaiServer(PAPERS, script={2: fault}) as server:
        batches, stopped = fetched(server)
        assert stopped
        assert "after page" in stopped
        (home / "arxiv.pace.not-before").unlink(missing_ok=True)
        again, stopped = fetched(server, {} | batches[-1].state, Window(NEWEST))
    assert stopped is None
    assert set(ids(batches)) | set(ids(again)) == set(WANTED)
    assert "resumptionToken" in server.requests[2].params
    # Then its own window, of the newest day, which the token's window holds already.
    assert server.requests[-1].params["from"] == "2026-03-13"


def test_a_forgotten_token_starts_that_window_again_from_the_day_reached():
    with OaiServer(PAPERS) as server:
        batches, _ = fetched(server)
    with OaiServer(PAPERS, script={1: "bad-token"}) as server:
        again, stopped = fetched(server, batches[0].state, Window(NEWEST))
    assert stopped is None
    assert server.requests[1].params["from"] == batches[0].sightings[-1].paper.published[:10]
    assert set(ids(batches[:1])) | set(ids(again)) == set(WANTED)


def test_tokens_that_are_always_forgotten_are_a_fault():
    with OaiServer(PAPERS, script=dict.fromkeys(range(2, 9), "bad-token")) as server:
        batches, stopped = fetched(server)
    assert len(batches) == 1
    assert stopped.startswith("arXiv no longer accepts the resumption token")


def test_tokens_that_go_round_in_circles_are_a_fault():
    with OaiServer(PAPERS, always="same-token") as server:
        _, stopped = fetched(server)
    assert stopped.startswith("arXiv's resumption tokens repeat")
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", ["empty-page", "nothing", "sized:3"])
@pytest.mark.parametrize("first", ["", "sized:12"])
def test_a_page_that_lacks_records_once_costs_none(first, fault):
    with OaiServer(PAPERS, script={1: first, 2: fault, 3: first}) as server:
        batches, stopped = fetched(server)
    assert stopped is None
    assert ids(batches) == WANTED


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (dict.fromkeys(range(2, 9), "empty-page"), "arXiv sent an empty page 3 times"),
        (dict.fromkeys(range(2, 9), "nothing"), "arXiv sent an empty page 3 times"),
        (
            {1: "sized:12"} | dict.fromkeys(range(2, 9), "sized:9"),
            "arXiv now reports 9 records instead of 12 after page 2: try again later",
        ),
        (
            {1: "sized:900"},
            f"arXiv sent {len(WANTED)} of 900 records after page 3: try again later",
        ),
    ],
)
def test_records_that_never_come_are_a_fault_and_are_asked_for_again(script, line):
    with OaiServer(PAPERS, script=script) as server:
        batches, stopped = fetched(server)
        assert stopped.startswith(line)
        asked = len(server.requests)
        server.script.clear()
        again, settled = fetched(server, batches[-1].state, Window(NEWEST))
    assert settled is None
    assert set(ids(batches)) | set(ids(again)) == set(WANTED)
    # From the day that the pages before had reached, without a token.
    assert server.requests[asked].params["from"] <= ids_days(batches)[-1]
    assert again[-1].state == {"pending": ""}


def test_a_list_may_grow_while_it_is_read():
    with OaiServer(PAPERS, script={1: "sized:9", 2: "sized:12"}) as server:
        batches, stopped = fetched(server)
    assert (ids(batches), stopped) == (WANTED, None)


def test_a_first_page_that_is_empty_but_goes_on_is_a_fault():
    with OaiServer(PAPERS, always="empty-page") as server:
        batches, stopped = fetched(server)
    assert (ids(batches), len(server.requests)) == ([], 3)
    assert stopped.startswith(
        "arXiv sent an empty page 3 times before the last record after page 1"
    )


def test_what_is_remembered_names_day_and_token():
    with OaiServer(PAPERS) as server:
        batches, _ = fetched(server)
    ((since, until, token),) = json.loads(batches[0].state["pending"])
    assert since == batches[0].sightings[-1].paper.published.replace("Z", "+00:00")
    assert until == datetime(2026, 3, 13, tzinfo=UTC).isoformat()
    assert token.endswith("skip%3D5")


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.LG", "cs:cs:LG"),
        ("stat.ML", "stat:stat:ML"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("cond-mat.*", "physics:cond-mat"),
        ("physics.optics", "physics:physics:optics"),
        ("cs.*", "cs"),
        ("math", "math"),
    ],
)
def test_a_category_names_its_set(category, name):
    assert set_of(category) == name


def test_the_settings_say_what_is_harvested():
    config.change("sources.arxiv.categories", "cs.LG,hep-th")
    assert configured().feeds() == ("arxiv-oai:cs:cs:LG", "arxiv-oai:physics:hep-th")
    config.change("sources.arxiv-oai.sets", "math")
    assert configured().feeds() == ("arxiv-oai:math",)
    assert configured(("stat.ML",)).feeds() == ("arxiv-oai:stat:stat:ML",)
    config.change("sources.arxiv-oai.sets", "cs&verb=x")
    with pytest.raises(InputError, match="not an OAI-PMH set"):
        configured()


def test_a_foreign_feed_is_refused():
    with pytest.raises(InputError, match="unknown feed"):
        next(configured().batches("arxiv-oai:math", Window(), NOW, {}))
