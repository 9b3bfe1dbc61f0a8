"""Run a plan on an existing Dask cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertriage import __version__
from papertriage.bulk.model_text import model_in
from papertriage.bulk.plan import WORKING, FilePlan, RowRange, TaggingRun
from papertriage.bulk.running import Fault, Outcome, system_message
from papertriage.bulk.scoring import Advance, TagCounts, join_parts, score_part
from papertriage.errors import ClusterError, ConfigurationError, InputError, ModelError
from papertriage.text import counted

if TYPE_CHECKING:
    from distributed import Client, Future

_SECONDS_TO_ANSWER = 8
_RETRIES = 2
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")
_ADDRESS = re.compile(r"(?:[a-z]+://)?[^\s/]+:[0-9]{1,5}/?")


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler.

    Raises ConfigurationError if Dask is not installed, ClusterError if nothing answers, and
    InputError for an invalid address.
    """
    if not _ADDRESS.fullmatch(address):
        msg = f"--scheduler {address!r} is not an address such as tcp://HOST:8786"
        raise InputError(msg)
    try:
        import dask

        # Do not print log lines for each lost worker; errors are reported at the end.
        with dask.config.set({"logging": dict.fromkeys(_LOGGERS, "critical")}):
            import distributed
    except ImportError as error:
        msg = f"--scheduler requires Dask: pip install 'papertriage[dask]' ({error})"
        raise ConfigurationError(msg) from error
    try:
        client = distributed.Client(
            address, timeout=_SECONDS_TO_ANSWER, set_as_default=False, name="papertriage"
        )
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        msg = (
            f"no Dask scheduler answers at {address} within {_SECONDS_TO_ANSWER} seconds: "
            "is it running, and is this the address it printed (tcp://HOST:8786)?"
        )
        raise ClusterError(msg) from error
    try:
        yield client
    finally:
        client.close(timeout=_SECONDS_TO_ANSWER)


def check_workers(client: Client, run: TaggingRun, plan: FilePlan) -> int:
    """Check that every worker can do this run, and return their number.

    Raises ClusterError if there are none, or if one runs another version or cannot see the files.
    """
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
    except TimeoutError as error:
        msg = "the Dask cluster has no workers: start some (`dask worker ADDRESS --nthreads 1`)"
        raise ClusterError(msg) from error
    _check_scheduler(client)
    size = plan.missing[0].size if plan.missing else Path(plan.path).stat().st_size
    answers = client.run(problem_on_worker, run, plan.path, size, on_error="return")
    bad = {worker: answer for worker, answer in answers.items() if answer}
    for worker, answer in bad.items():
        reason = answer
        if "No module named 'papertriage" in str(answer):
            reason = f"papertriage {__version__} with Parquet is not installed there ({answer})"
        more = f" (and {counted(len(bad) - 1, 'other worker')})" if len(bad) > 1 else ""
        msg = f"worker {worker}: {reason}{more}"
        raise ClusterError(msg)
    return len(answers)


def _check_scheduler(client: Client) -> None:
    """Raise ClusterError if the scheduler, which unpickles tasks, has another version."""
    try:
        there = client.run_on_scheduler(version_here)
    except ImportError as error:
        msg = f"papertriage {__version__} with Parquet is not on the Dask scheduler ({error})"
        raise ClusterError(msg) from error
    if there != __version__:
        msg = (
            f"the Dask scheduler runs papertriage {there}, this machine {__version__}:"
            " install the same version"
        )
        raise ClusterError(msg)


def version_here() -> str:
    """Return the version of the process in which this is called."""
    return __version__


def problem_on_worker(run: TaggingRun, path: str, size: int) -> str:
    """Return why the worker that calls this cannot do this run, "" if it can."""
    if run.version != __version__:
        return f"runs papertriage {__version__}, not {run.version}: install the same version"
    shared = "workers need the same storage under the same path"
    try:
        model_in(run.model_file, run.model_text)
        if Path(path).stat().st_size != size:
            return f"{path} is a different file there: {shared}"
        with open(path, "rb"):
            pass
    except ModelError as error:
        return str(error)
    except OSError as error:
        return f"cannot read {error.filename} ({system_message(error)}): {shared}"
    folder = Path(run.output, WORKING)
    return "" if os.access(folder, os.W_OK) else f"cannot write to {run.output}: {shared}"


def run_there(
    client: Client, plans: Sequence[FilePlan], advance: Advance
) -> Iterator[tuple[FilePlan, Outcome]]:
    """Score the missing parts on the workers, and join each file when its last part is done.

    The parts of a lost worker go to another. Raises ClusterError if the scheduler is lost.
    """
    from distributed import as_completed

    parts = {
        future: (plan, part)
        for plan in plans
        for part, future in zip(
            plan.missing,
            client.map(attempt, plan.missing, pure=False, retries=_RETRIES),
            strict=True,
        )
    }
    joins = {_joined(client, plan): plan for plan in plans if not plan.missing}
    left = {plan.place: len(plan.missing) for plan in plans}
    seconds = dict.fromkeys(left, 0.0)
    faults: dict[str, Fault] = {}
    done = as_completed([*parts, *joins], loop=client.loop)
    try:
        for future in done:
            answer = _answer(future)
            if future in joins:
                plan = joins.pop(future)
                if isinstance(answer, TagCounts):
                    answer = replace(answer, seconds=answer.seconds + seconds[plan.place])
                yield plan, answer
                continue
            plan, part = parts.pop(future)
            left[plan.place] -= 1
            if isinstance(answer, Fault):
                faults[plan.place] = answer
            else:
                seconds[plan.place] += answer.seconds
                advance(part.stop - part.start)
            if not left[plan.place] and plan.place in faults:
                yield plan, faults[plan.place]
            elif not left[plan.place]:
                joins[joined := _joined(client, plan)] = plan
                done.add(joined)
    finally:
        client.cancel([*parts, *joins])


def attempt(part: RowRange) -> Outcome:
    """Score a part on a worker; errors in the file are returned, so that Dask does not retry."""
    from distributed import get_worker

    try:
        return score_part(part, lambda _rows: None)
    except InputError as error:
        return Fault(str(error))
    except OSError as error:
        where = f"worker {get_worker().address}: {system_message(error)}"
        raise OSError(error.errno, where) from error


def _joined(client: Client, plan: FilePlan) -> Future[Any]:
    # Joins go before other parts, because they free disk space.
    return client.submit(join_parts, plan, pure=False, retries=_RETRIES, priority=1)


def _answer(future: Future[Any]) -> Outcome:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    if future.cancelled() or future.status == "lost":
        msg = "lost the Dask scheduler: run it again, finished work is kept"
        raise ClusterError(msg)
    try:
        return future.result()  # type: ignore[no-any-return]  # what attempt() and join_parts() return
    except KilledWorker as error:
        return Fault(f"every worker that tried it died, most recently {error.last_worker.address}")
    except CancelledError as error:
        msg = "lost the Dask scheduler: run it again, finished work is kept"
        raise ClusterError(msg) from error
    except OSError as error:
        return Fault(error.strerror or str(error))
    except Exception as error:  # noqa: BLE001 - any failure on a worker affects one file
        return Fault(f"{type(error).__name__} on a worker: {error}")
