from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import arxiv_server
from arxiv_server import NEWEST, ArxivServer, found, invented_papers
from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.sources import arxiv_search
from papertriage.sources._http import Limits, PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources.arxiv_search import ArxivSearch, configured
from papertriage.sources.contract import Window

NOW = NEWEST + timedelta(hours=1)
ALL = ("cs.LG", "cs.CL", "stat.ML", "math.OC")
OPEN = Window()


@pytest.fixture
def make(tmp_path):
    def arxiv(url, categories=ALL, **options):
        pace = RequestPace(tmp_path / "pace", 0.0)
        client = PoliteClient(url, pace, limits=Limits(read=20.0, total=30.0, backoff=0.0))
        return ArxivSearch(client, categories, **({"page_size": 10} | options))

    return arxiv


def fetched(source, window=OPEN, now=NOW, remembered=None):
    """Return (batches that came, the message of what stopped them or None)."""
    batches = []
    try:
        for batch in source.batches(source.feeds()[0], window, now, remembered or {}):
            batches.append(batch)  # noqa: PERF402 - what came before an error counts
    except SourceError as error:
        return batches, str(error)
    return batches, None


def ids(batches):
    return [sighting.paper.id for batch in batches for sighting in batch.sightings]


def test_all_pages_come_oldest_first(make):
    papers = invented_papers(25)
    with ArxivServer(papers) as server:
        batches, stopped = fetched(make(server.url))
    assert stopped is None
    assert ids(batches) == [f"arxiv:{paper.id}" for paper in papers]
    assert [len(batch.sightings) for batch in batches] == [10, 10, 5]
    assert {batch.total for batch in batches} == {25}
    first = batches[0].sightings[0]
    assert (first.source, first.feed) == ("arxiv", "arxiv:cs.LG+cs.CL+stat.ML+math.OC")
    assert (first.day, first.paper.announced) == ("2026-03-13", None)


def test_the_query_names_categories_and_window_in_minutes(make):
    window = Window(
        datetime(2026, 3, 13, 11, 30, 59, tzinfo=UTC), datetime(2026, 3, 13, 11, 40, 1, tzinfo=UTC)
    )
    with ArxivServer(invented_papers(90)) as server:
        batches, _ = fetched(make(server.url, ("CS.lg", "stat.ml", "cs.LG")), window)
    (request,) = server.requests
    assert request.params == {
        "search_query": "(cat:cs.LG OR cat:stat.ML) AND "
        "submittedDate:[202603131130 TO 202603131141]",
        "start": "0",
        "max_results": "10",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    expected = found(server.papers, request.params["search_query"])
    assert ids(batches) == [f"arxiv:{paper.id}" for paper in expected]
    assert len(expected) == 7


def test_a_query_may_stand_beside_or_instead_of_categories(make):
    since = until = NEWEST
    both = make("http://127.0.0.1/", ("hep-th",), query=' ti:"a (b"  OR abs:x ')
    assert both.search_query(since, until).startswith('(cat:hep-th) AND (ti:"a (b" OR abs:x) AND ')
    assert both.feeds() == ('arxiv:hep-th ti:"a (b" OR abs:x',)
    alone = make("http://127.0.0.1/", (), query="au:example")
    assert alone.search_query(since, until).startswith("(au:example) AND submittedDate:[")
    assert alone.feeds() == ("arxiv:au:example",)


@pytest.mark.parametrize("name", ["cs.LG OR all:x", "cs.LG)", "", "cs.", "c*", '"cs"', "cs.L*"])
def test_a_category_that_could_change_the_query_is_refused(make, name):
    with pytest.raises(InputError, match="is not an arXiv category"):
        make("http://127.0.0.1/", (name,))


@pytest.mark.parametrize("query", ["", "a) OR (b", "(a", 'a "b', "a\x1b", ")("])
def test_a_query_that_leaves_its_parentheses_is_refused(make, query):
    with pytest.raises(InputError, match="not a valid query"):
        make("http://127.0.0.1/", query=query)


@pytest.mark.parametrize(
    ("given_", "name"),
    [
        ("Physics.Optics", "physics.optics"),
        ("cond-mat.mes-hall", "cond-mat.mes-hall"),
        ("q-fin.*", "q-fin"),
        ("HEP-TH", "hep-th"),
        (" cs.LG\n", "cs.LG"),
    ],
)
def test_a_category_is_spelt_as_arxiv_spells_it(make, given_, name):
    assert make("http://127.0.0.1/", (given_,)).feeds() == (f"arxiv:{name}",)


def test_nothing_to_ask_for_is_said(make):
    with pytest.raises(InputError, match="no categories to fetch"):
        make("http://127.0.0.1/", ())


def test_a_foreign_feed_is_refused(make):
    with pytest.raises(InputError, match="unknown feed"):
        next(make("http://127.0.0.1/").batches("arxiv:other", OPEN, NOW, {}))


def test_a_window_that_ends_before_it_begins_is_refused(make):
    source = make("http://127.0.0.1/")
    with pytest.raises(InputError, match=r"ends .* before it begins"):
        next(source.batches(source.feeds()[0], Window(NOW, NOW - timedelta(days=1)), NOW, {}))


def test_no_papers_are_one_empty_batch_and_no_error(make):
    with ArxivServer() as server:
        batches, stopped = fetched(make(server.url))
    assert ids(batches) == []
    assert (len(batches), batches[0].total, stopped) == (1, 0, None)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            "status:429",
            "429 Too Many Requests after page 1: arXiv asks for a pause, try again in 10 min",
        ),
        ("status:429:600", "429 Too Many Requests after page 1: .* try again in 10 min"),
        ("status:429:99999999999999999999", "429 Too Many Requests after page 1: .* 60 min"),
        ("status:403", "403 Forbidden after page 1: arXiv has blocked"),
        ("status:404", "404 Not Found after page 1: is sources.arxiv.url right"),
        ("status:599", "599 after page 1: try again later"),
        ("error:400", "arXiv refused the query after page 1: start must be an integer"),
        ("error:200", "arXiv refused the query after page 1: start must be an integer"),
        ("error:500", "arXiv refused the query after page 1: start must be an integer"),
        ("html", r"the answer is not an Atom feed \(looks like HTML\) after page 1: "),
        ("json", r"the answer is not an Atom feed \(looks like JSON\) after page 1: "),
        ("empty", "the answer is empty after page 1"),
        ("empty-page", "arXiv sent an empty page 3 times before the last paper after page 1"),
        ("nothing", "arXiv sent an empty page 3 times before the last paper after page 1"),
        ("gzip-cut", "the answer is truncated after page 1"),
        ("bomb", "the answer is larger than 15 MiB after page 1"),
        ("doctype", "the answer declares a document type or entities after page 1"),
        ("deep", "the answer has too much nesting .* after page 1"),
        (
            "redirect:https://example.org/",
            "redirects to https://example.org/ after page 1: refused",
        ),
    ],
)
def test_a_fault_on_the_second_page_keeps_the_first_and_says_so(make, fault, message):
    papers = invented_papers(25)
    with ArxivServer(papers, script=dict.fromkeys(range(2, 9), fault)) as server:
        batches, stopped = fetched(make(server.url))
    assert ids(batches) == [f"arxiv:{paper.id}" for paper in papers[:10]]
    assert re.search(message, stopped)


def test_a_fault_on_the_first_page_names_no_page(make):
    with ArxivServer(always="status:429") as server:
        batches, stopped = fetched(make(server.url))
    assert batches == []
    assert stopped == "429 Too Many Requests: arXiv asks for a pause, try again in 10 min"


@pytest.mark.parametrize(
    "fault",
    [
        *("empty-page", "nothing", "total:15", "total:0", "total:24", "no-total"),
        *("status:503", "status:429:0", "reset", "gzip", "duplicate"),
    ],
)
def test_a_fault_that_passes_costs_no_paper(make, fault):
    papers = invented_papers(25)
    with ArxivServer(papers, script={2: fault}) as server:
        batches, stopped = fetched(make(server.url))
    assert stopped is None
    assert set(ids(batches)) == {f"arxiv:{paper.id}" for paper in papers}


def test_a_bad_paper_is_named_and_costs_no_neighbour(make):
    with ArxivServer(invented_papers(5), script={1: "bad-paper"}) as server:
        batches, stopped = fetched(make(server.url))
    assert (len(ids(batches)), stopped) == (5, None)
    assert batches[0].skipped == (
        "paper 1 (http://arxiv.org/abs/2603.99999v1): not well-formed XML",
    )


def test_a_truncated_page_gives_its_whole_papers(make):
    papers = invented_papers(25)
    with ArxivServer(papers, script={2: "truncated"}) as server:
        batches, stopped = fetched(make(server.url))
    assert ids(batches) == [f"arxiv:{paper.id}" for paper in papers[:15]]
    assert batches[1].skipped == ("paper 6: cut off",)
    assert stopped == "the answer is truncated after page 2: try again later"


@pytest.mark.parametrize("fault", ["no-total", "total:many"])
def test_an_answer_without_a_total_gives_its_papers_and_an_error(make, fault):
    with ArxivServer(invented_papers(25), always=fault) as server:
        batches, stopped = fetched(make(server.url))
    assert len(ids(batches)) == 10
    assert stopped.startswith("the answer has no totalResults after page 1")
    assert len(server.requests) == 3


def test_a_total_that_is_too_large_is_not_taken_for_the_end(make):
    with ArxivServer(invented_papers(25), always="total:31") as server:
        batches, stopped = fetched(make(server.url))
    assert len(ids(batches)) == 25
    assert stopped.startswith("arXiv sent an empty page 3 times before the last paper after page 3")


@pytest.mark.parametrize("page", [2, 3])
@pytest.mark.parametrize("total", [0, 1, 15, 24])
def test_a_total_that_shrinks_is_a_fault_and_leaves_its_page_to_the_next_fetch(make, page, total):
    papers = invented_papers(25)
    with ArxivServer(papers, script=dict.fromkeys(range(page, 9), f"total:{total}")) as server:
        batches, stopped = fetched(make(server.url))
        assert len(server.requests) == page - 1 + 3
        asked = len(server.requests)
        server.script.clear()
        window = Window(NEWEST - timedelta(minutes=2), NOW)
        again, settled = fetched(make(server.url), window, remembered=batches[-1].state)
    counted = f"arXiv now reports {total} papers instead of 25 after page {page}: "
    assert stopped == counted + "try again later"
    # What that page has is kept, and what it may lack is asked for again.
    assert ids(batches) == [f"arxiv:{paper.id}" for paper in papers[: page * 10]]
    assert settled is None
    assert {paper.id for paper in papers} == {
        one.removeprefix("arxiv:") for one in ids(batches) + ids(again)
    }
    before = papers[(page - 1) * 10 - 1].published
    assert f"[{before:%Y%m%d%H%M} TO" in server.requests[asked].params["search_query"]


def test_a_total_that_grows_while_pages_come_is_no_fault(make):
    papers = invented_papers(25)
    with ArxivServer(papers, script={1: "total:12", 2: "total:23"}) as server:
        batches, stopped = fetched(make(server.url))
    assert (len(ids(batches)), len(server.requests), stopped) == (25, 3, None)


def test_a_first_page_that_counts_fewer_papers_than_it_has_is_not_the_whole(make):
    with ArxivServer(invented_papers(25), always="total:3") as server:
        batches, stopped = fetched(make(server.url))
    assert (len(ids(batches)), len(server.requests)) == (10, 3)
    assert stopped == "arXiv sent more papers than it reports after page 1: try again later"


def test_a_window_that_has_moved_on_is_still_owed_what_the_first_page_counted(make, monkeypatch):
    monkeypatch.setattr(arxiv_search, "MAX_RESULTS", 25)
    with ArxivServer(invented_papers(70), script=dict.fromkeys(range(4, 7), "nothing")) as server:
        batches, stopped = fetched(make(server.url))
    assert (len(ids(batches)), len(server.requests)) == (25, 6)
    assert stopped.startswith("arXiv sent an empty page 3 times before the last paper after page 3")


def test_a_short_page_in_the_middle_loses_nothing(make):
    papers = invented_papers(30)
    with ArxivServer(papers) as server:
        whole = make(server.url, page_size=arxiv_search.MAX_PAGE + 1)
        batches, _ = fetched(whole)
        assert server.requests[0].params["max_results"] == str(arxiv_search.MAX_PAGE)
    assert len(ids(batches)) == 30


def test_past_the_limit_of_the_api_the_window_moves_on(make, monkeypatch):
    monkeypatch.setattr(arxiv_search, "MAX_RESULTS", 25)
    papers = invented_papers(70)
    with ArxivServer(papers) as server:
        batches, stopped = fetched(make(server.url))
    assert stopped is None
    assert list(dict.fromkeys(ids(batches))) == [f"arxiv:{paper.id}" for paper in papers]
    asked = [
        (request.params["start"], request.params["max_results"]) for request in server.requests
    ]
    assert asked[:4] == [("0", "10"), ("10", "10"), ("20", "5"), ("0", "10")]
    assert all(int(start) + int(size) <= 25 for start, size in asked)
    assert {batch.total for batch in batches} == {70}


def test_more_papers_in_a_minute_than_the_api_pages_is_said(make, monkeypatch):
    monkeypatch.setattr(arxiv_search, "MAX_RESULTS", 20)
    papers = tuple(replace(paper, published=NEWEST) for paper in invented_papers(30))
    with ArxivServer(papers) as server:
        batches, stopped = fetched(make(server.url), Window(NEWEST, NOW))
    assert len(ids(batches)) == 20
    assert stopped.startswith("arXiv has more than 20 papers of one minute after page 2")


@pytest.mark.parametrize("fault", ["status:429", "html", "truncated", "empty-page", "no-total"])
def test_after_a_fault_the_next_fetch_goes_on_where_it_stopped(make, fault, tmp_path):
    papers = invented_papers(25)
    with ArxivServer(papers, script=dict.fromkeys(range(2, 5), fault)) as server:
        batches, stopped = fetched(make(server.url))
        assert stopped
        (tmp_path / "pace.not-before").unlink(missing_ok=True)
        server.script.clear()
        asked = len(server.requests)
        window = Window(NEWEST - timedelta(minutes=2), NOW)
        again, stopped = fetched(make(server.url), window, remembered=batches[-1].state)
    assert stopped is None
    assert set(ids(batches)) | set(ids(again)) == {f"arxiv:{paper.id}" for paper in papers}
    # From the minute of the newest paper that came; its own window is a part of what is left.
    newest = batches[-1].sightings[-1].paper.published
    query = server.requests[asked].params["search_query"]
    assert f"[{re.sub('[-T:Z]', '', newest)[:12]} TO" in query
    assert again[-1].state == {"pending": ""}
    assert len(server.requests) - asked <= 2


def test_windows_far_apart_are_asked_one_after_the_other(make):
    papers = invented_papers(25)
    with ArxivServer(papers, script={2: "html"}) as server:
        early = Window(NEWEST - timedelta(minutes=24), NEWEST - timedelta(minutes=10))
        batches, _ = fetched(make(server.url), early)
        late = Window(NEWEST - timedelta(minutes=2))
        again, stopped = fetched(make(server.url), late, remembered=batches[-1].state)
    assert stopped is None
    assert len(set(ids(batches)) | set(ids(again))) == 18
    assert again[0].state["pending"]
    assert again[-1].state == {"pending": ""}
    assert again[-1].total == sum(len(batch.sightings) for batch in again)


def test_the_configuration_decides_unless_categories_are_given():
    with ArxivServer(invented_papers(10)) as server:
        config.change("sources.arxiv.url", server.url)
        config.change("sources.arxiv.categories", "math.OC")
        config.change("sources.arxiv.page-size", "1")
        config.change("sources.arxiv.delay", "0")
        config.change("sources.contact", "me@example.org")
        source = configured()
        batches, stopped = fetched(source)
    assert source.feeds() == ("arxiv:math.OC",)
    assert (len(ids(batches)), len(batches), stopped) == (2, 2, None)
    assert server.requests[0].headers["User-Agent"].endswith("(+mailto:me@example.org)")
    assert configured(("cs.CL",)).feeds() == ("arxiv:cs.CL",)
    assert configured((), query="au:x").feeds() == ("arxiv:au:x",)
    config.change("sources.arxiv.query", " ti:triage ")
    assert configured().feeds() == ("arxiv:ti:triage",)
    assert configured(("cs.CL",)).feeds() == ("arxiv:cs.CL ti:triage",)


def test_requests_are_the_configured_delay_apart(tmp_path):
    slept = []
    pace = RequestPace(tmp_path / "pace", 3.0, sleep=slept.append, clock=lambda: 5.0)
    with ArxivServer(invented_papers(25)) as server:
        config.change("sources.arxiv.url", server.url)
        config.change("sources.arxiv.page-size", "10")
        fetched(configured(ALL, pace=pace))
    assert slept == [3.0, 3.0]


def test_the_server_runs_as_a_process_of_its_own(make):
    command = [sys.executable, arxiv_server.__file__, "--papers", "12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            source = make(process.stdout.readline().strip())
            batches, stopped = fetched(source, now=datetime.now(UTC))
        finally:
            process.terminate()
    assert (len(ids(batches)), stopped) == (12, None)
