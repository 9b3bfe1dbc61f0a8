from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiv_server import entry, feed, invented_papers
from mutations import XML, mutants
from papertriage.errors import SourceError
from papertriage.sources import _feed_parser
from papertriage.sources._atom import read_page

DATA = Path(__file__).parents[1] / "data" / "arxiv"
TODAY = date(2026, 3, 13)
PAYLOADS = sorted(path for path in DATA.iterdir() if path.suffix != ".json")


def outcome(body: bytes) -> dict[str, object]:
    try:
        page = read_page(body, TODAY)
    except SourceError as error:
        return {"error": str(error)}
    papers = [
        {name: value for name, value in paper._asdict().items() if value not in (None, ())}
        for paper in page.papers
    ]
    found = {"papers": papers, "skipped": page.skipped, "total": page.total}
    return json.loads(json.dumps(found | {"size": page.size, "truncated": page.truncated}))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.name)
def test_a_payload_is_read_as_its_expected_value_says(path):
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert outcome(path.read_bytes()) == expected


def test_every_expected_value_belongs_to_a_payload():
    expected = {path.stem for path in DATA.glob("*.json")}
    assert expected == {path.stem for path in PAYLOADS}
    assert len(PAYLOADS) == len(expected)


def test_the_encoding_that_a_page_claims_is_not_believed():
    body = feed([entry(paper) for paper in invented_papers(4)], 4)
    claimed = body.replace("encoding='UTF-8'", "encoding='utf-7'").encode()
    assert len(read_page(claimed, TODAY).papers) == 4


def test_invalid_utf_8_costs_a_character_and_no_paper():
    body = feed([entry(paper) for paper in invented_papers(4)], 4)
    page = read_page(body.encode("latin-1"), TODAY)
    assert any("J\ufffdrgen Gro\ufffd" in paper.authors for paper in page.papers)


def test_an_abstract_of_absurd_length_is_skipped_and_named():
    body = feed([entry(invented_papers(1)[0])], 1).replace("We study", "We " * 100_000)
    page = read_page(body.encode(), TODAY)
    assert page.papers == ()
    assert page.skipped[0].endswith("a field is longer than 200,000 characters")


@pytest.mark.parametrize(
    "body",
    [
        "<feed xmlns='http://www.w3.org/2005/Atom'>" + "<a>" * 200_000,
        "<feed xmlns='http://www.w3.org/2005/Atom'><a {}/></feed>".format(
            " ".join(f"a{n}='1'" for n in range(50_000))
        ),
    ],
    ids=["levels", "attributes"],
)
def test_what_would_keep_the_parser_busy_for_ever_is_refused(body):
    with pytest.raises(SourceError, match="too much nesting or too many attributes"):
        read_page(body.encode(), TODAY)


def test_a_paper_that_the_parser_chokes_on_costs_no_neighbour(monkeypatch):
    parse = _feed_parser.parse

    def choking(text):
        if "Part 2" in text:
            raise KeyError("where")  # noqa: EM101 - what feedparser raised on mutated feeds
        return parse(text)

    monkeypatch.setattr(_feed_parser, "parse", choking)
    page = read_page(feed([entry(paper) for paper in invented_papers(3)], 3).encode(), TODAY)
    assert len(page.papers) == 2
    assert (page.size, page.total, page.truncated) == (3, 3, False)
    assert page.skipped == ("paper 2 (http://arxiv.org/abs/2603.00001v1): cannot be parsed",)


def test_an_entity_in_utf_16_is_refused_too():
    body = (DATA / "entities.xml").read_text(encoding="utf-8")
    with pytest.raises(SourceError, match="declares"):
        read_page(body.encode("utf-16"), TODAY)


def test_500_mutated_pages_give_a_page_or_one_line():
    payloads = [path.read_bytes() for path in PAYLOADS]
    seen = set()
    for body in mutants(payloads, XML, 500, seed=20260313):
        found = outcome(body)
        if "error" in found:
            assert "\n" not in str(found["error"])
        seen.add("error" in found)
    assert seen == {True, False}


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace"))
)
def test_whatever_comes_is_a_page_or_a_source_error(body):
    outcome(body)
    outcome(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>" + body + b"</entry></feed>")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_control_character_comes_out_of_a_page(title, abstract):
    paper = invented_papers(1, datetime(2026, 3, 1, tzinfo=UTC))[0]
    body = feed([entry(paper)], 1).replace(paper.title, f"T <![CDATA[{title}]]>")
    body = body.replace("We study", f"<![CDATA[{abstract}]]>")
    for found in read_page(body.encode(errors="replace"), TODAY).papers:
        assert found.title.strip() != ""
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in found.title)
