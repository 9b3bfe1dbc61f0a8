from __future__ import annotations

import json

import pytest

from builders import (
    make_cached,
    make_coverage,
    make_digest,
    make_news,
    make_receipt,
    make_unpicked,
)
from hostile import HOSTILE_TITLES
from papertriage.formats.digest_json import digest_text
from papertriage.formats.paper_json import paper_json


def test_a_digest_holds_its_day_its_picks_as_papers_and_its_receipts():
    digest = make_digest(receipts=(make_receipt(skipped=("no title",)),))
    found = json.loads(digest_text(digest))
    assert list(found) == [
        *("schema", "id", "first", "day", "asked", "new", "waiting", "missed", "charted"),
        *("picks", "topics", "feeds", "receipts"),
    ]
    assert found["picks"] == json.loads(json.dumps([paper_json(digest.picks[0])]))
    assert found["receipts"][0]["skipped"] == ["no title"]
    assert (found["day"], found["waiting"], found["new"]) == ("2025-10-03", 4, 40)
    assert found["topics"][0]["best"][0]["title"] == "Rewards Left Over"
    assert found["feeds"][0]["verdict"] == "complete"


def test_an_empty_digest_is_an_object_of_empty_arrays():
    found = json.loads(digest_text(make_digest(picks=(), receipts=(), topics=(), feeds=())))
    assert [found[name] for name in ("picks", "topics", "feeds", "receipts")] == [[], [], [], []]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_each_pick_topic_feed_and_receipt_is_one_line(title):
    digest = make_digest(
        picks=(make_cached(title=title),) * 2,
        receipts=(make_receipt(message=title),),
        topics=(make_news(topic=title, best=(make_unpicked(title=title),)),),
        feeds=(make_coverage(message=title),),
        missed=title,
    )
    text = digest_text(digest)
    assert len(text.splitlines()) == 10
    json.loads(text)
