from __future__ import annotations

import json

import pytest

from builders import make_cached, make_digest, make_receipt
from hostile import HOSTILE_TITLES
from papertriage.formats.digest_json import digest_text
from papertriage.formats.paper_json import paper_json


def test_a_digest_holds_its_day_its_picks_as_papers_and_its_receipts():
    digest = make_digest(receipts=(make_receipt(skipped=("no title",)),))
    found = json.loads(digest_text(digest))
    assert list(found) == ["schema", "day", "waiting", "picks", "receipts"]
    assert found["picks"] == json.loads(json.dumps([paper_json(digest.picks[0])]))
    assert found["receipts"][0]["skipped"] == ["no title"]
    assert (found["day"], found["waiting"]) == ("2025-10-03", 4)


def test_an_empty_digest_is_an_object_of_empty_arrays():
    found = json.loads(digest_text(make_digest(picks=(), receipts=(), waiting=0)))
    assert (found["picks"], found["receipts"]) == ([], [])


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_each_pick_and_receipt_is_one_line(title):
    picks = (make_cached(title=title),) * 2
    text = digest_text(make_digest(picks=picks, receipts=(make_receipt(message=title),)))
    assert len(text.splitlines()) == 6
