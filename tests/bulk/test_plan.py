from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from corpora import run_in, write_corpus
from papertriage.bulk import plan
from papertriage.bulk.columns import Columns
from papertriage.bulk.inputs import Input
from papertriage.bulk.plan import plan_file, working_directory
from papertriage.bulk.scoring import join_parts, score_part


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(plan, "PART_ROWS", 20)


@pytest.fixture
def one(tmp_path):
    return Input(str(write_corpus(tmp_path / "a.parquet", 50)), "2025/a.parquet")


def ranges(parts):
    return [(part.start, part.stop) for part in parts]


def finish(made) -> None:
    for part in made.missing:
        score_part(part, lambda _rows: None)
    join_parts(made)


def test_a_file_is_cut_into_parts_of_even_size(tmp_path, one) -> None:
    made = plan_file(one, run_in(tmp_path / "out"), force=False)
    assert ranges(made.parts) == ranges(made.missing) == [(0, 20), (20, 40), (40, 50)]
    assert made.target == str(tmp_path / "out" / "2025" / "a.parquet")


def test_an_empty_file_is_one_part(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 1)
    import pyarrow.parquet as pq

    pq.write_table(pq.read_table(path).slice(0, 0), path)
    made = plan_file(Input(str(path), "a.parquet"), run_in(tmp_path / "out"), force=False)
    assert ranges(made.parts) == [(0, 0)]
    assert made.parts[0].target == made.target


def test_parts_that_a_killed_run_has_left_are_not_scored_again(tmp_path, one) -> None:
    run = run_in(tmp_path / "out")
    first = plan_file(one, run, force=False)
    score_part(first.missing[1], lambda _rows: None)
    (Path(working_directory(run, one.place)) / "0-20.part").write_bytes(b"PAR1 cut off")
    assert ranges(plan_file(one, run, force=False).missing) == [(0, 20), (40, 50)]
    assert ranges(plan_file(one, run, force=True).missing) == [(0, 20), (20, 40), (40, 50)]
    assert not Path(working_directory(run, one.place)).exists()


def test_a_finished_file_is_done_until_something_changes(tmp_path, one) -> None:
    run = run_in(tmp_path / "out")
    finish(plan_file(one, run, force=False))
    again = plan_file(one, run, force=False)
    assert again.done["tagged"]["alignment"] == 10
    assert again.missing == ()
    assert plan_file(one, run, force=True).done is None
    for changed in (
        replace(run, model="other"),
        replace(run, evidence=True),
        replace(run, keep=True),
        replace(run, columns=Columns("", "title", "")),
    ):
        assert plan_file(one, changed, force=False).done is None
    assert plan_file(one, replace(run, version="9", batch=1), force=False).done
    os.utime(one.path, (1, 1))
    assert plan_file(one, run, force=False).done is None
