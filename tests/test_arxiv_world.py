"""The imitation of arXiv keeps arXiv's rules."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

import arxiv_world_pages as pages
from arxiv_world import (
    DAY,
    WATCHED,
    Change,
    Version,
    World,
    WorldPaper,
    announces,
    eastern,
    evening_for,
    make_world,
)
from arxiv_world_query import matcher
from arxiv_world_server import ArxivWorldServer, Fault, Habits
from conftest import SHARED
from loopback import answered

BEGIN = date(2026, 10, 26)
OAI = "{http://www.openarchives.org/OAI/2.0/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"


@cache
def six_weeks(ids: str = "announcement") -> World:
    return make_world(1, BEGIN, 42, ids=ids)


def paper(name: str = "2611.00001", **more: object) -> WorldPaper:
    """Return a paper that was submitted on a Monday morning and announced that evening."""
    submitted = eastern(date(2026, 11, 9), 10)
    given = {
        "id": name,
        "title": f"A Study of <{name}> & More",
        "abstract": f"We study {name}. It is < 1.",
        "authors": (("Jürgen", "Groß"), ("Ada", "Example")),
        "categories": ("cs.LG", "stat.ML"),
        "versions": (Version(submitted, date(2026, 11, 9), "9 pages"),),
    }
    return WorldPaper(**given | more)


def serving(*papers: WorldPaper, now: datetime, **habits: object) -> ArxivWorldServer:
    world = World({one.id: one for one in papers}, BEGIN, BEGIN + 42 * DAY)
    return ArxivWorldServer(world=world, now=now, habits=Habits(**habits))


def got(server: ArxivWorldServer, path: str, **params: object) -> tuple[int, str]:
    answer = answered(server.port, f"{path}?{urlencode(params)}" if params else path)
    return answer.status, answer.text


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - our own server, or a file of ours


def harvested(server: ArxivWorldServer, **params: object) -> ET.Element:
    asked = {"verb": "ListRecords", "metadataPrefix": "arXiv"} | params
    asked = asked if "resumptionToken" not in asked else {"verb": "ListRecords"} | params
    return parsed(got(server, "/oai", **asked)[1])


def identifiers(root: ET.Element) -> list[str]:
    return [one.text.rpartition(":")[2] for one in root.iter(f"{OAI}identifier")]


def listed(server: ArxivWorldServer, asked: str) -> list[tuple[str, str]]:
    text = got(server, f"/rss/{asked}")[1]
    kinds = re.findall(r"<arxiv:announce_type>(.*)</", text)
    return list(zip(re.findall(r"oai:arXiv.org:(.*)</guid>", text), kinds, strict=True))


@pytest.mark.parametrize(
    ("ready", "evening"),
    [
        # https://info.arxiv.org/help/availability.html
        (eastern(date(2026, 11, 9), 14), date(2026, 11, 9)),
        (eastern(date(2026, 11, 9), 14, 1), date(2026, 11, 10)),
        (eastern(date(2026, 11, 12), 14, 1), date(2026, 11, 15)),
        (eastern(date(2026, 11, 13), 13, 59), date(2026, 11, 15)),
        (eastern(date(2026, 11, 13), 14, 1), date(2026, 11, 16)),
        (eastern(date(2026, 11, 15), 12), date(2026, 11, 16)),
        # Thanksgiving.
        (eastern(date(2026, 11, 26), 9), date(2026, 11, 29)),
        # The last minute before the cut-off, in summer and in winter.
        (datetime(2026, 10, 30, 17, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 6, 18, 59, tzinfo=UTC), date(2026, 11, 8)),
        (datetime(2026, 11, 6, 19, 1, tzinfo=UTC), date(2026, 11, 9)),
        # The turn of the year.
        (eastern(date(2026, 12, 29), 9), date(2026, 12, 30)),
        (eastern(date(2026, 12, 31), 9), date(2027, 1, 3)),
    ],
)
def test_a_paper_is_announced_on_the_evening_whose_cut_off_it_meets(ready, evening) -> None:
    assert evening_for(ready) == evening


def test_a_world_is_the_same_again_from_its_seed_and_another_from_another() -> None:
    assert make_world(1, BEGIN, 42) == six_weeks()
    assert make_world(2, BEGIN, 42) != six_weeks()


def test_a_world_holds_whatever_makes_a_reader_lose_papers() -> None:
    world = six_weeks()
    happened: Counter[str] = Counter()
    for one in world.papers.values():
        happened["removed"] += one.removed is not None
        announced = one.announced(WATCHED)
        if announced and world.begin <= announced[0] < world.end:
            evening, kind = announced
            waited = eastern(evening, 20) - one.versions[0].submitted
            happened[kind] += 1
            happened["held"] += evening == one.versions[0].evening and waited > timedelta(days=7)
            happened["late cross"] += evening != one.versions[0].evening
            happened["old late cross"] += one.versions[0].evening < world.begin - 60 * DAY
        for number, version in enumerate(one.versions, 1):
            if world.begin <= version.evening < world.end and number > 1:
                happened["replaced"] += 1
                happened["version 6 or more"] += number > 5
                happened["withdrawn"] += "withdrawn" in version.comment
        for change in one.changes:
            old = one.versions[0].evening < world.begin - 20 * DAY
            happened["changed"] += eastern(world.begin) <= change.at < eastern(world.end)
            happened["old and changed"] += old and change.at >= eastern(world.begin)
    assert 300 < happened["new"] + happened["cross"] < 500
    least = {"held": 15, "late cross": 25, "old late cross": 1, "replaced": 200, "changed": 150}
    least |= {"version 6 or more": 8, "withdrawn": 5, "old and changed": 60, "removed": 2}
    assert {name: happened[name] for name in least if happened[name] < least[name]} == {}


@pytest.mark.parametrize("order", ["announcement", "submission"])
def test_ids_are_given_in_the_order_of_announcement_or_of_submission(order: str) -> None:
    recent = [one for one in six_weeks(order).papers.values() if one.versions[0].evening > BEGIN]
    times = {
        "announcement": [one.versions[0].evening for one in sorted(recent, key=lambda one: one.id)],
        "submission": [one.versions[0].submitted for one in sorted(recent, key=lambda p: p.id)],
    }
    assert {name for name, given in times.items() if given == sorted(given)} == {order}


@pytest.mark.parametrize(
    ("service", "before", "after"),
    [
        ("oai", eastern(date(2026, 11, 9), 22, 29), eastern(date(2026, 11, 9), 22, 30)),
        ("daily", eastern(date(2026, 11, 9), 23, 59), eastern(date(2026, 11, 10))),
        ("api", eastern(date(2026, 11, 10), 0, 39), eastern(date(2026, 11, 10), 0, 40)),
    ],
)
def test_each_service_shows_an_announcement_from_its_own_time_on(service, before, after) -> None:
    def text() -> str:
        asked = {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs"}
        answers = {
            "oai": got(server, "/oai", **asked),
            "daily": got(server, "/rss/cs.LG+cs.CL"),
            "api": got(server, "/api/query", search_query="cat:cs.LG"),
        }
        return answers[service][1]

    with serving(paper(), now=before) as server:
        assert "2611.00001" not in text()
        assert server.news(service, WATCHED) == set()
        server.now = after
        assert "2611.00001" in text()
        assert server.news(service, WATCHED) == {"2611.00001"}


def test_the_daily_feed_lists_each_paper_once_and_leaves_late_versions_and_metadata_out() -> None:
    evening, earlier = date(2026, 11, 9), date(2026, 9, 1)
    when = eastern(evening, 9)
    first = Version(eastern(earlier, 9), earlier)
    papers = (
        paper("2611.00004"),
        paper("2611.00003", categories=("cs.CV", "cs.LG")),
        paper("2611.00002", categories=("cs.CV",)),
        paper("2609.00001", versions=(first, Version(when, evening))),
        paper(
            "2609.00002", versions=(first, Version(when, evening)), categories=("cs.CV", "cs.LG")
        ),
        paper("2609.00003", versions=(first,) * 5 + (Version(when, evening),)),
        paper("2609.00004", versions=(first,), changes=(Change(when, "doi", "10.1000/1"),)),
        paper(
            "2609.00005", versions=(first,), categories=("cs.CV",), crossed=(("cs.LG", evening),)
        ),
    )
    with serving(*papers, now=eastern(evening + DAY, 1, 30)) as server:
        assert listed(server, "cs.LG+stat.ML") == [
            ("2611.00004v1", "new"),
            ("2609.00005v1", "cross"),
            ("2611.00003v1", "cross"),
            ("2609.00001v2", "replace"),
            ("2609.00002v2", "replace-cross"),
        ]
        # The type is one for what was asked: all of these are new to cs.
        assert {kind for _, kind in listed(server, "cs")} == {"new", "cross", "replace"}
        entries = got(server, "/atom/cs.LG+stat.ML")[1]
        assert entries.count("<entry>") == 5
        server.now += DAY
        assert listed(server, "cs.LG+stat.ML") == []


@pytest.mark.parametrize("day", [date(2026, 11, 7), date(2026, 11, 27), date(2026, 11, 8)])
def test_the_daily_feed_of_a_day_without_announcement_is_empty_and_dated(day: date) -> None:
    with ArxivWorldServer(world=six_weeks(), now=eastern(day, 2)) as server:
        status, text = got(server, "/rss/cs.LG")
    assert (status, "<item>" in text) == (200, False)
    assert f"<pubDate>{day:%a, %d %b %Y} 00:00:00 -0500</pubDate>" in text


def test_the_daily_feed_has_an_unquoted_etag_and_refuses_what_is_no_archive() -> None:
    with serving(paper(), now=eastern(date(2026, 11, 10), 2), cdn=True) as server:
        answer = answered(server.port, "/rss/cs.LG")
        etag = answer.headers["ETag"]
        assert re.fullmatch("[0-9a-f]{64}", etag)
        assert "2611.00001v1" in answer.text
        again = answered(server.port, "/rss/cs.LG", {"If-None-Match": etag})
        assert (again.status, again.text) == (304, "")
        for wrong in ("xx.LG", "cs.*"):
            status, text = got(server, f"/rss/{wrong}")
            assert (status, "Feed error for query" in text) == (400, True)


def test_oai_pages_go_on_by_a_token_that_is_encoded_again_and_the_last_has_none() -> None:
    now = eastern(date(2026, 11, 20), 2)
    with ArxivWorldServer(world=six_weeks(), now=now, habits=Habits(page_size=25)) as server:
        asked = {"set": "cs:cs:LG", "from": "2026-11-16"}
        root, found, tokens = harvested(server, **asked), [], []
        while (token := root.find(f".//{OAI}resumptionToken")) is not None:
            assert token.attrib == {"expires": "2026-11-21T00:00:00Z"}
            found += identifiers(root)
            tokens.append(token.text)
            root = harvested(server, resumptionToken=token.text)
        found += identifiers(root)
        # Sent as it is, a token comes decoded, and is none.
        path = f"/oai?verb=ListRecords&resumptionToken={tokens[0]}"
        assert "badResumptionToken" in got(server, path)[1]
        server.now = datetime(2026, 11, 21, tzinfo=UTC)
        refused = got(server, "/oai", verb="ListRecords", resumptionToken=tokens[0])[1]
        assert "badResumptionToken" in refused
    with ArxivWorldServer(world=six_weeks(), now=now) as server:
        whole = identifiers(harvested(server, **asked))
    assert len(whole) > 60
    assert sorted(set(found)) == sorted(whole)
    # The record at which a page ends comes once more.
    assert len(found) == len(whole) + len(tokens)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-20", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:CV", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=no:such", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&since=2026-11-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&metadataPrefix=arXiv", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-9", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-31", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-11-02&until=2026-11-01", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=Harvest", "badVerb"),
        ("verb=ListRecords&resumptionToken=none", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=none&metadataPrefix=arXiv", "badArgument"),
        ("verb=GetRecord&metadataPrefix=arXiv&identifier=oai:arXiv.org:1", "idDoesNotExist"),
    ],
)
def test_oai_refuses_with_status_200_and_the_code_of_the_protocol(query: str, code: str) -> None:
    with serving(paper(), now=eastern(date(2026, 11, 12))) as server:
        status, text = got(server, f"/oai?{query}")
    assert (status, f"<error code='{code}'>" in text) == (200, True), text


@pytest.mark.parametrize(
    ("habits", "announced", "changed"),
    [
        ({"stamp": "eastern"}, "2026-11-09", "2026-11-11"),
        ({"stamp": "eastern", "shift": 1}, "2026-11-10", "2026-11-11"),
        ({"stamp": "utc"}, "2026-11-10", "2026-11-12"),
        ({"stamp": "utc", "shift": 1}, "2026-11-11", "2026-11-12"),
    ],
)
def test_oai_dates_a_record_by_its_last_change(habits, announced: str, changed: str) -> None:
    change = Change(eastern(date(2026, 11, 11), 21), "doi", "10.1000/1")
    with serving(paper(changes=(change,)), now=change.at - DAY / 24, **habits) as server:
        root = harvested(server, set="cs:cs:LG")
        assert [one.text for one in root.iter(f"{OAI}datestamp")] == [announced]
        # A change of metadata is there at once.
        server.now = change.at
        root = harvested(server, set="cs:cs:LG", until=changed)
        assert [one.text for one in root.iter(f"{OAI}datestamp")] == [changed]
        assert harvested(server, set="cs:cs:LG", until=announced).find(f"{OAI}error") is not None


@pytest.mark.parametrize("name", ["", "cs", "cs:cs", "cs:cs:LG", "stat:stat:ML", "physics:hep-th"])
def test_oai_finds_a_paper_in_every_set_above_its_categories(name: str) -> None:
    one = paper(categories=("hep-th", "cs.LG", "stat.ML"))
    more = {"set": name} if name else {}
    with serving(
        one, paper("2611.00002", categories=("econ.GN",)), now=eastern(BEGIN + 30 * DAY)
    ) as s:
        assert identifiers(harvested(s, **more))[-1:] == ["2611.00001"] or not name
        assert "2611.00001" in identifiers(harvested(s, **more))


def test_the_raw_format_tells_the_history_of_what_has_been_announced() -> None:
    later = Version(eastern(date(2026, 11, 16), 9), date(2026, 11, 16))
    one = paper(versions=(*paper().versions, later))
    with serving(one, now=eastern(date(2026, 11, 16), 22)) as server:
        asked = {"metadataPrefix": "arXivRaw", "set": "cs"}
        dates = [one.text for one in harvested(server, **asked).iter(f"{RAW}date")]
        assert dates == ["Mon, 09 Nov 2026 15:00:00 GMT"]
        server.now += DAY
        dates = [one.text for one in harvested(server, **asked).iter(f"{RAW}date")]
        assert dates[1:] == ["Mon, 16 Nov 2026 14:00:00 GMT"]


def _order(root: ET.Element) -> list[str]:
    return list(dict.fromkeys(one.tag for one in root.iter()))


@pytest.mark.parametrize(
    ("prefix", "payload"),
    [
        ("arXiv", "oai_listrecords_arXiv_page1.xml"),
        ("arXivRaw", "oai_getrecord_arXivRaw.xml"),
        ("rss", "arxiv_rss_cs.LG.xml"),
        ("atom", "arxiv_rss_atom_cs.LG.xml"),
        ("api", "arxiv_api_page1.xml"),
    ],
)
def test_the_answers_have_the_shape_of_real_ones(prefix: str, payload: str) -> None:
    path = SHARED / "payloads" / payload
    if not path.exists():
        pytest.skip("the payloads are not there")
    whole = paper(
        changes=tuple(
            Change(eastern(date(2026, 11, 9), 21), name, f"10.1000/{name}")
            for name in ("doi", "journal", "comment")
        )
    )
    with serving(whole, now=eastern(date(2026, 11, 10), 1)) as server:
        texts = {
            "rss": lambda: got(server, "/rss/cs.LG")[1],
            "atom": lambda: got(server, "/atom/cs.LG")[1],
            "api": lambda: got(server, "/api/query", search_query="cat:cs.LG")[1],
        }
        asked = {"verb": "ListRecords", "metadataPrefix": prefix, "set": "cs"}
        text = texts.get(prefix, lambda: got(server, "/oai", **asked)[1])()
    real, ours = _order(parsed(path.read_text(encoding="utf-8"))), _order(parsed(text))
    verbs = {f"{OAI}GetRecord", f"{OAI}ListRecords"}
    # A comment comes after the categories; the payload of the raw format has none.
    comment = {f"{RAW}comments"}
    ours = [one for one in ours if one not in verbs | comment]
    # Elements that occur in some papers only: those that both have come in the same order.
    assert set(ours) <= set(real)
    both = [one for one in real if one in ours]
    first_paper = [one for one in ours if one in both]
    assert sorted(first_paper) == sorted(both)
    assert len(both) > 8


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cat:cs.LG", {"1", "2"}),
        ("cat:cs.*", {"1", "2", "3"}),
        ("cat:cs.CV OR cat:stat.ML AND au:groß", {"1", "3"}),
        ("(cat:cs.LG) AND (ti:second)", {"2"}),
        ("cat:cs.LG ANDNOT all:second", {"1"}),
        ('abs:"of the second" cat:cs.CV', {"2", "3"}),
        ("cat:cs.LG AND submittedDate:[202611100000 TO 202611302359]", {"2"}),
        ("", {"1", "2", "3"}),
    ],
)
def test_a_search_is_read_as_the_api_reads_it(query: str, found: set[str]) -> None:
    later = (Version(eastern(date(2026, 11, 10), 9), date(2026, 11, 10)),)
    known = [
        paper("1", title="First", abstract="Of the first."),
        paper(
            "2", title="Second", abstract="Of the second.", categories=("cs.LG",), versions=later
        ),
        paper("3", title="Third", abstract="Of the third.", categories=("cs.CV",)),
    ]
    wanted = matcher(query)
    states = [pages.Seen(one, one.versions, one.categories) for one in known]
    assert {one.paper.id for one in states if wanted(one)} == found


def test_the_api_pages_and_refuses_in_its_own_words() -> None:
    now = eastern(date(2026, 11, 20), 2)
    with ArxivWorldServer(world=six_weeks(), now=now) as server:
        asked = {"search_query": "cat:cs.LG", "sortBy": "submittedDate", "sortOrder": "ascending"}
        texts = [got(server, "/api/query", **asked, start=n, max_results=100)[1] for n in (0, 100)]
        ids = [re.findall(r"<id>http://arxiv.org/abs/(.*)v\d", text) for text in texts]
        totals = {re.search(r"totalResults>(\d+)<", text)[1] for text in texts}
        assert (len(ids[0]), len(ids[1]), len(totals)) == (100, 100, 1)
        assert not set(ids[0]) & set(ids[1])
        one = got(server, "/api/query", id_list=f"{ids[0][5]}v1,9999.00001")[1]
        assert re.findall(r"<id>http://arxiv.org/abs/(.*)v\d", one) == [ids[0][5]]
        for wrong, status in (
            ({"start": "x"}, 400),
            ({"search_query": "(cat:cs.LG"}, 400),
            ({"search_query": "cat:cs.LG)"}, 400),
            ({"search_query": "AND"}, 400),
            ({"start": 9_000, "max_results": 2_000}, 500),
        ):
            code, text = got(server, "/api/query", **wrong)
            assert (code, "<title>Error</title>" in text) == (status, True)
        assert got(server, "/elsewhere")[0] == 404


def test_an_outage_holds_for_its_time_and_its_service_alone() -> None:
    since = eastern(date(2026, 11, 10), 1)
    fault = Fault("daily", since, since + DAY, "status:503:0")
    with serving(paper(), now=since, faults=(fault,)) as server:
        assert got(server, "/rss/cs.LG")[0] == 503
        assert got(server, "/oai", verb="Identify")[0] == 200
        assert [server.works(one) for one in ("api", "daily", "oai")] == [True, False, True]
        server.now = fault.until
        assert got(server, "/rss/cs.LG")[0] == 200
        assert [(one.service, one.status) for one in server.served] == [
            ("daily", 503),
            ("oai", 200),
            ("daily", 200),
        ]


def test_who_is_told_to_wait_by_one_service_may_ask_none() -> None:
    since = eastern(date(2026, 11, 10), 1)
    server = serving(paper(), now=since, faults=(Fault("api", since, since + DAY, "status:429"),))
    assert not any(server.works(one) for one in ("api", "daily", "oai"))


def test_a_stale_day_shows_the_batch_before_and_a_stale_evening_comes_a_day_late() -> None:
    tuesday = date(2026, 11, 10)
    before = paper("2611.00000", versions=(Version(eastern(BEGIN, 9), date(2026, 11, 8)),))
    habits = {"stale_daily": frozenset({tuesday}), "stale_oai": frozenset({date(2026, 11, 9)})}
    with serving(before, paper(), now=eastern(tuesday, 2), **habits) as server:
        assert listed(server, "cs.LG") == [("2611.00000v1", "new")]
        assert f"<pubDate>{tuesday:%a, %d %b %Y}" in got(server, "/rss/cs.LG")[1]
        assert identifiers(harvested(server, set="cs")) == ["2611.00000"]
        server.now = eastern(tuesday, 22, 30)
        # Under the date at which it should have been there.
        root = harvested(server, set="cs", until="2026-11-09")
        assert identifiers(root) == ["2611.00000", "2611.00001"]


def test_a_removed_paper_is_shown_no_more() -> None:
    gone = eastern(date(2026, 11, 12), 11)
    with serving(paper(removed=gone), now=gone) as server:
        assert harvested(server, set="cs").find(f"{OAI}error") is not None
        assert server.news("oai", WATCHED) == set()


def test_the_evenings_of_2027_have_holidays_of_their_own() -> None:
    assert not announces(date(2027, 11, 25))
    assert announces(date(2027, 11, 24))
