from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.files import _lines
from papertriage.files.snapshot import batches, looks_like_snapshot

SNAPSHOT = Path(__file__).parents[1] / "data" / "files" / "arxiv_snapshot.jsonl"
TODAY = date(2026, 11, 23)
LINES = SNAPSHOT.read_bytes().splitlines(keepends=True)


def read(data):
    return list(batches(io.BufferedReader(io.BytesIO(data)), "f", TODAY, TODAY))


def paper(**fields):
    (batch,) = read(json.dumps(json.loads(LINES[0]) | fields).encode())
    return batch.sightings[0].paper


def test_a_snapshot_is_read_line_by_line():
    (batch,) = read(b"\n".join(LINES))
    first, second, third = (sighting.paper for sighting in batch.sightings)
    assert first.title == "Sparse Topic Tags Beat Dense Guesses on Short Abstracts"
    assert first.abstract.startswith("Tagging short abstracts is noisy. We show that TF-IDF with")
    assert first.authors == ("Mei Lin", "Jürgen Groß", "Ana María de la Cruz")
    assert (first.published, first.updated) == ("2026-11-12T14:40:00Z", "2026-11-19T09:12:31Z")
    assert (first.version, first.doi) == (2, "10.1000/zz.2026.42")
    assert (first.categories, first.primary_category) == (("cs.IR", "cs.LG"), "cs.IR")
    assert (first.url, first.pdf_url) == (
        "https://arxiv.org/abs/2611.12345",
        "https://arxiv.org/pdf/2611.12345v2",
    )
    assert second.authors == ("Ada Example", "Bob Sample Jr")
    assert (third.id, third.title, third.doi) == ("arxiv:hep-ex/0307999", "0", None)
    assert {s.source for s in batch.sightings} == {"arxiv-snapshot"}


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        (
            {"authors_parsed": None},
            "authors",
            ("Mei Lin", r"J\"urgen Gro{\ss}", r"Ana Mar\'ia de la Cruz"),
        ),
        ({"authors_parsed": [["Lin", "Mei\x00", ""]]}, "authors", ("Mei Lin",)),
        ({"doi": "10.1000/A 10.1000/b"}, "doi", "10.1000/a"),
        ({"versions": []}, "version", None),
        ({"versions": [{"version": "v1", "created": "some day"}]}, "published", None),
        ({"abstract": None}, "abstract", None),
        ({"categories": ""}, "primary_category", None),
        ({"categories": "cs.LG " * 50}, "primary_category", "cs.LG"),
        ({"report-no": float("nan")}, "primary_category", "cs.IR"),
    ],
)
def test_fields_come_in_many_shapes(fields, name, value):
    assert getattr(paper(**fields), name) == value


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"oops", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "not a JSON object"),
        (b'{"id": "2611.00001"}', "no title"),
        (b'{"id": "10.1000/x", "title": "T"}', "no arXiv id"),
        (b'{"title": "T"}', "no arXiv id"),
        (b'{"id": 5, "title": "T"}', "id is not text"),
        (b'{"id": "2611.00001", "title": "T", "categories": ["cs.LG"]}', "categories is not text"),
        (
            b'{"id": "2611.00001", "title": "T", "authors_parsed": 5}',
            "authors_parsed is not a list",
        ),
        (b'{"id": "2611.00001", "title": "T", "authors_parsed": [["A"]]}', "authors_parsed is not"),
        (b'{"id": "2611.00001", "title": "T", "versions": "v1"}', "versions is not a list"),
        (
            b'{"id": "2611.00001", "title": "T", "versions": [{"version": "v1", "created": 5}]}',
            "versions",
        ),
        (b'{"id": "2611.00001", "title": "T\\ud800"}', "title contains a lone surrogate"),
    ],
)
def test_a_bad_line_is_named_and_costs_no_neighbour(line, reason):
    (batch,) = read(LINES[0] + line + b"\n" + LINES[1])
    assert len(batch.sightings) == 2
    assert batch.skipped[0].startswith(f"line 2: {reason}")


def test_a_line_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(_lines, "MAX_LINE", 2_000)
    (batch,) = read(LINES[0] + b'{"id": "' + b"x" * 9_000 + b"\n" + LINES[1])
    assert (len(batch.sightings), batch.skipped) == (2, ("line 2: longer than 10 MB",))


def test_a_snapshot_is_known_by_its_keys():
    assert looks_like_snapshot(LINES[0][:65_536])
    assert looks_like_snapshot(b'{"versions": [], "update_date": ""}')
    assert not looks_like_snapshot(b'{"title": "T", "version": 1}\n{"authors_parsed": []}')


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*json.loads(LINES[0])]), _json))
def test_any_fields_are_a_paper_or_a_reason(fields):
    (batch,) = read(json.dumps(json.loads(LINES[0]) | fields).encode())
    assert len(batch.sightings) + len(batch.skipped) == 1
