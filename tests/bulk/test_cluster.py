from __future__ import annotations

import contextlib
import os
import signal
import sys
from concurrent.futures import CancelledError
from dataclasses import replace
from types import SimpleNamespace

import pytest
from distributed import KilledWorker

from corpora import cluster as started_cluster
from corpora import run_in, write_corpus
from papertriage.bulk import cluster, plan
from papertriage.bulk.inputs import Input
from papertriage.bulk.plan import plan_file
from papertriage.bulk.running import Fault, run_here
from papertriage.errors import ClusterError, ConfigurationError, InputError
from processes import finished


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Return the address of a scheduler with two workers."""
    with started_cluster(tmp_path_factory.mktemp("dask")) as (address, _):
        yield address


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(plan, "PART_ROWS", 300)


def plans_in(tmp_path, output, *names, rows=1000):
    run = run_in(tmp_path / output)
    files = [
        path if (path := tmp_path / name).exists() else write_corpus(path, rows) for name in names
    ]
    return [plan_file(Input(str(path), path.name), run, force=False) for path in files]


def run(address, plans, advance=lambda _rows: None):
    with cluster.connected(address) as client:
        client.wait_for_workers(2, timeout=120)
        assert cluster.check_workers(client, plans[0].parts[0].run, plans[0]) == 2
        return {one.place: outcome for one, outcome in cluster.run_there(client, plans, advance)}


def content(tmp_path, output):
    return {path.name: path.read_bytes() for path in (tmp_path / output).glob("*.parquet")}


def test_two_workers_write_what_one_process_writes(tmp_path, running) -> None:
    names = ("a.parquet", "b.parquet", "c.parquet")
    plans = plans_in(tmp_path, "here", *names)
    here = {one.place: outcome for one, outcome in run_here(plans, lambda _rows: None)}
    moved = []
    there = run(running, plans_in(tmp_path, "there", *names), moved.append)
    assert content(tmp_path, "here") == content(tmp_path, "there")
    assert len(content(tmp_path, "there")) == 3
    assert sum(moved) == 3000
    assert {name: replace(one, seconds=0) for name, one in here.items()} == {
        name: replace(one, seconds=0) for name, one in there.items()
    }


def test_a_fault_of_one_file_costs_no_other(tmp_path, running) -> None:
    plans = plans_in(tmp_path, "out", "a.parquet", "b.parquet", "c.parquet")
    write_corpus(tmp_path / "b.parquet", 3)
    (tmp_path / "c.parquet").unlink()
    outcomes = run(running, plans)
    assert outcomes["a.parquet"].rows == 1000
    assert outcomes["b.parquet"] == Fault("the file has changed since the run began: run again")
    assert "no such file" in outcomes["c.parquet"].reason
    assert outcomes["c.parquet"].reason.startswith("worker tcp://127.0.0.1:")


@pytest.mark.soak
def test_a_killed_worker_loses_nothing(tmp_path) -> None:
    (tmp_path / "dask").mkdir()
    (here,) = plans_in(tmp_path, "here", "a.parquet", rows=9_000)
    (there,) = plans_in(tmp_path, "there", "a.parquet")
    assert [outcome.rows for _, outcome in run_here([here], lambda _rows: None)] == [9_000]
    with started_cluster(tmp_path / "dask") as (address, workers):
        moved = []

        def advance(rows):
            if not moved:
                workers[0].send_signal(signal.SIGKILL)
                assert workers[0].wait() == -signal.SIGKILL
            moved.append(rows)

        outcomes = run(address, [there], advance)
        assert workers[1].poll() is None
    assert outcomes["a.parquet"].rows == sum(moved) == 9_000
    assert content(tmp_path, "here") == content(tmp_path, "there")


def test_workers_that_cannot_do_the_run_are_named(tmp_path, running) -> None:
    (one,) = plans_in(tmp_path, "out", "a.parquet")
    run = one.parts[0].run
    with cluster.connected(running) as client:
        client.wait_for_workers(2, timeout=120)
        for changed, fault in (
            (replace(run, version="0.0.1"), ", not 0.0.1: install the same version"),
            (replace(run, model_file=f"{tmp_path}/none"), "need the same storage under the"),
            (replace(run, model_text="other"), "has changed since the run began"),
        ):
            with pytest.raises(ClusterError, match=fault) as caught:
                cluster.check_workers(client, changed, one)
            assert str(caught.value).startswith("worker tcp://127.0.0.1:")
            assert str(caught.value).endswith("(and 1 other worker)")


@pytest.mark.parametrize("change", ["grown", "gone"])
def test_a_worker_that_sees_another_file_says_so(tmp_path, change) -> None:
    (one,) = plans_in(tmp_path, "out", "a.parquet")
    run = one.parts[0].run
    size = one.parts[0].size
    assert cluster.problem_on_worker(run, one.path, size) == ""
    if change == "gone":
        os.remove(one.path)  # noqa: PTH107 - the path is a string
    fault = cluster.problem_on_worker(run, one.path, size + 1)
    assert {"grown": "a different file there", "gone": "no such file"}[change] in fault


def test_a_cluster_without_workers_or_with_other_code_is_one_line(tmp_path, monkeypatch) -> None:
    (one,) = plans_in(tmp_path, "out", "a.parquet")
    monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 1)
    with (
        started_cluster(tmp_path, workers=0) as (address, _),
        cluster.connected(address) as client,
    ):
        with pytest.raises(ClusterError, match="has no workers"):
            cluster.check_workers(client, one.parts[0].run, one)
        monkeypatch.setattr(cluster, "__version__", "9.9")
        with pytest.raises(ClusterError, match=r"scheduler runs papertriage .*, this machine 9\.9"):
            cluster._check_scheduler(client)


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch) -> None:
    monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 1)
    with (
        pytest.raises(ClusterError, match="no Dask scheduler answers at tcp://127"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_word_is_no_address() -> None:
    with pytest.raises(InputError, match="is not an address"), cluster.connected("cluster"):
        pass


def test_without_dask_the_line_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ConfigurationError, match=r"pip install 'papertriage\[dask\]'"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_the_command_runs_on_the_cluster_and_says_one_line(tmp_path, running) -> None:
    write_corpus(tmp_path / "in" / "a.parquet", 50)
    done = finished(
        tmp_path, "tag", tmp_path / "in", "--output", tmp_path / "out", "--scheduler", running
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("tagged 50 papers in 1 file, ")
    assert done.stderr.count("\n") == 1


def test_a_lost_scheduler_is_one_line_and_what_is_finished_is_kept(tmp_path) -> None:
    plans = plans_in(tmp_path, "out", "a.parquet", rows=6000)
    (tmp_path / "dask").mkdir()
    with contextlib.ExitStack() as stack:
        address, _ = stack.enter_context(started_cluster(tmp_path / "dask"))
        with pytest.raises(ClusterError, match="finished work is kept"):
            run(address, plans, lambda _rows: stack.close())
    left = plan_file(Input(plans[0].path, plans[0].place), plans[0].parts[0].run, force=False)
    assert 0 < len(left.missing) < len(left.parts) == 20


class FakeFuture:
    """A future that has failed."""

    status = "error"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def cancelled(self) -> bool:
        return False

    def result(self):
        raise self.error


def test_what_fails_on_a_worker_costs_one_file_and_says_why() -> None:
    killed = KilledWorker("key", SimpleNamespace(address="tcp://127.0.0.1:1"), 3)
    for error, reason in (
        (killed, "every worker that tried it died, most recently tcp://127.0.0.1:1"),
        (OSError(5, "worker tcp://x: input/output error"), "worker tcp://x: input/output error"),
        (MemoryError("too much"), "MemoryError on a worker: too much"),
    ):
        assert cluster._answer(FakeFuture(error)) == Fault(reason)
    with pytest.raises(ClusterError, match="finished work is kept"):
        cluster._answer(FakeFuture(CancelledError()))
