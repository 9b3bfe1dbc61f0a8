from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given

from builders import make_cached, make_score
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats import entries
from papertriage.formats.atom import chunks

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4287, sections 4.1.1 and 4.1.2: what must be there once, and what may be there.
ONCE = {"id", "title", "updated"}
FEED = ["id", "title", "updated", "author", "generator"]
ENTRY = {*ONCE, "published", "link", "author", "category", "content"}


def read(papers, **options):
    """Parse the feed as XML, hold it to RFC 4287, and return it."""
    feed = ET.fromstring("".join(chunks(papers, **options)).encode())  # noqa: S314 - our own feed
    assert feed.tag == f"{ATOM}feed"
    names = [element.tag.removeprefix(ATOM) for element in feed]
    assert names[:5] == FEED
    assert set(names[5:]) <= {"entry"}
    for entry in feed.findall(f"{ATOM}entry"):
        inside = [element.tag.removeprefix(ATOM) for element in entry]
        assert set(inside) <= ENTRY
        assert all(inside.count(name) == 1 for name in ONCE | {"content"})
    for time in [*feed.iter(f"{ATOM}updated"), *feed.iter(f"{ATOM}published")]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time.text)
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name) for name in ids)
    return feed


def parsed(papers):
    text = "".join(chunks(papers)).encode()
    # Its cleaner would take a formula between < and > for a tag.
    found = feedparser.parse(text, sanitize_html=False, resolve_relative_uris=False)
    assert (found.bozo, found.version) == (False, "atom10")
    return found


def test_feedparser_reads_every_field_back():
    (entry,) = parsed([make_cached(abstract="If $x<y$ & z.")]).entries
    assert entry.id == entries.urn("arxiv:2510.02252")
    assert entry.title == "Learning from Noisy Preferences"
    assert entry.link == "https://arxiv.org/abs/2510.02252"
    assert (entry.published, entry.updated) == ("2025-10-02T17:59:08Z", "2025-10-03T09:00:00Z")
    assert [author.name for author in entry.authors] == ["Ada Example", "Bob Sample"]
    assert [tag.term for tag in entry.tags] == ["alignment", "cs.LG", "stat.ML"]
    assert entry.content[0].type == "text/html"
    assert '<p dir="auto">If $x&lt;y$ &amp; z.</p>' in entry.content[0].value


def test_a_feed_is_as_new_as_what_came_last():
    papers = [make_cached(came=f"2026-11-2{n}T08:00:00Z", number=n, version=n) for n in (1, 3, 2)]
    assert read(papers).find(f"{ATOM}updated").text == "2026-11-23T08:00:00Z"


def test_a_feed_of_nothing_is_a_feed():
    assert read([]).find(f"{ATOM}updated").text == "1970-01-01T00:00:00Z"


def test_a_feeds_id_follows_from_its_title():
    ids = {read([], title=title).find(f"{ATOM}id").text for title in ("a", "b", "a")}
    assert len(ids) == 2
    assert parsed([]).feed.title == "papertriage"


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_feedparser_reads_the_title_and_nothing_else(title):
    found = parsed([make_cached(title=title, authors=(title,)), make_cached()])
    assert [entry.title for entry in found.entries] == [
        entries.plain(title) or "(no title)",
        "Learning from Noisy Preferences",
    ]
    links = [link.href for entry in found.entries for link in entry.links]
    assert links == ["https://arxiv.org/abs/2510.02252"] * 2


@given(hostile_text)
def test_papers_in_are_entries_out_and_the_text_is_whole(text):
    hostile = make_cached(
        title=text,
        abstract=text,
        authors=(text,),
        url=f"https://a.example/{text[:100]}",
        published=text,
        came=text,
        comment=text,
        categories=(text,),
        topics=(make_score(text),),
        id=text,
    )
    feed = read([hostile, make_cached()], title=text)
    first, second = feed.findall(f"{ATOM}entry")
    assert first.find(f"{ATOM}title").text == (entries.plain(text) or "(no title)")
    assert first.find(f"{ATOM}content").text == entries.content(hostile)
    assert first.find(f"{ATOM}link").get("href").startswith("https://a.example/")
    assert second.find(f"{ATOM}title").text == "Learning from Noisy Preferences"
