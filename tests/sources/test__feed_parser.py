from __future__ import annotations

import feedparser
import pytest

from papertriage.sources._feed import fields
from papertriage.sources._feed_parser import parse

RSS = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{}</channel></rss>'


def item(inside: str):
    (entry,) = parse(RSS.format(f"<item><title>A title</title>{inside}</item>")).entries
    return entry


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ada Example", "Ada Example"),
        ("ada@example.org (Ada Example)", "Ada Example"),
        ("Ada Example &lt;ada@example.org&gt;", "Ada Example"),
        ("Ada Example (ada@mail.example.org)", "Ada Example"),
        ("Example, A., Sample, B.", "Example, A., Sample, B."),
        ("Ada at example@home", "Ada at example@home"),
    ],
)
def test_an_author_without_a_name_of_its_own_loses_the_address(author, name):
    assert [*fields(item(f"<author>{author}</author>"), "authors", "name")] == [name]
    assert [*fields(item(f"<dc:creator>{author}</dc:creator>"), "authors", "name")] == [name]


def test_an_address_alone_is_no_name():
    assert [*fields(item("<author>ada@example.org</author>"), "authors", "name")] == []


def test_each_tag_comes_once():
    entry = item("<category>a</category><category/><category>b</category><category>a</category>")
    assert list(fields(entry, "tags", "term")) == ["a", "b"]
    listed = item("<tags>a, b, a, c</tags>")
    assert list(fields(listed, "tags", "term")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        RSS.format(
            "<title>Birds</title><description>On birds.</description><item><title>A &amp; b</title>"
            "<link>https://example.org/1?a=1&amp;b=2</link><guid>urn:1</guid>"
            "<dc:creator>Ada Example</dc:creator><category>x</category>"
            "<description>&lt;p>Text&lt;/p></description>"
            "<pubDate>Fri, 20 Nov 2026 00:00:00 GMT</pubDate></item>"
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/a/"><title>t</title>'
            '<entry><title type="html">&lt;b>A&lt;/b></title><id>urn:1</id><link href="one"/>'
            "<author><name>Ada</name><email>a@example.org</email></author>"
            '<category term="x" scheme="y"/><updated>2026-11-20T00:00:00Z</updated>'
            '<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i></div>'
            "</summary></entry></feed>"
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            '<channel rdf:about="x"><title>t</title></channel><item rdf:about="urn:1">'
            "<title>A</title><dc:date>2026-11-20</dc:date><dc:identifier>doi:10.1000/1</dc:identifier>"
            "</item></rdf:RDF>"
        ),
    ],
    ids=["rss", "atom", "rdf"],
)
def test_a_feed_reads_as_by_feedparser_itself(text):
    options = {"sanitize_html": False, "resolve_relative_uris": False}
    expected = feedparser.parse(text.encode(), **options)
    found = parse(text)
    assert (found.version, found.bozo) == (expected.version, False)
    assert found.feeddata == expected.feed
    left_out = {"author_detail"}
    for ours, theirs in zip(found.entries, expected.entries, strict=True):
        names = [name for name in theirs if name not in left_out]
        assert {name: dict.get(ours, name) for name in names if name != "author"} == {
            name: theirs[name] for name in names if name != "author"
        }
