from __future__ import annotations

import json

from builders import make_cached
from hostile import HOSTILE_TITLES
from papertriage.formats.jsonl import chunks


def test_each_paper_is_one_line_for_every_reader_of_lines():
    text = "".join(chunks(make_cached(title=title) for title in HOSTILE_TITLES))
    assert text.splitlines() == text.split("\n")[:-1]
    expected = [t.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd") for t in HOSTILE_TITLES]
    assert [json.loads(line)["title"] for line in text.splitlines()] == expected
