from __future__ import annotations

import json
from pathlib import Path

import pytest

from invented import invented_labels
from processes import ran


def labelled_file(path: Path, count: int) -> Path:
    rows = [
        {
            "id": paper.id,
            "title": paper.text.title,
            "abstract": paper.text.abstract,
            "topics": ["ood"] if paper.labels["birdsong"] else [],
        }
        for paper in invented_labels(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_labelled_file_is_measured_beside_two_peers(seeded: Path, tmp_path: Path):
    file = labelled_file(tmp_path / "labelled.jsonl", 60)
    result = ran("topics", "evaluate", file, "--topic", "ood")
    head, *rows = result.stdout.splitlines()
    assert result.exit_code == 0
    assert head.split() == [
        "topic",
        "tagger",
        "AP",
        "precision",
        "recall",
        "F1",
        "calibration",
        "n",
    ]
    assert [row[13:39].strip() for row in rows] == [
        "papertriage",
        "keyword counts",
        "arxiv-sanity-lite's recipe",
        "papertriage as installed",
    ]
    assert all(row.startswith("ood ") and row.endswith(" 60 (20 yes)") for row in rows)
    assert all(row.count("[") == (5 if row[13:39].strip() == "papertriage" else 4) for row in rows)


def test_json_holds_every_estimate_with_its_interval(seeded: Path, tmp_path: Path):
    file = labelled_file(tmp_path / "labelled.jsonl", 60)
    rows = json.loads(ran("topics", "evaluate", file, "-t", "ood", "--json").stdout)
    assert {row["topic"] for row in rows} == {"ood"}
    for row in rows:
        found = row["measured"]["average_precision"]
        assert 0 <= found["low"] <= found["value"] <= found["high"] <= 1


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (9, ["-t", "ood"], "topic 'ood': needs at least 5 papers labelled yes"),
        (60, [], "topic 'alignment': needs at least 5"),
        (60, ["-t", "nope"], "no topic 'nope'"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(
    seeded: Path, tmp_path: Path, count: int, words: list[str], said: str
):
    result = ran("topics", "evaluate", labelled_file(tmp_path / "l.jsonl", count), *words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert said in result.stderr


def test_a_bad_line_is_named(seeded: Path, tmp_path: Path):
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"title": "T", "topics": []}\n{"title": 3}\n')
    result = ran("topics", "evaluate", file)
    assert result.exit_code == 2
    assert f"{file}:2: expected an object with a string 'title'" in result.stderr
