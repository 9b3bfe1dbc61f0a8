"""What holds for every registered source; a new one needs only its server in SERVERS."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from arxiv_server import NEWEST, ArxivServer, invented_papers
from papertriage import config
from papertriage.sources.contract import Window
from papertriage.sources.registry import source, source_names

NOW = NEWEST + timedelta(hours=1)
GOOD = 12
# A server that serves 12 good papers and one bad one, under the setting of its address.
SERVERS = {
    "arxiv": (
        "sources.arxiv.url",
        lambda: ArxivServer(
            tuple(paper for paper in invented_papers(15) if paper.categories != ("math.OC",)),
            script={1: "bad-paper"},
        ),
    )
}


@pytest.fixture(params=source_names())
def batches(request):
    setting, serve = SERVERS[request.param]
    with serve() as server:
        config.change(setting, server.url)
        found = source(request.param)
        yield [batch for feed in found.feeds() for batch in found.batches(feed, Window(), NOW)]


@pytest.fixture
def papers(batches):
    return [sighting.paper for batch in batches for sighting in batch.sightings]


def test_one_bad_paper_is_named_and_costs_no_neighbour(batches, papers):
    skipped = [line for batch in batches for line in batch.skipped]
    assert len(papers) == GOOD
    assert len(skipped) == 1
    assert skipped[0].isprintable()


def test_ids_are_unique_and_say_what_they_are(papers):
    assert len({paper.id for paper in papers}) == len(papers)
    assert all(re.fullmatch(r"(arxiv|doi|title):\S+", paper.id) for paper in papers)


def test_texts_are_there_and_hold_no_control_character(papers):
    for paper in papers:
        assert paper.title
        texts = (paper.title, paper.abstract or "", paper.comment or "", *paper.authors)
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for text in texts for c in text)


def test_dates_are_utc(batches, papers):
    dates = [date for paper in papers for date in (paper.published, paper.updated, paper.announced)]
    assert any(dates)
    assert all(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", date) for date in dates if date)
    days = {sighting.day for batch in batches for sighting in batch.sightings}
    assert days == {"2026-03-13"}


def test_sightings_name_their_source_and_feed(request, batches):
    found = source(request.node.callspec.params["batches"])
    named = {(sighting.source, sighting.feed) for batch in batches for sighting in batch.sightings}
    assert named == {(found.name, feed) for feed in found.feeds()}
