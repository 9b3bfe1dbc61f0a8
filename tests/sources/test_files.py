from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papertriage.errors import InputError, PapertriageError
from papertriage.sources import files
from papertriage.sources.files import FORMS, read_file

SEEDS = Path(__file__).parents[2] / "seeds" / "trending-papers.txt"
TODAY = date(2026, 11, 23)
LINES = b'{"title": "A"}\n{"title": "B"}\n'


@pytest.fixture
def write(tmp_path):
    def write(data, name="papers.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def sightings(path, form=None, day=None):
    return [s for batch in read_file(path, form, day, TODAY) for s in batch.sightings]


def error(path, form=None):
    with pytest.raises(InputError) as caught:
        sightings(path, form)
    return str(caught.value)


def test_the_seed_page_is_detected():
    found = sightings(str(SEEDS))
    assert len(found) == 66
    assert {(s.source, s.feed, s.day) for s in found} == {
        ("trending-page", "trending-papers.txt", "2026-03-13")
    }


@pytest.mark.parametrize("name", ["papers.txt", "papers.jsonl", "papers"])
@pytest.mark.parametrize(
    "data", [LINES, b' [{"title": "A"}, {"title": "B"}]', b"\xef\xbb\xbf" + LINES]
)
def test_json_is_detected_whatever_its_name(write, name, data):
    found = sightings(write(data, name))
    assert [s.paper.title for s in found] == ["A", "B"]
    assert {(s.source, s.feed, s.day) for s in found} == {("jsonl", name, "2026-11-23")}


def test_a_name_tells_json_where_the_first_line_does_not(write):
    (batch,) = read_file(write(b"oops\n" + LINES, "x.JSONL"), None, None, TODAY)
    assert (len(batch.sightings), batch.skipped) == (2, ("line 1: not JSON",))


def test_a_given_day_is_the_day_of_the_sightings(write):
    (first, _) = sightings(write(LINES), day=date(2026, 1, 2))
    assert first.day == "2026-01-02"


def test_a_given_format_is_taken_at_its_word(write):
    path = write(SEEDS.read_bytes(), "page.json")
    assert len(sightings(path, "trending-page")) == 66
    (batch,) = read_file(path, "jsonl", None, TODAY)
    assert len(batch.sightings) == 0
    assert batch.skipped[0] == "line 1: not JSON"


@pytest.mark.parametrize("name", ["papers.jsonl.gz", "papers"])
def test_gzip_is_read_transparently(write, name):
    assert len(sightings(write(gzip.compress(LINES), name))) == 2
    assert len(sightings(write(gzip.compress(SEEDS.read_bytes())))) == 66


def test_a_gzip_that_is_cut_off_gives_what_came_and_one_line(write):
    lines = b"".join(b'{"title": "T%d"}\n' % n for n in range(20_000))
    path = write(gzip.compress(lines)[:-30], "cut.jsonl.gz")
    came = []
    with pytest.raises(InputError, match=r"^cut\.jsonl\.gz: cannot be read .*and whole"):
        came.extend(len(batch.sightings) for batch in read_file(path, None, None, TODAY))
    damaged = bytearray(gzip.compress(lines))
    damaged[20:60] = b"\xff" * 40
    assert "cannot be read" in error(write(bytes(damaged), "bad.gz"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Dear diary,\n\nnothing happened.\n", "plain text"),
        (b"Mar 13\n\nA\n\nB\n", "plain text"),
        (b"<html><body>", "HTML or XML"),
        (b"%PDF-1.7\0\1\2", "binary data"),
        (LINES.decode().encode("utf-16"), "binary data"),
        (b"[1] A reference", "plain text"),
    ],
)
def test_what_is_neither_is_one_line_that_says_what_to_do(write, data, kind):
    message = error(write(data, "diary.txt"))
    assert message.startswith(f"diary.txt: it looks like {kind}, neither JSON lines nor")
    assert message.endswith("name the format with --as")


def test_an_empty_file_says_so_unless_its_format_is_given(write):
    assert error(write(b" \n\n")) == "papers.txt: it is empty: nothing to import"
    assert sightings(write(b""), "jsonl") == []


def test_a_file_that_cannot_be_opened_is_one_line(tmp_path):
    assert error(str(tmp_path / "none.txt")).startswith(
        "none.txt: cannot be read (No such file or directory)"
    )
    assert error(str(tmp_path)).endswith("(Is a directory): is it the right file, and whole?")
    assert "embedded null" in error("a\0b")


def test_an_unknown_format_is_answered_with_the_known_ones(write):
    assert (
        error(write(LINES), "csv") == f"unknown format csv: the known ones are {', '.join(FORMS)}"
    )


def test_a_page_of_absurd_size_is_refused(monkeypatch):
    monkeypatch.setattr(files, "_MAX_PAGE", 1_000)
    assert "that is no trending page" in error(str(SEEDS))


def test_a_page_without_a_date_names_the_file(write):
    assert error(write(b"A\n\nB"), "trending-page").startswith("papers.txt: no date such as")


def stdin(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdin", stream and SimpleNamespace(buffer=stream))


def test_a_dash_is_standard_input_and_leaves_it_open(monkeypatch):
    stream = io.BytesIO(LINES)
    stdin(monkeypatch, stream)
    assert {s.feed for s in sightings("-")} == {"stdin"}
    assert not stream.closed


def test_a_pipe_that_brings_a_line_at_a_time_is_known_by_more_than_the_first(monkeypatch):
    receiver, sender = os.pipe()

    def write():
        with open(sender, "wb", buffering=0) as pipe:
            pipe.writelines(SEEDS.read_bytes().splitlines(keepends=True))

    thread = threading.Thread(target=write)
    with open(receiver, "rb") as stream:
        stdin(monkeypatch, stream)
        thread.start()
        assert len(sightings("-")) == 66
    thread.join()


def test_a_closed_standard_input_is_one_line(monkeypatch):
    stdin(monkeypatch, None)
    assert error("-").startswith("stdin: cannot be read (standard input is closed)")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(), st.sampled_from([None, *FORMS]), st.booleans())
def test_any_bytes_are_papers_or_one_line(write, data, form, packed):
    path = write(gzip.compress(data) if packed else data)
    try:
        for batch in read_file(path, form, None, TODAY):
            assert batch.sightings or batch.skipped
    except PapertriageError as caught:
        assert "\n" not in str(caught)  # noqa: PT017 - papers are as right as an error
