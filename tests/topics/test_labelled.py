from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import InputError
from papertriage.topics.labelled import read_labelled

LINE = {"id": "icml2025:x", "title": "T", "abstract": "A", "topics": ["ood"], "sure": False}


def write(path: Path, *lines: object) -> Path:
    file = path / "labelled.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return file


def test_a_topic_that_a_line_does_not_name_is_a_no(tmp_path: Path):
    (paper,) = read_labelled(write(tmp_path, LINE, ""), ("ood", "causality"))
    assert paper.labels == {"ood": True, "causality": False}
    assert (paper.id, paper.text.title, paper.text.abstract) == ("icml2025:x", "T", "A")
    assert not paper.sure


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, "icml2025"),
        ({"venue": "ICLR", "year": 2024}, "ICLR2024"),
        ({"group": "mine"}, "mine"),
    ],
)
def test_papers_of_one_venue_and_year_are_a_group(tmp_path: Path, changes: dict, group: str):
    (paper,) = read_labelled(write(tmp_path, {**LINE, **changes}), ("ood",))
    assert paper.group == group


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "expected an object with a string 'title'"),
        ('{"title": 1}', "string 'title'"),
        ('{"title": "T"}', "topic names under 'topics'"),
        ('{"title": "T", "topics": "ood"}', "topic names under 'topics'"),
        ('{"title": "T", "topics": [1]}', "topic names under 'topics'"),
        ('{"title": "T", "topics": [], "abstract": 1}', "'abstract' must be a string or null"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path, line: str, said: str):
    file = write(tmp_path, LINE, line)
    with pytest.raises(InputError) as caught:
        read_labelled(file, ("ood",))
    assert str(caught.value).startswith(f"{file}:2: ")
    assert said in str(caught.value)


@given(st.binary() | st.text().map(str.encode))
def test_any_file_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
):
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_bytes(content)
    papers, fault = [], ""
    try:
        papers = read_labelled(file, ("ood",))
    except InputError as error:
        fault = str(error)
    assert papers == []
    assert not fault or "any.jsonl" in fault


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        read_labelled(tmp_path / "none.jsonl", ("ood",))
