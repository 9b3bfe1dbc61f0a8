from __future__ import annotations

import json
from pathlib import Path

import pytest

from invented import invented_labels
from processes import ran

TWICE = {"title": "Songbirds of the valley", "abstract": "Bird song is counted by hand each day."}


def labelled_file(path: Path, *, wrong: int | None = None) -> Path:
    rows = [
        {
            "id": paper.id,
            "title": paper.text.title,
            "abstract": paper.text.abstract,
            "topics": ["ood"] if paper.labels["birdsong"] != (number == wrong) else [],
        }
        for number, paper in enumerate(invented_labels(60))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def label_two(title: str) -> list[str]:
    for name, said in (("arxiv:2510.00001", TWICE["title"]), ("arxiv:2510.00002", title)):
        ran("import", "-", stdin=json.dumps({**TWICE, "id": name, "title": said}))
    ids = ["arxiv:2510.00001", "arxiv:2510.00002"]
    ran("label", ids[0], "-t", "ood")
    ran("label", ids[1], "-t", "ood", "--no")
    return ids


def test_near_duplicates_with_opposite_labels_are_shown_with_what_mends_them(seeded: Path):
    ids = label_two("Songbirds of a valley")
    result = ran("topics", "check")
    assert result.exit_code == 1
    assert "ood: 1 pair of near-duplicates with opposite labels, of 2 labels" in result.stdout
    assert f"papertriage label {ids[0]} --topic ood --no\n" in result.stdout
    assert f"papertriage label {ids[1]} --topic ood\n" in result.stdout
    assert "ood: too few labels to cross-validate (2 labels)" in result.stderr
    ran("label", ids[1], "-t", "ood")
    assert ran("topics", "check").exit_code == 2


def test_the_labels_of_a_file_are_doubted_and_nothing_is_written(seeded: Path, tmp_path: Path):
    file = labelled_file(tmp_path / "labelled.jsonl", wrong=10)
    result = ran("topics", "check", file, "-t", "ood", "--json")
    assert result.exit_code == 0
    (checked,) = json.loads(result.stdout)
    assert (checked["topic"], checked["labelled"], checked["contradictions"]) == ("ood", 60, [])
    wrong = invented_labels(60)[10].id
    assert wrong in {doubt["paper"]["id"] for doubt in checked["doubts"]}
    text = ran("topics", "check", file, "-t", "ood", "-n", 1)
    assert "):\n    yes" in text.stdout
    assert f"correct wrong labels in {file}" in text.stderr
    assert "papertriage label" not in text.stdout


def test_a_limit_says_what_it_hides(seeded: Path, tmp_path: Path):
    file = labelled_file(tmp_path / "labelled.jsonl")
    rows = [{**TWICE, "id": f"x:{n}", "topics": ["ood"] * (n % 2)} for n in range(4)]
    with file.open("a") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    shown = ran("topics", "check", file, "-t", "ood", "-n", 1)
    assert shown.exit_code == 1
    assert "4 pairs of near-duplicates" in shown.stdout
    assert "more (-n 0 shows all)" in shown.stdout
    every = ran("topics", "check", file, "-t", "ood", "-n", 0).stdout
    assert every.count("near-duplicates (100% similar)") == 4
    assert "more (-n 0" not in every


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "too few labels to check: a topic needs 5 papers labelled yes and 5 labelled no"),
        (["-t", "nope"], "no topic 'nope'"),
        (["none.jsonl"], "none.jsonl: cannot be read"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_line(seeded: Path, words: list[str], said: str):
    result = ran("topics", "check", *words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert said in result.stderr
