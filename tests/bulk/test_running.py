from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest

from corpora import run_in, write_corpus
from papertriage.bulk import running
from papertriage.bulk.inputs import Input
from papertriage.bulk.plan import plan_file
from papertriage.bulk.running import Fault, run_here
from papertriage.errors import DiskError


@pytest.fixture
def plans(tmp_path):
    run = run_in(tmp_path / "out")
    return [
        plan_file(Input(str(write_corpus(tmp_path / name, 10)), name), run, force=False)
        for name in ("a.parquet", "b.parquet")
    ]


def test_a_fault_of_one_file_costs_no_other(plans) -> None:
    os.remove(plans[0].path)  # noqa: PTH107 - the path is a string
    moved = []
    outcomes = [outcome for _, outcome in run_here(plans, moved.append)]
    assert outcomes[0] == Fault("no such file or directory")
    assert outcomes[1].rows == sum(moved) == 10


def test_a_full_disk_ends_the_run(plans, monkeypatch) -> None:
    def full(part, advance):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), part.target)

    monkeypatch.setattr(running, "score_part", full)
    with pytest.raises(DiskError, match=r"a\.parquet: no space left on device"):
        list(run_here([replace(plans[0]), plans[1]], lambda _rows: None))
