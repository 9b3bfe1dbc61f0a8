from __future__ import annotations

import json

from hypothesis import given

from builders import make_cached, make_score
from hostile import hostile_text
from papertriage.formats import entries
from papertriage.formats.json_feed import chunks

# https://www.jsonfeed.org/version/1.1/: the keys that items may have, and those they must.
ITEM = {"url", "title", "date_published", "authors", "tags"}
MUST = {"id", "content_html", "date_modified"}


def read(papers, **options):
    feed = json.loads("".join(chunks(papers, **options)))
    assert set(feed) == {"version", "title", "items"}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for item in feed["items"]:
        assert set(item) - ITEM == MUST
    return feed


def test_an_item_says_what_the_atom_entry_says():
    paper = make_cached()
    feed = read([paper], title="papertriage: ood")
    assert feed["title"] == "papertriage: ood"
    assert feed["items"] == [
        {
            "id": entries.urn("arxiv:2510.02252"),
            "url": "https://arxiv.org/abs/2510.02252",
            "title": "Learning from Noisy Preferences",
            "content_html": entries.content(paper),
            "date_published": "2025-10-02T17:59:08Z",
            "date_modified": "2025-10-03T09:00:00Z",
            "authors": [{"name": "Ada Example"}, {"name": "Bob Sample"}],
            "tags": ["alignment", "cs.LG", "stat.ML"],
        }
    ]


def test_a_feed_of_nothing_is_a_feed():
    assert read([])["items"] == []


@given(hostile_text)
def test_papers_in_are_items_out_and_the_text_is_whole(text):
    hostile = make_cached(
        title=text,
        abstract=text,
        authors=(text,),
        url=text,
        published=text,
        topics=(make_score(text),),
        id=text,
    )
    first, second = read([hostile, make_cached()], title=text)["items"]
    assert first["title"] == (entries.plain(text) or "(no title)")
    assert first["content_html"] == entries.content(hostile)
    assert second["title"] == "Learning from Noisy Preferences"
    assert len("".join(chunks([hostile])).splitlines()) == 3
