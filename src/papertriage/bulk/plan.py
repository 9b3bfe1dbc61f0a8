"""Plan the work: find files already done, and split the others into parts."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from papertriage.bulk.columns import Columns, find_columns
from papertriage.bulk.inputs import Input
from papertriage.bulk.parquet import footer, opened, stamped
from papertriage.errors import InputError

WORKING = ".tagging"
"""The directory for unfinished work in the output directory."""
PART_ROWS = 100_000
"""Rows of a part: about seven seconds of work, lost if a process is killed."""


@dataclass(frozen=True, slots=True)
class TaggingRun:
    """The model and the options of a run, the same for all files."""

    output: str
    model_file: str
    model_text: str
    model: str
    topics: tuple[tuple[str, float], ...]
    columns: Columns | None
    keep: bool
    evidence: bool
    batch: int
    version: str


@dataclass(frozen=True, slots=True)
class RowRange:
    """A range of rows of a file: the unit of work, in one process and on a cluster."""

    run: TaggingRun
    path: str
    place: str
    size: int
    columns: Columns
    start: int
    stop: int
    target: str
    stamp: str


@dataclass(frozen=True, slots=True)
class FilePlan:
    """A file, its output and its parts; `done` are the counts of an output that is finished.

    `parts` are all parts, in order; `missing` those that are still to be scored.
    """

    path: str
    place: str
    target: str
    rows: int
    stamp: str
    parts: tuple[RowRange, ...]
    missing: tuple[RowRange, ...] = ()
    done: dict[str, Any] | None = None


def working_directory(run: TaggingRun, place: str) -> str:
    """Return the directory for the parts of a file until its output is complete."""
    return str(Path(run.output, WORKING, place))


def plan_file(one: Input, run: TaggingRun, *, force: bool) -> FilePlan:
    """Inspect a file and the output of earlier runs; raises InputError.

    An output is finished if it was made with this model and these options from a file of this
    size, modification time and number of rows; force ignores finished outputs.
    """
    with opened(one.path) as file:
        status = os.stat(one.path)
        columns = find_columns(file.schema_arrow, run.columns)
        rows = file.metadata.num_rows
    stamp = _stamp(run, columns, [status.st_size, status.st_mtime_ns, rows])
    target = str(Path(run.output, one.place))
    plan = FilePlan(one.path, one.place, target, rows, stamp, ())
    if force:
        shutil.rmtree(working_directory(run, one.place), ignore_errors=True)
    elif (counts := _finished(target, stamp)) is not None:
        return replace(plan, done=counts)
    ranges = [(at, min(at + PART_ROWS, rows)) for at in range(0, rows, PART_ROWS)] or [(0, 0)]
    folder = working_directory(run, one.place)
    parts = tuple(
        RowRange(
            run,
            one.path,
            one.place,
            status.st_size,
            columns,
            start,
            stop,
            str(Path(folder, f"{start}-{stop}.part")) if len(ranges) > 1 else target,
            stamp,
        )
        for start, stop in ranges
    )
    missing = tuple(part for part in parts if force or _finished(part.target, stamp) is None)
    return replace(plan, parts=parts, missing=missing)


def _stamp(run: TaggingRun, columns: Columns, of_input: list[int]) -> str:
    """Return everything that an output depends on: the same stamp means the same output."""
    return json.dumps(
        {
            "schema": 1,
            "model": run.model,
            "topics": dict(run.topics),
            "columns": [columns.id, columns.title, columns.abstract],
            "keep_columns": run.keep,
            "evidence": run.evidence,
            "input": dict(zip(("bytes", "modified_ns", "rows"), of_input, strict=True)),
        }
    )


def _finished(path: str, stamp: str) -> dict[str, Any] | None:
    try:
        metadata = footer(path)
    except (InputError, OSError):
        return None
    found, counts = stamped(metadata)
    return counts if found == stamp else None
