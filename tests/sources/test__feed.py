from __future__ import annotations

import pytest

from arxiv_server import invented_papers
from feed_server import DailyServer, JournalServer
from loopback import Request
from mutations import XML, mutants
from papertriage.errors import SourceError
from papertriage.sources import _feed, _feed_parser, _time_limit
from papertriage.sources._feed import ANY, ATOM, Unusable, check_title, field, fields, read_feed

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://x.example/"><title>Old</title>
<items><rdf:Seq><rdf:li rdf:resource="https://x.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://x.example/1"><title>One</title></item>
<item rdf:about="https://x.example/2"><title>Two</title></item>
</rdf:RDF>"""


def text_of(server, path):
    return server.answer(Request(0.0, path, {}, {})).text


def daily(path, number=4):
    return text_of(DailyServer(invented_papers(number)), path)


def titles(feed):
    return [field(entry, "title") for _, entry in feed.entries]


@pytest.mark.parametrize("text", [daily("/rss/cs.LG"), daily("/atom/cs.LG"), RDF])
def test_every_kind_of_feed_is_read(text):
    feed = read_feed(text.encode(), ANY)
    assert len(feed.entries) == feed.size >= 2
    assert (feed.skipped, feed.truncated) == ((), False)
    assert field(feed.head, "title")


def test_a_feed_of_another_kind_is_refused():
    with pytest.raises(SourceError, match=r"not an Atom feed .looks like other XML"):
        read_feed(daily("/rss/cs.LG").encode(), ATOM)


@pytest.mark.parametrize("text", [daily("/rss/cs.LG"), daily("/atom/cs.LG"), RDF])
def test_a_damaged_entry_costs_no_neighbour_and_not_the_head(text):
    whole = read_feed(text.encode(), ANY)
    damaged = read_feed(text.replace("</title>", "& </title>").replace("&", "", 1).encode(), ANY)
    assert len(damaged.entries) + len(damaged.skipped) == whole.size == damaged.size
    assert not damaged.truncated
    spoilt = text.replace(titles(whole)[-1], "Fish & Chips")
    feed = read_feed(spoilt.encode(), ANY)
    assert titles(feed) == titles(whole)[:-1]
    assert feed.skipped[0].endswith("not well-formed XML")
    assert field(feed.head, "title") == field(whole.head, "title")


@pytest.mark.parametrize("text", [daily("/rss/cs.LG"), daily("/atom/cs.LG"), RDF])
def test_what_is_cut_off_is_said(text):
    cut = text[: text.rindex("<title>") + 10]
    feed = read_feed(cut.encode(), ANY)
    assert feed.truncated
    assert len(feed.entries) == read_feed(text.encode(), ANY).size - 1
    assert feed.skipped[-1].endswith("cut off")


@pytest.mark.parametrize("path", ["/rss/cs.LG", "/atom/cs.LG"])
def test_what_is_too_much_is_left_out_and_said(path, monkeypatch):
    monkeypatch.setattr(_feed, "MAX_ENTRIES", 3)
    feed = read_feed(daily(path, 7).encode(), ANY)
    assert (len(feed.entries), feed.truncated) == (3, False)
    assert feed.skipped == ("paper 4 and 3 more: too many",)


def test_what_feedparser_chokes_on_costs_one_paper(monkeypatch):
    parse = _feed_parser.parse

    def choking(text):
        if "Part 2" in text:
            raise KeyError("where")  # noqa: EM101 - what feedparser raised on mutated feeds
        return parse(text)

    monkeypatch.setattr(_feed_parser, "parse", choking)
    feed = read_feed(daily("/rss/cs.LG").encode(), ANY)
    assert len(feed.entries) == 3
    assert feed.skipped == ("paper 2 (https://arxiv.org/abs/2603.00001): cannot be parsed",)


def test_mathematics_is_not_taken_for_markup():
    text = daily("/rss/cs.LG").replace("We study", "For $x&lt;y$ we have $y&gt;z$, n&lt;k&lt;m")
    entry = read_feed(text.encode(), ANY).entries[0][1]
    assert "For $x<y$ we have $y>z$, n<k<m" in field(entry, "summary")


def test_a_feed_in_latin_1_says_so_and_is_believed():
    text = text_of(JournalServer(invented_papers(4)), "/").replace("UTF-8", "ISO-8859-1")
    feed = read_feed(text.encode("latin-1"), ANY, declared=True)
    names = [name for _, entry in feed.entries for name in fields(entry, "authors", "name")]
    assert "Jürgen Groß" in names


def test_a_title_is_needed_and_0_is_one():
    check_title("0", "")
    for title, abstract, why in (("", "x", "no title"), ("T", "x" * 200_001, "200,000 characters")):
        with pytest.raises(Unusable, match=why):
            check_title(title, abstract)


def test_500_mutated_feeds_give_a_feed_or_one_line():
    journal = text_of(JournalServer(invented_papers(3)), "/")
    texts = [daily("/rss/cs.LG", 3), daily("/atom/cs.LG", 3), journal, RDF]
    outcomes, lines = set(), []
    for body in mutants([text.encode() for text in texts], XML, 500, seed=1):
        try:
            outcomes.add(bool(read_feed(body, ANY, declared=True).entries))
        except SourceError as error:
            lines.append(str(error))
    assert True in outcomes
    assert lines
    assert not any("\n" in line for line in lines)


def test_a_feed_that_takes_too_long_is_given_up(monkeypatch):
    def busy(_text):
        while True:
            pass

    monkeypatch.setattr(_feed_parser, "parse", busy)
    monkeypatch.setattr(_time_limit, "SECONDS", 0.2)
    with pytest.raises(SourceError, match="cannot be read within"):
        read_feed(daily("/rss/cs.LG").encode(), ANY)


@pytest.mark.parametrize(
    "inside",
    [
        "".join(f'<a{n}:b xmlns:a{n}="urn:{n}"/>' for n in range(300)),
        f'<b xml:base="{"x" * 3_000}"/>',
    ],
    ids=["namespaces", "base"],
)
def test_what_each_element_would_be_compared_with_is_bounded(inside):
    text = f"<rss version='2.0'><channel>{inside}</channel></rss>"
    with pytest.raises(SourceError, match="too much nesting or too many attributes"):
        read_feed(text.encode(), ANY)
