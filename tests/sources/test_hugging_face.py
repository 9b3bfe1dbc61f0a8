from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

from arxiv_server import NEWEST, invented_papers
from feed_server import HuggingFaceServer
from loopback import Request
from mutations import JSON, mutants
from papertriage import config
from papertriage.errors import ConfigurationError, InputError, SourceError
from papertriage.sources import hugging_face
from papertriage.sources.contract import Window
from papertriage.sources.hugging_face import configured

NOW = NEWEST + timedelta(hours=1)
PAPERS = invented_papers(7)
FEED = "hugging-face:daily"


@pytest.fixture(autouse=True)
def _swift(home, monkeypatch):
    monkeypatch.setattr(hugging_face, "DELAY", 0.0)


def fetched(server, window=None, remembered=None):
    """Return (the batches, the message of what stopped them or None)."""
    config.change("sources.hugging-face.url", server.url)
    batches = []
    try:
        for batch in configured().batches(FEED, window or Window(), NOW, remembered or {}):
            batches.append(batch)  # noqa: PERF402 - what came before an error counts
    except SourceError as error:
        return batches, str(error)
    return batches, None


def days(server):
    return [request.params["date"] for request in server.requests]


def test_yesterday_and_today_come_with_what_people_made_of_them():
    with HuggingFaceServer(PAPERS) as server:
        (yesterday, today), stopped = fetched(server)
    assert stopped is None
    assert days(server) == ["2026-03-12", "2026-03-13"]
    assert server.requests[0].path == "/api/daily_papers"
    assert server.requests[0].params["sort"] == "publishedAt"
    assert (yesterday.sightings, yesterday.announced) == ((), None)
    assert (today.announced, today.outcome) == (None, "200")
    seen = [(one.place, one.upvotes, one.comments, one.day) for one in today.sightings[:4]]
    assert seen == [
        (1, 40, 0, "2026-03-13"),
        (2, 39, 1, "2026-03-13"),
        (3, None, 2, "2026-03-13"),
        (4, 37, 3, "2026-03-13"),
    ]
    first, second = today.sightings[0].paper, today.sightings[1].paper
    assert (first.id, first.title, first.abstract) == (
        f"arxiv:{PAPERS[0].id}",
        PAPERS[0].title,
        PAPERS[0].abstract,
    )
    assert first.authors == PAPERS[0].authors
    assert first.published == f"{PAPERS[0].published:%Y-%m-%dT%H:%M:%SZ}"
    assert (first.code_url, second.code_url) == ("https://github.com/example/part-0", None)
    assert first.url == f"https://arxiv.org/abs/{PAPERS[0].id}"


def test_a_window_is_asked_day_by_day_in_the_order_that_is_set():
    config.change("sources.hugging-face.sort", "trending")
    with HuggingFaceServer(PAPERS) as server:
        fetched(server, Window(NEWEST - timedelta(days=3), NEWEST - timedelta(days=1)))
    assert days(server) == ["2026-03-10", "2026-03-11", "2026-03-12"]
    assert {request.params["sort"] for request in server.requests} == {"trending"}


def test_pages_are_followed_and_places_go_on():
    server = HuggingFaceServer(PAPERS)
    server.page_size = 3
    with server:
        batches, stopped = fetched(server, Window(NEWEST))
    assert stopped is None
    assert [len(batch.sightings) for batch in batches] == [3, 3, 1]
    assert [one.place for batch in batches for one in batch.sightings] == list(range(1, 8))


def test_what_a_fault_left_is_asked_next_time():
    with HuggingFaceServer(PAPERS, script={2: "html"}) as server:
        batches, stopped = fetched(server, Window(NEWEST - timedelta(days=2)))
        assert stopped.startswith("the answer is not a list of papers in JSON (looks like HTML) ")
        again, stopped = fetched(server, Window(NEWEST), batches[-1].state)
    assert stopped is None
    assert days(server) == ["2026-03-11", "2026-03-12", "2026-03-12", "2026-03-13"]
    assert again[-1].state == {"pending": ""}


def test_a_limit_says_when_it_ends(home):
    with HuggingFaceServer(PAPERS, always="rate:120") as server:
        batches, stopped = fetched(server)
        assert (batches, len(server.requests)) == ([], 1)
        assert stopped == (
            "429 Too Many Requests: Hugging Face asks for a pause, try again in 2 min"
        )
        assert fetched(server)[1].startswith("the server asked for a pause: try again after ")
        assert len(server.requests) == 1


def test_a_short_limit_is_waited_for():
    with HuggingFaceServer(PAPERS, script={1: "rate:0"}) as server:
        assert fetched(server)[1] is None
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("error-object", r'the answer is not a list of papers in JSON \("Invented reason"\): '),
        ("elsewhere", "links to http://127.0.0.2/api after page 1: refused, it is on another"),
        ("endless", "has more than 50 pages after page 50: the next-page links may loop"),
    ],
)
def test_an_answer_that_leads_nowhere_is_one_line(fault, line):
    with HuggingFaceServer(PAPERS, always=fault) as server:
        _, stopped = fetched(server, Window(NEWEST))
    assert re.search(line, stopped)


def test_records_of_any_shape_are_papers_or_named():
    good = {"id": "2603.00001", "title": "T", "upvotes": True, "githubRepo": "javascript:x"}
    good |= {"authors": [{"name": "A"}, {"name": "B", "hidden": True}, {"name": 5}, None]}
    records = [7, None, {"paper": []}, {"paper": {"id": "2603.00002"}}, {"paper": good}]
    body = json.dumps(records).encode()
    found = hugging_face._records(body)
    batch = hugging_face._batch(found, 1, (FEED, "2026-03-13"), date(2026, 3, 13), {})
    (sighting,) = batch.sightings
    assert (sighting.place, sighting.upvotes, sighting.comments) == (5, None, None)
    assert (sighting.paper.authors, sighting.paper.code_url) == (("A",), None)
    assert batch.skipped == (
        "paper 1: no arXiv id",
        "paper 2: no arXiv id",
        "paper 3: no arXiv id",
        "paper 4 (2603.00002): no title",
    )


def test_500_mutated_answers_give_papers_or_one_line():
    text = HuggingFaceServer(PAPERS[:3]).answer(
        Request(0.0, "/api/daily_papers", {"date": "2026-03-13"}, {})
    )
    outcomes, lines = set(), []
    for body in mutants([text.text.encode()], JSON, 500, seed=3):
        try:
            records = hugging_face._records(body)
            batch = hugging_face._batch(records, 1, (FEED, "2026-03-13"), date(2026, 3, 13), {})
            outcomes.add(bool(batch.skipped))
        except SourceError as error:
            lines.append(str(error))
    assert outcomes == {True, False}
    assert lines
    assert not any("\n" in line for line in lines)


def test_json_that_nests_for_ever_is_one_line():
    with pytest.raises(SourceError, match="truncated"):
        hugging_face._records(b"[" * 200_000)


def test_a_foreign_feed_and_an_unknown_order_are_refused():
    with pytest.raises(InputError, match="unknown feed"):
        next(configured().batches("hugging-face:other", Window(), NOW, {}))
    config.change("sources.hugging-face.sort", "best")
    with pytest.raises(ConfigurationError, match="must be publishedAt or trending"):
        configured()
