from __future__ import annotations

import io
import json
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.files import _lines, jsonl
from papertriage.files.jsonl import batches

TODAY = date(2026, 3, 13)


def read(data):
    stream = io.BufferedReader(io.BytesIO(data))
    return list(batches(stream, "papers.jsonl", date(2026, 3, 12), TODAY))


def titles(data):
    return [sighting.paper.title for batch in read(data) for sighting in batch.sightings]


def skipped(data):
    return [line for batch in read(data) for line in batch.skipped]


def test_papers_come_in_batches_of_8000_with_their_feed_and_day():
    found = read(b"".join(b'{"title": "T%d", "upvotes": 3}\n' % n for n in range(9_200)))
    assert [len(batch.sightings) for batch in found] == [8_000, 1_200]
    last = found[-1].sightings[-1]
    assert (last.paper.title, last.source, last.feed) == ("T9199", "jsonl", "papers.jsonl")
    assert (last.day, last.upvotes) == ("2026-03-12", 3)


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbf{"title": "A"}\r\n\r\n{"title": "B"}',
        b'[{"title": "A"}, {"title": "B"}]',
        b'\xef\xbb\xbf [\n {"title": "A"},\n\n {"title": "B"}\n]\n trailing',
    ],
)
def test_lines_and_arrays_are_both_read(data):
    assert titles(data) == ["A", "B"]
    assert skipped(data) == []


def test_an_array_is_read_across_all_its_pieces():
    papers = [{"title": f"Ä {n}", "abstract": "ü" * (n * 37 % 9_000)} for n in range(200)]
    data = json.dumps(papers, ensure_ascii=False, indent=1).encode()
    assert len(data) > 20 * 65_536
    assert titles(data) == [paper["title"] for paper in papers]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"[]", b" [ ] "])
def test_no_papers_are_no_batches(data):
    assert read(data) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "not JSON"),
        (b'{"title": "T"', "not JSON"),
        (b'{"title": "T", "upvotes": NaN}', "not JSON"),
        (b'{"title": "T", "upvotes": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"title": ' + b'{"a":' * 100_000, "nested too deeply"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"abstract": "A"}', "no title"),
        (b'{"title": "\\ud800"}', "title contains a lone surrogate"),
    ],
)
def test_a_bad_line_is_named_and_costs_no_neighbour(line, reason):
    data = b'{"title": "A"}\n' + line + b'\n{"title": "B"}\n'
    assert titles(data) == ["A", "B"]
    assert skipped(data) == [f"line 2: {reason}"]


def test_a_line_of_more_than_10_mb_is_skipped_without_being_kept(monkeypatch):
    monkeypatch.setattr(_lines, "MAX_LINE", 1_000_000)
    long = b'{"title": "' + b"a" * 3_000_000 + b'"}'
    for data in (b'{"title": "A"}\n' + long + b'\n{"title": "B"}', b'{"title": "A"}\n' + long):
        assert titles(data)[0] == "A"
        assert skipped(data) == ["line 2: longer than 10 MB"]


def test_invalid_utf_8_is_replaced():
    assert titles(b'{"title": "A\xff"}') == ["A\ufffd"]


def test_a_thousand_reasons_are_kept_and_all_are_counted():
    lines = skipped(b'{"title": "A"}\n' + b"x\n" * 2_500)
    assert len(lines) == 1_001
    assert lines[999:] == ["line 1001: not JSON", "… and 1,500 more"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'[{"title": "A"}, {"title": "B"', "paper 2: not JSON; the rest was not read"),
        (b'[{"title": "A"}, oops, {"title": "C"}]', "paper 2: not JSON; the rest was not read"),
        (b'[{"title": "A"},', "paper 2: the array is cut off"),
        (b'[{"title": "A"}, ' + b"[" * 99_999, "paper 2: nested too deeply; the rest"),
        (b'[{"title": "A"}, {"abstract": "B"}]', "paper 2: no title"),
    ],
)
def test_what_cannot_be_read_of_an_array_is_said(data, reason):
    assert titles(data) == ["A"]
    (line,) = skipped(data)
    assert line.startswith(reason)


def test_an_object_in_an_array_has_the_limit_of_a_line(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE", 100_000)
    data = b'[{"title": "A"}, {"title": "' + b"b" * 900_000 + b'"}]'
    assert skipped(data) == ["paper 2: not JSON; the rest was not read"]


@pytest.mark.soak
def test_memory_does_not_grow_with_the_file():
    class Endless(io.RawIOBase):
        left = 60_000

        def readable(self):
            return True

        def readinto(self, buffer):
            if not self.left:
                return 0
            self.left -= 1
            line = b'{"title": "T", "abstract": "%s"}\n' % (b"a" * 1_000)
            buffer[: len(line)] = line
            return len(line)

    tracemalloc.start()
    try:
        stream = io.BufferedReader(Endless())
        count = sum(len(batch.sightings) for batch in batches(stream, "f", TODAY, TODAY))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60_000
    # The file has 60 MB, two batches of 8,000 papers have 24.
    assert peak < 32_000_000


@given(st.binary())
def test_any_bytes_are_papers_or_reasons(data):
    for start in (b"", b"{", b'[{"title": "A"},', b'{"title": "A"}\n'):
        for batch in read(start + data):
            assert batch.sightings or batch.skipped


_titles = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), max_size=5)


@given(_titles, st.booleans())
def test_what_json_writes_is_read_back(names, array):
    papers = [{"title": name} for name in names]
    text = json.dumps(papers) if array else "\n".join(map(json.dumps, papers))
    assert titles(text.encode()) == names
