from __future__ import annotations

import json
from pathlib import Path

import pytest

from invented import invented_labels
from processes import finished, ran


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """Return a review of 40 rows, of which every third is relevant, from row 0 on."""
    rows = [
        f'"{paper.text.title}","{paper.text.abstract}",{paper.labels["birdsong"]:d}\n'
        for paper in invented_labels(40)
    ]
    path = tmp_path / "review.csv"
    path.write_text("title,abstract,label_included\n" + "".join(rows))
    return path


def test_json_holds_the_order_and_its_measures(review: Path):
    result = ran("simulate", review, "--label", "label_included", "--prior", "3,4", "--json")
    done = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(done) == [
        *("schema", "n", "relevant", "prior", "seed", "steps", "loss", "recall10", "wss95"),
        *("ms_per_step", "prepare_ms", "stop", "order"),
    ]
    assert list(done["stop"]) == ["at", "recall", "read"]
    assert (done["n"], done["relevant"], done["prior"], done["seed"]) == (40, 14, [3, 4], None)
    assert done["order"][:2] == [3, 4]
    assert len(done["order"]) == done["steps"] + 2
    assert {*range(0, 40, 3)} <= {*done["order"]}


def test_the_same_seed_gives_the_same_replay_in_any_process(review: Path, home: Path):
    words = ("simulate", review, "--label", "label_included", "--json", "--seed", "2")
    here, there = json.loads(ran(*words).stdout), json.loads(finished(home, *words).stdout)
    assert here["seed"] == 2
    assert (here["order"], here["prior"]) == (there["order"], there["prior"])


def test_a_person_reads_a_few_lines_and_a_curve(review: Path):
    result = ran("simulate", review, "--label", "LABEL_INCLUDED")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].startswith("40 papers, 14 relevant; started from rows ")
    assert lines[0].endswith("(drawn with --seed 1)")
    assert lines[1].startswith("all relevant papers found after reading ")
    assert lines[2].startswith("advised to stop after reading ")
    assert lines[3].startswith("loss 0.0")
    assert lines[4].startswith("CPU: ")
    assert lines[6] == "found"
    assert max(map(len, lines)) <= 80


def test_a_pipe_is_read(review: Path):
    words = ("simulate", "-", "--label", "label_included", "--prior", "0,1", "--json")
    assert json.loads(ran(*words, stdin=review.read_bytes()).stdout)["n"] == 40


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--label", "nope"],
            "review.csv: no column 'nope': available are title, abstract, label_inc",
        ),
        (["--label", "label_included", "--prior", "0,40"], "there is no row 40, use 0 to 39"),
        (["--label", "label_included", "--prior", ""], "use row numbers separated by commas"),
        ([], "Missing option '--label'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(review: Path, words: list[str], said: str):
    result = ran("simulate", review, *words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert said in result.stderr


def test_a_review_with_nothing_to_find_is_refused(tmp_path: Path):
    path = tmp_path / "one.csv"
    path.write_text("title,label\nA,0\n")
    result = ran("simulate", path, "--label", "label")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "no row is labelled relevant: there is nothing to find\n"
