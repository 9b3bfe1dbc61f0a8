"""What holds for every registered source; a new one needs only its server in SERVERS."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from arxiv_server import NEWEST, ArxivServer, invented_papers
from feed_server import DailyServer, HuggingFaceServer, JournalServer, OaiServer
from loopback import LoopbackServer
from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.sources import _http, arxiv_oai, feeds, hugging_face
from papertriage.sources.contract import Window
from papertriage.sources.registry import source, source_names
from papertriage.triage.intake.verdicts import FAILED, Received, verdict_of

NOW = NEWEST + timedelta(hours=1)
ALL = tuple(replace(paper, categories=("cs.LG", "stat.ML")) for paper in invented_papers(12))
# A distribution that registers a source of its own.
THIRD_PARTY = {
    "invented_source.py": """
from papertriage.sources.hugging_face import HuggingFace, configured

class Invented:
    name = "invented"

    def __init__(self):
        self.inner = configured()

    def feeds(self):
        return ("invented:all",)

    def batches(self, feed, window, now, remembered):
        from dataclasses import replace
        for batch in self.inner.batches("hugging-face:daily", window, now, remembered):
            yield replace(batch, sightings=tuple(
                one._replace(source=self.name, feed=feed) for one in batch.sightings))
""",
    "invented_source-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: invented-source\n"
    "Version: 1\n",
    "invented_source-1.dist-info/entry_points.txt": "[papertriage.sources]\n"
    "invented = invented_source:Invented\n",
}


@dataclass(frozen=True)
class Kind:
    """How a source is served: the setting of its address, its server, and what it is not proof to.

    xml says that half an answer still gives its whole papers.
    """

    setting: str
    serve: Callable[..., LoopbackServer]
    xml: bool = True


SERVERS = {
    "arxiv": Kind("sources.arxiv.url", ArxivServer),
    "arxiv-daily": Kind("sources.arxiv-daily.url", DailyServer),
    "arxiv-oai": Kind("sources.arxiv-oai.url", OaiServer),
    "hugging-face": Kind("sources.hugging-face.url", HuggingFaceServer, xml=False),
    "feeds": Kind("sources.feeds.urls", JournalServer),
    "invented": Kind("sources.hugging-face.url", HuggingFaceServer, xml=False),
}
# The message of each fault that every request meets.
FAULTS = {
    "status:429": "429 Too Many Requests: .* asks for a pause, try again in 10 min",
    "status:429:1800": "429 Too Many Requests: .* asks for a pause, try again in 30 min",
    "status:503": "503 Service Unavailable: try again later",
    "status:503:0": "503 Service Unavailable: try again later",
    "status:403": "403 Forbidden: .* has blocked this address",
    "status:404": "404 Not Found: is sources.* right",
    "html": r"the answer is not an? .* \(looks like HTML\): is the address right",
    "empty": r"the answer is (empty|not a list of papers)",
    "gzip-cut": "the answer is truncated",
    "gzip-damaged": "the answer is damaged",
    "gzip-stacked": "an encoding that was not requested",
    "bomb": r"the answer is larger than \d+ MiB",
    "redirect:/again": "redirects more than 3 times",
    "redirect:http://127.0.0.2/": "refused, it is on another site",
    "reset": "the connection to .* was lost",
    "lost": "the connection to .* was lost",
    "drip:2": "took longer than 1 s",
    "hang:0.6": "no answer from .* within 0.2 s",
}
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
_RSS = '<rss version="2.0"><channel><title>cs.LG updates on arXiv.org</title>'
_OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
# Answers with status 200 that hold no paper, and are no answer of a day without papers.
BROKEN = (
    *("", "  \n", "\ufeff", "\x00\x00\x00", "null", "{}", '""', '{"error": "overloaded"}'),
    *('[{"error": "overloaded"}]', "[null, 1, {}]", '[{"paper": {"id": "x"', '[{"paper": null}]'),
    *("Service Unavailable", '<?xml version="1.0"?>', "<!-- nothing -->", "<error>503</error>"),
    '<html xmlns="http://www.w3.org/1999/xhtml"><body>Log in</body></html>',
    *(f"{_ATOM}</feed>", _ATOM, f"{_ATOM}<title>A", f"{_ATOM}<title>A & B</title></feed>"),
    *(f"{_ATOM}<title>t</title></feed><p>", f"{_ATOM}<title>503 Backend failed</title></feed>"),
    f"{_ATOM}<title>t</title><entry><id>x</id></entry></feed>",
    f"{_ATOM}<title>t</title><entry><title>A & B</title></entry></feed>",
    *('<rss version="2.0"/>', '<rss version="2.0"><channel/></rss>', _RSS, f"{_RSS}</channel>"),
    *(f"{_RSS}</rss>", f"{_RSS}<link>a&b</link></channel></rss>", f"{_RSS}<item><title>A"),
    f"{_RSS}<item><title>A & B</title></item></channel></rss>",
    f"{_RSS}<item><link>x</link></item><item/></channel></rss>",
    _RSS.replace("cs.LG updates on arXiv.org", "Internal Server Error") + "</channel></rss>",
    *(f"{_OAI}</OAI-PMH>", _OAI, f"{_OAI}<ListRecords/></OAI-PMH>", f"{_OAI}A & B</OAI-PMH>"),
    f"{_OAI}<Identify/></OAI-PMH>",
    f"{_OAI}<ListRecords><record/></ListRecords></OAI-PMH>",
    f'{_OAI}<error code="noRecordsMatch"/><error code="badArgument"/></OAI-PMH>',
)
# What costs no paper: the second try mends it, or it is no fault at all.
HARMLESS = ("status:503", "status:429:0", "reset", "gzip", "latin-1", "duplicate", "odd-dates")


@pytest.fixture(autouse=True)
def swift(monkeypatch):
    """Let nobody wait between requests."""
    limits = partial(_http.Limits, backoff=0.0)
    monkeypatch.setattr(_http, "Limits", limits)
    monkeypatch.setattr(arxiv_oai, "LIMITS", replace(arxiv_oai.LIMITS, backoff=0.0))
    monkeypatch.setattr(hugging_face, "DELAY", 0.0)
    monkeypatch.setattr(feeds, "DELAY", 0.0)
    config.change("sources.arxiv.delay", "0")
    config.change("sources.arxiv.categories", "cs.LG")
    # Without a query it asks three services: tests/sources/test_arxiv.py.
    config.change("sources.arxiv.query", "cat:cs.LG")
    monkeypatch.delitem(sys.modules, "invented_source", raising=False)


@pytest.fixture(params=[*source_names(), "invented"])
def name(request, tmp_path, monkeypatch):
    for path, text in THIRD_PARTY.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return request.param


@pytest.fixture
def fetched(name):
    """Return what brings (batches, the message of what stopped them or None, requests)."""

    def fetch(remembered=None, papers=ALL, **faults):
        batches = []
        with SERVERS[name].serve(papers, **faults) as server:
            config.change(SERVERS[name].setting, server.url)
            found = source(name)
            try:
                for feed in found.feeds():
                    for batch in found.batches(feed, Window(), NOW, remembered or {}):
                        batches.append(batch)  # noqa: PERF402 - what came before an error counts
            except SourceError as error:
                return batches, str(error), server.requests
        return batches, None, server.requests

    return fetch


def papers_of(batches):
    return [sighting.paper for batch in batches for sighting in batch.sightings]


def state_of(batches):
    state: dict[str, str] = {}
    for batch in batches:
        state |= batch.state
    return {key: value for key, value in state.items() if value}


def test_every_source_has_a_server_here(name):
    assert set(source_names()) <= set(SERVERS)
    assert SERVERS[name].setting in config.SETTINGS


def test_one_bad_paper_is_named_and_costs_no_neighbour(fetched):
    batches, stopped, _ = fetched(script={1: "bad-paper", 2: "bad-paper"})
    skipped = {line for batch in batches for line in batch.skipped}
    assert stopped is None
    assert len({paper.id for paper in papers_of(batches)}) == len(ALL)
    assert skipped
    assert all(re.match(r"paper \d+ \(.+\): \S", line) and line.isprintable() for line in skipped)


def test_ids_are_unique_and_say_what_they_are(fetched):
    papers = papers_of(fetched()[0])
    assert len(papers) == len({paper.id for paper in papers}) == len(ALL)
    assert all(re.fullmatch(r"(arxiv|doi|title):\S+", paper.id) for paper in papers)


def test_texts_are_there_and_hold_no_control_character(fetched):
    for paper, invented in zip(papers_of(fetched()[0]), ALL, strict=True):
        assert (paper.title, paper.abstract) == (invented.title, invented.abstract)
        texts = (paper.title, paper.abstract or "", paper.comment or "", *paper.authors)
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for text in texts for c in text)
        assert paper.url.startswith("https://")


def test_dates_are_utc_and_days_are_days(fetched):
    batches, _, _ = fetched()
    papers = papers_of(batches)
    dates = [date for paper in papers for date in (paper.published, paper.updated)]
    assert any(dates) or all(paper.announced for paper in papers)
    assert all(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", date) for date in dates if date)
    days = {sighting.day for batch in batches for sighting in batch.sightings}
    days |= {batch.announced for batch in batches} | {paper.announced for paper in papers}
    assert days - {None} == {"2026-03-13"}


def test_sightings_name_their_source_and_feed(name, fetched):
    batches, _, _ = fetched()
    named = {(sighting.source, sighting.feed) for batch in batches for sighting in batch.sightings}
    assert len(named) == 1
    assert all(feed.startswith(f"{name}:") and source == name for source, feed in named)
    assert {batch.outcome for batch in batches} == {"200"}


def test_a_feed_that_is_not_its_own_is_refused(name):
    if name == "invented":
        pytest.skip("what an invented source does with its names is its own affair")
    config.change("sources.feeds.urls", "http://127.0.0.1/rss")
    with pytest.raises(InputError, match="unknown feed"):
        next(source(name).batches("elsewhere:x", Window(), NOW, {}))


def test_no_papers_are_an_empty_batch_and_no_error(fetched):
    batches, stopped, _ = fetched(papers=())
    assert stopped is None
    assert batches
    assert papers_of(batches) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_that_says_what_to_do(fetched, fault, monkeypatch):
    if fault.startswith(("drip", "hang")):
        hasty = {"backoff": 0.0, "read": 0.2, "total": 1.0}
        monkeypatch.setattr(arxiv_oai, "LIMITS", replace(arxiv_oai.LIMITS, **hasty, attempts=2))
        monkeypatch.setattr(_http, "Limits", partial(_http.Limits, **hasty, attempts=2))
    batches, stopped, _ = fetched(always=fault)
    assert papers_of(batches) == []
    assert re.search(FAULTS[fault], stopped)
    assert stopped.isprintable()


def judged(batches):
    found = Received()
    for batch in batches:
        found.add(batch)
    return verdict_of(found, NOW)


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_answer_is_no_day_without_papers(fetched, body):
    batches, stopped, _ = fetched(always=f"body:{body}")
    assert papers_of(batches) == []
    assert stopped or judged(batches) == FAILED
    if state := state_of(batches):
        # What is remembered hides nothing that the answer should have held.
        again, stopped, _ = fetched(state)
        assert (len({paper.id for paper in papers_of(again)}), stopped) == (len(ALL), None)


@pytest.mark.parametrize("status", [202, 203, 204, 205, 206, 226, 300, 304, 418])
def test_an_answer_that_is_not_ok_is_no_day_without_papers(fetched, status):
    batches, stopped, _ = fetched(papers=(), always=f"as:{status}")
    assert batches == []
    assert re.match(rf"{status} [^:]+: try again later", stopped)


@pytest.mark.parametrize("fault", HARMLESS)
def test_a_fault_that_passes_costs_no_paper(fetched, fault):
    batches, stopped, _ = fetched(script={1: fault})
    assert stopped is None
    assert len({paper.id for paper in papers_of(batches)}) == len(ALL)


def test_year_0_and_9999_are_no_dates(fetched):
    for paper in papers_of(fetched(script={1: "odd-dates", 2: "odd-dates"})[0]):
        for given in (paper.published, paper.updated, paper.announced):
            assert given is None or given.startswith("2026-03-1")


def test_document_types_are_refused(name, fetched):
    if not SERVERS[name].xml:
        pytest.skip("JSON has no document types")
    assert fetched(always="doctype")[1].startswith("the answer declares a document type")


def test_half_an_answer_gives_its_whole_papers_and_is_asked_for_again(name, fetched):
    batches, stopped, _ = fetched(always="truncated")
    assert re.match("the answer is truncated", stopped)
    if SERVERS[name].xml:
        assert 0 < len(papers_of(batches)) < len(ALL)
        assert any("cut off" in line for batch in batches for line in batch.skipped)
    again, stopped, _ = fetched(state_of(batches))
    assert stopped is None
    found = {paper.id for paper in papers_of(batches) + papers_of(again)}
    assert len(found) == len(ALL)


def test_a_pause_that_was_asked_for_holds_for_the_next_fetch(fetched):
    fetched(always="status:429")
    batches, stopped, requests = fetched()
    assert (batches, requests) == ([], [])
    assert re.fullmatch(
        r"the server asked for a pause: try again after \d{4}-\d\d-\d\d \d\d:\d\d UTC", stopped
    )


@pytest.mark.parametrize("archive", ["cs", "cs.*", "CS"])
def test_an_archive_means_all_of_its_categories_to_every_service(archive):
    papers = tuple(
        replace(paper, categories=(("cs.LG",), ("cs.CL", "math.OC"), ("stat.ML",))[n % 3])
        for n, paper in enumerate(invented_papers(9))
    )
    config.change("sources.arxiv.categories", archive)
    config.change("sources.arxiv.query", None)
    with ArxivServer(papers) as server:
        config.change("sources.arxiv.url", server.url)
        found = source("arxiv")
        past = Window(until=NOW - timedelta(minutes=1))
        batches = list(found.batches(found.feeds()[0], past, NOW, {}))
    assert found.feeds() == ("arxiv:cs",)
    assert len(papers_of(batches)) == 6
    assert source("arxiv-daily").feeds() == ("arxiv-daily:cs",)
    assert source("arxiv-oai").feeds() == ("arxiv-oai:cs",)


@pytest.mark.parametrize("asked_first", ["arxiv", "arxiv-daily", "arxiv-oai"])
def test_a_406_of_arxiv_silences_all_of_its_services(asked_first):
    def fetched(one, fault=""):
        with SERVERS[one].serve(ALL, always=fault) as server:
            config.change(SERVERS[one].setting, server.url)
            found = source(one)
            with pytest.raises(SourceError) as caught:
                list(found.batches(found.feeds()[0], Window(), NOW, {}))
        return str(caught.value), len(server.requests)

    said, requests = fetched(asked_first, "status:406")
    assert said == "406 Not Acceptable: arXiv asks for a pause, try again in 10 min"
    assert requests == 1
    for other in ("arxiv", "arxiv-daily", "arxiv-oai"):
        said, requests = fetched(other)
        assert said.startswith("the server asked for a pause: try again after ")
        assert requests == 0


def test_a_406_of_another_server_is_no_pause():
    with JournalServer(ALL, script={1: "status:406"}) as server:
        config.change("sources.feeds.urls", server.url)
        found = source("feeds")
        with pytest.raises(SourceError, match=r"^406 Not Acceptable: try again later$"):
            list(found.batches(found.feeds()[0], Window(), NOW, {}))
        assert list(found.batches(found.feeds()[0], Window(), NOW, {}))


def test_what_is_remembered_may_be_anything(fetched):
    rubbish = dict.fromkeys(("pending", "guids", "announced"), "\x00[[[")
    assert len(papers_of(fetched(rubbish)[0])) == len(ALL)
    rubbish["pending"] = '[["2026-03-01", 5, {}]]'
    assert len(papers_of(fetched(rubbish)[0])) == len(ALL)
