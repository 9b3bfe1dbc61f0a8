from __future__ import annotations

import json

from hypothesis import given

from builders import make_cached
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats.jsonl import chunks


def test_each_paper_is_one_line_for_every_reader_of_lines():
    text = "".join(chunks(make_cached(title=title) for title in HOSTILE_TITLES))
    assert text.splitlines() == text.split("\n")[:-1]
    expected = [t.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd") for t in HOSTILE_TITLES]
    assert [json.loads(line)["title"] for line in text.splitlines()] == expected


@given(hostile_text)
def test_whatever_the_text_there_is_a_line_a_paper(text):
    papers = [make_cached(title=text, authors=(text,), comment=text, id=text), make_cached()]
    first, second = map(json.loads, "".join(chunks(papers)).splitlines())
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert (first["title"], first["authors"], first["comment"]) == (expected, [expected], expected)
    assert second["title"] == "Learning from Noisy Preferences"
