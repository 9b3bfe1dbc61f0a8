from __future__ import annotations

from datetime import date

import pytest

from arxiv_server import invented_papers
from feed_server import OaiServer
from loopback import Answer, Request
from mutations import XML, mutants
from papertriage.errors import SourceError
from papertriage.sources._oai import BadToken, read_page

TODAY = date(2026, 3, 13)
PAPERS = tuple(paper for paper in invented_papers(10) if "cs.LG" in paper.categories)
SERVER = OaiServer(PAPERS)
ASKED = {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs:cs:LG"}
TEXT = SERVER.answer(Request(0.0, "/oai", ASKED, {})).text


def page(text=TEXT):
    return read_page(text.encode(), TODAY)


def test_a_record_becomes_a_paper():
    found = page()
    paper = found.papers[0]
    assert (paper.id, paper.version, paper.title) == ("arxiv:2603.00000", None, PAPERS[0].title)
    assert paper.abstract == PAPERS[0].abstract
    assert paper.authors == PAPERS[0].authors
    assert (paper.published, paper.updated) == ("2026-03-13T00:00:00Z", "2026-03-13T00:00:00Z")
    assert (paper.categories, paper.primary_category) == (("cs.LG", "stat.ML"), "cs.LG")
    assert (paper.url, paper.comment) == ("https://arxiv.org/abs/2603.00000", "12 pages")
    assert (found.size, found.reached, found.truncated) == (5, "2026-03-13", False)
    assert [found.token] == ["set%3Dcs%3Acs%3ALG%26from%3D0%26skip%3D5"]
    assert found.total is None


def test_what_a_record_may_have_besides_is_read():
    more = (
        "<updated>2026-03-12</updated><doi>10.1000/A 10.1000/b</doi>"
        "<authors><author><keyname>King</keyname><forenames>Ada</forenames>"
        "<suffix>Jr</suffix></author><author><affiliation>X</affiliation></author></authors>"
    )
    text = TEXT.replace("<authors>", f"{more}<old>", 1).replace(
        "</authors><title>", "</old><title>", 1
    )
    paper = page(text).papers[0]
    assert (paper.updated, paper.doi) == ("2026-03-12T00:00:00Z", "10.1000/a")
    assert paper.authors == ("Ada King Jr",)


def test_the_whole_number_is_read_where_it_is_given():
    text = SERVER.spoilt("sized", "77", Answer(TEXT)).text
    assert page(text).total == 77


@pytest.mark.parametrize(
    ("code", "error", "line"),
    [
        ("badResumptionToken", BadToken, "arXiv no longer accepts the resumption token"),
        ("badArgument", SourceError, "arXiv refused the harvest: badArgument: An invented reason."),
    ],
)
def test_an_error_is_one_line(code, error, line):
    with pytest.raises(error, match=line):
        page(SERVER.error(code).text)


def test_no_match_is_an_empty_page():
    found = page(SERVER.error("noRecordsMatch").text)
    assert (found.papers, found.size, found.total, found.token) == ((), 0, 0, "")


def test_a_bad_record_is_named_and_the_token_is_still_found():
    found = page(TEXT.replace(PAPERS[2].title, "Fish & Chips"))
    assert len(found.papers) == 4
    assert found.skipped == (f"paper 3 (oai:arXiv.org:{PAPERS[2].id}): not well-formed XML",)
    assert (found.size, found.token, found.truncated) == (5, page().token, False)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (f"<id>{PAPERS[0].id}</id>", "<id>x</id>", "no arXiv id"),
        (f"<title>{PAPERS[0].title}</title>", "", "no title"),
        ("http://arxiv.org/OAI/arXiv/", "http://arxiv.org/OAI/arXivRaw/", "no metadata"),
    ],
)
def test_a_record_that_is_no_paper_is_named(old, new, why):
    found = page(TEXT.replace(old, new, 1))
    assert (len(found.papers), len(found.skipped)) == (4, 1)
    assert found.skipped[0].endswith(why)


def test_a_deleted_record_is_named():
    found = page(SERVER.spoilt("deleted", "", Answer(TEXT)).text)
    assert found.skipped[0].endswith("deleted from arXiv")


def test_half_a_page_gives_its_whole_records():
    found = page(TEXT[: TEXT.rindex("<abstract>")])
    assert (len(found.papers), found.truncated, found.token) == (4, True, "")
    assert found.skipped == ("paper 5: cut off",)


def test_a_token_of_absurd_length_is_refused():
    with pytest.raises(SourceError, match="longer than 4,000"):
        page(TEXT.replace("set%3D", "x" * 5_000))


@pytest.mark.parametrize("body", ["<html>", "[]", "<feed/>"])
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(SourceError, match="not an OAI-PMH answer"):
        page(body)


def test_500_mutated_answers_give_a_page_or_one_line():
    texts = [TEXT, SERVER.error("noRecordsMatch").text]
    outcomes, lines = set(), []
    for body in mutants([text.encode() for text in texts], XML, 500, seed=2):
        try:
            outcomes.add(bool(read_page(body, TODAY).papers))
        except SourceError as error:
            lines.append(str(error))
    assert outcomes == {True, False}
    assert lines
    assert not any("\n" in line for line in lines)
