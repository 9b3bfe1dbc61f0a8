from __future__ import annotations

from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given

from builders import make_coverage, make_digest, make_news, make_pick, make_picked, make_unpicked
from hostile import hostile_text
from papertriage.formats.digest_atom import digest_text
from papertriage.formats.digest_html import body

ATOM = "{http://www.w3.org/2005/Atom}"


def entry(**fields):
    found = feedparser.parse(digest_text(make_digest(**fields)).encode())
    assert not found.bozo
    (only,) = found.entries
    return found.feed, only


def test_a_digest_is_one_entry_that_holds_the_page():
    feed, only = entry()
    assert only.title == "Papers to read, 2025-10-03"
    assert only.summary == "1 paper picked, 1 topic."
    assert only.updated == feed.updated == "2025-10-03T09:00:00Z"
    assert "Learning from Noisy Preferences" in only.content[0].value
    root = ET.fromstring(digest_text(make_digest()))  # noqa: S314 - our own text
    content = root.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == body(make_digest())


def test_an_entry_keeps_its_id_while_its_picks_change():
    def name(**fields):
        return entry(**fields)[1].id

    assert name(waiting=5, id="f" * 16, made="2025-10-03T20:00:00Z") == name()
    assert name(day="2025-10-04") != name()
    assert name(asked=("--weekly",)) != name()
    assert name() != entry()[0].id


@given(hostile_text)
def test_any_text_is_well_formed_and_text(text):
    pick = make_picked(title=text, abstract=text, url=text, pick=make_pick(topic=text))
    news = make_news(topic=text, best=(make_unpicked(title=text, url=text),))
    digest = make_digest(
        first=text, picks=(pick,), feeds=(make_coverage(message=text),), topics=(news,), missed=text
    )
    root = ET.fromstring(digest_text(digest).encode())  # noqa: S314 - our own text
    assert len(list(root.iter())) == 12
