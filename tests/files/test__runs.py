from __future__ import annotations

import io
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.files import _lines, _runs
from papertriage.files._paper_json import BadPaper
from papertriage.files._runs import BLANK, line_value, nothing_known, pieces, run_hash, runs
from papertriage.models import Paper, Sighting


def stream(data):
    return io.BufferedReader(io.BytesIO(data))


def sighting(value):
    return Sighting(Paper(id=f"title:{value}", title="T"), "s", "f", "2026-11-23")


def read(data, known=nothing_known):
    """Return (what the papers are made of, pieces)."""
    heard = []

    def made_of(value):
        heard.append(value)
        return sighting(value)

    return heard, list(pieces(stream(data), "jsonl", known, made_of))


def some_lines(count):
    sizes = random.Random(7)  # noqa: S311 - lengths, not secrets
    return [b'"%d %s"\n' % (n, b"x" * sizes.randrange(300)) for n in range(count)]


@given(st.lists(st.binary(max_size=100)))
def test_every_line_comes_once_and_in_order(lines):
    data = b"\n".join(lines).removeprefix(b"\xef\xbb\xbf")
    found = [line for run in runs(stream(data), "jsonl") for line in run.lines]
    assert b"".join(line for _, line in found) == data
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


def test_what_is_known_is_counted_and_not_read():
    data = b"".join(some_lines(1_000)) + b" \n"
    _, before = read(data)
    assert len(before) > 5
    heard, again = read(data, {piece.run for piece in before}.__contains__)
    assert heard == []
    assert sum(piece.passed for piece in again) == 1_000


def test_a_line_that_changes_spoils_its_run_alone():
    lines = some_lines(2_000)
    known = {piece.run for piece in read(b"".join(lines))[1]}
    lines[700] = b'"y"\n'
    del lines[1_500]
    again, _ = read(b"".join(lines), known.__contains__)
    assert 0 < len(again) < 4 * 256
    assert "y" in again


def test_a_bad_line_and_an_empty_one_cost_no_neighbour():
    _, (piece,) = read(b'"a"\n\n{"\n \t\n\xc2\xa0\n"b"\n')
    assert [one.paper.id for one in piece.sightings] == ["title:a", "title:b"]
    assert [(place, str(bad)) for place, bad in piece.bad] == [("line 3", "not JSON")]


def test_a_line_that_is_too_long_is_never_known(monkeypatch):
    monkeypatch.setattr(_lines, "MAX_LINE", 100)
    heard, (piece,) = read(b'"short"\n' + b"x" * 200 + b"\n")
    assert (heard, piece.run) == (["short"], 0)
    assert [place for place, _ in piece.bad] == ["line 2"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.booleans())
def test_a_line_means_what_the_standard_library_reads_in_it(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    line = text.encode("utf-8", "surrogatepass")
    assert_read_alike(line)


def assert_read_alike(line):
    def no_constant(name):
        raise ValueError(name)

    text = line.decode("utf-8", "replace")
    if text.isspace():
        assert line_value(line) is BLANK
        return
    try:
        expected = json.loads(text, parse_constant=no_constant)
    except ValueError:
        with pytest.raises(BadPaper, match="not JSON"):
            line_value(line)
    else:
        assert line_value(line) == as_read(expected)


def as_read(value):
    """Return the value as orjson has it: an integer beyond 64 bits is a float."""
    if isinstance(value, list):
        return [as_read(one) for one in value]
    if isinstance(value, dict):
        return {key: as_read(one) for key, one in value.items()}
    large = type(value) is int and not -(2**63) <= value < 2**64
    return float(value) if large else value


@given(st.binary(max_size=200) | st.sampled_from([b"\n", b" \t\r\n", b"\xc2\xa0\n", b"\x1c"]))
def test_any_bytes_mean_what_the_standard_library_reads_in_them(line):
    assert_read_alike(line)


@pytest.mark.parametrize("change", [("form", "csv"), ("version", "9.9")])
def test_another_reader_reads_again(monkeypatch, change):
    before = run_hash([b"line\n"], "jsonl")
    if change[0] == "version":
        monkeypatch.setattr(_runs, "__version__", change[1])
    form = change[1] if change[0] == "form" else "jsonl"
    assert run_hash([b"line\n"], form) != before
