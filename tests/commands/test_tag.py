from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import write_corpus
from hostile import hostile_text
from processes import PAPERTRIAGE, SOURCE, ran

PAPER = {
    "id": "x",
    "title": "Aligning language models with human preferences by RLHF",
    "note": [1, {"é": None}],
}


def test_a_line_comes_back_with_its_keys_and_topics() -> None:
    result = ran(
        "tag", stdin=json.dumps(PAPER) + "\n\n" + json.dumps({**PAPER, "abstract": "text"})
    )
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = map(json.loads, result.stdout.splitlines())
    topics = first.pop("topics")
    assert first == PAPER
    assert second["abstract"] == "text"
    assert set(topics) == {"alignment", "causality", "diffusion", "ood"}
    for topic in topics.values():
        assert 0 <= topic["score"] <= 1
        assert topic["evidence"]
    assert topics["alignment"]["score"] > topics["ood"]["score"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("not json", "not JSON"),
        ("[1]", "not an object with a title"),
        ('{"id": 1}', "not an object with a title"),
        ('{"title": 1}', "not an object with a title"),
        ('{"title": "a", "abstract": 1}', "the abstract is not text"),
        ('{"title": "a", "x": NaN}', "NaN is not a JSON number"),
        ('{"title": "a", "x": 1e999}', "not JSON compliant"),
        ("[" * 100_000, "not JSON"),
        ('{"title": "' + "x" * 10_000_000 + '"}', "longer than 10,000,000 characters"),
    ],
)
def test_a_bad_line_is_passed_over_and_named(line: str, fault: str) -> None:
    good = json.dumps(PAPER)
    result = ran("tag", stdin=f"{good}\n{line}\n{good}\n")
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.startswith("skipped line 2: ")
    assert fault in result.stderr
    assert result.stderr.count("\n") == 1


@given(st.dictionaries(hostile_text, hostile_text), hostile_text)
@settings(max_examples=30)
def test_any_keys_come_back(more: dict[str, str], title: str) -> None:
    given_paper = {**more, "title": title}
    given_paper.pop("abstract", None)
    result = ran("tag", stdin=json.dumps(given_paper))
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    del answer["topics"]
    given_paper.pop("topics", None)
    assert answer == given_paper


def test_a_file_is_read_and_a_missing_one_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text("\ufeff" + json.dumps(PAPER))
    assert json.loads(ran("tag", path).stdout)["id"] == "x"
    result = ran("tag", tmp_path / "none")
    assert (result.exit_code, result.stderr) == (
        2,
        f"{tmp_path / 'none'}: No such file or directory\n",
    )


def test_lines_are_answered_one_by_one_with_no_cache_and_no_home(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "HOME": str(tmp_path)}
    with subprocess.Popen(
        [*PAPERTRIAGE, "tag"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for number in range(3):
            process.stdin.write(json.dumps({**PAPER, "id": number}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_closed_standard_input_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from papertriage.triage.measuring.filtering import tagged_lines

    monkeypatch.setattr(sys, "stdin", None)
    assert list(tagged_lines("-")) == []


def test_parquet_files_are_tagged_into_a_directory(tmp_path: Path) -> None:
    write_corpus(tmp_path / "in" / "a.parquet", 20)
    result = ran("tag", tmp_path / "in", "--output", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("tagged 20 papers in 1 file, ")
    again = ran("tag", tmp_path / "in", "--output", tmp_path / "out")
    assert again.stderr == "tagged 0 papers in 0 files, 0.0 s of CPU time; 1 file already done\n"


def test_the_exit_code_says_whether_some_or_all_files_failed(tmp_path: Path) -> None:
    bad = tmp_path / "in" / "bad.parquet"
    good = write_corpus(tmp_path / "in" / "a.parquet", 5)
    bad.write_bytes(b"no Parquet at all")
    assert ran("tag", bad, good, "--output", tmp_path / "out").exit_code == 3
    assert ran("tag", bad, "--output", tmp_path / "out").exit_code == 2
    assert ran("tag", good, "--output", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("a.parquet",), "a.parquet is a Parquet file: tag it with --output DIR\n"),
        (("a.parquet", "b.parquet"), "for options of Parquet files\n"),
        (
            ("a.jsonl", "--scheduler", "tcp://127.0.0.1:9"),
            "for options of Parquet files\n",
        ),
        (("--output", "out"), "--output requires Parquet files or directories as arguments\n"),
        (("-", "--output", "out"), "--output requires Parquet files or directories as arguments\n"),
        (("none", "--output", "out"), "none: no such file or directory\n"),
    ],
)
def test_what_does_not_go_together_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path / "a.parquet", 2)
    result = ran("tag", *words)
    assert result.exit_code == 2
    assert result.stderr.endswith(fault)
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out" / ".tagging").exists()


def test_without_the_extra_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_corpus(tmp_path / "a.parquet", 2)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = ran("tag", path, "--output", tmp_path / "out")
    assert result.exit_code == 78
    assert "pip install 'papertriage[bulk]'" in result.stderr
    assert result.stderr.count("\n") == 1
