from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.sources import _runs
from papertriage.sources._runs import Run, new_lines, nothing_known, run_hash


def read(data, known=nothing_known):
    """Return (lines, runs)."""
    found = list(new_lines(io.BufferedReader(io.BytesIO(data)), "jsonl", known))
    return [one for one in found if not isinstance(one, Run)], [
        one for one in found if isinstance(one, Run)
    ]


def some_lines(count):
    sizes = random.Random(7)  # noqa: S311 - lengths, not secrets
    return [b"%d " % n + b"x" * sizes.randrange(300) + b"\n" for n in range(count)]


@given(st.lists(st.binary(max_size=100)))
def test_every_line_comes_once_and_in_order(lines):
    data = b"\n".join(lines).removeprefix(b"\xef\xbb\xbf")
    found, _ = read(data)
    assert b"".join(line for _, line in found) == data
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


def test_what_is_known_is_counted_and_not_read():
    data = b"".join(some_lines(1_000)) + b" \n"
    _, runs = read(data)
    assert len(runs) > 5
    lines, passed = read(data, {run.hash for run in runs}.__contains__)
    assert lines == []
    assert sum(run.passed for run in passed) == 1_000


def test_a_line_that_changes_spoils_its_run_alone():
    lines = some_lines(2_000)
    known = {run.hash for run in read(b"".join(lines))[1]}
    lines[700] += b"y\n"
    del lines[1_500]
    again, _ = read(b"".join(lines), known.__contains__)
    assert 0 < len(again) < 4 * 256
    assert lines[700].splitlines()[0] + b"\n" in [line for _, line in again]


def test_a_line_that_is_too_long_is_never_known(monkeypatch):
    monkeypatch.setattr("papertriage.sources._lines.MAX_LINE", 100)
    found, runs = read(b"short\n" + b"x" * 200 + b"\n")
    assert found == [(1, b"short\n"), (2, None)]
    assert [run.hash for run in runs] == [0]


@pytest.mark.parametrize("change", [("form", "csv"), ("version", "9.9")])
def test_another_reader_reads_again(monkeypatch, change):
    before = run_hash([b"line\n"], "jsonl")
    if change[0] == "version":
        monkeypatch.setattr(_runs, "__version__", change[1])
    form = change[1] if change[0] == "form" else "jsonl"
    assert run_hash([b"line\n"], form) != before
