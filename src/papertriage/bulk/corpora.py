"""Tag a corpus in Parquet files: plan, run, report."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertriage import __version__
from papertriage.bulk import cluster
from papertriage.bulk.columns import columns_named
from papertriage.bulk.inputs import Input, find_inputs
from papertriage.bulk.manifest import read_manifest, write_manifest
from papertriage.bulk.model_text import model_text, text_hash
from papertriage.bulk.parquet import check_installed
from papertriage.bulk.plan import WORKING, FilePlan, TaggingRun, plan_file
from papertriage.bulk.running import Fault, Outcome, run_here, system_message
from papertriage.bulk.scoring import TagCounts
from papertriage.errors import InputError, OutputError
from papertriage.paths import sweep, temporary_beside
from papertriage.text import counted

if TYPE_CHECKING:
    from papertriage.topics.model import Model

Advance = Callable[[int, int | None], None]
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `tag` for Parquet files."""

    output: str
    columns: str | None = None
    keep: bool = False
    evidence: bool = False
    batch: int = 2000
    force: bool = False
    scheduler: str | None = None


@dataclass(slots=True)
class Report:
    """The result of a run: files tagged now and before, papers, tags and faults."""

    tagged: dict[str, int]
    files: int = 0
    before: int = 0
    papers: int = 0
    seconds: float = 0.0
    untitled: dict[str, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def tag_corpus(
    names: Sequence[str], options: Options, load_model: Callable[[], Model], advance: Advance
) -> Report:
    """Tag the papers of each file into one output file; raises InputError for invalid input.

    advance(n, total) reports that n more of total papers were scored.
    """
    check_installed()
    output = os.path.realpath(options.output)
    inputs = find_inputs(names, output)
    entries = read_manifest(output)
    with _working(output) as folder:
        run = _run_of(options, load_model(), output, folder)
        report = Report(tagged=dict.fromkeys(dict(run.topics), 0))
        plans = list(_plans(inputs, run, report, force=options.force))
        todo = [plan for plan in plans if plan.done is None]
        report.before = len(plans) - len(todo)
        for plan in plans:
            if plan.done is not None:
                entries[plan.place] = _entry(plan, run, plan.done, entries.get(plan.place))
        rows = sum(part.stop - part.start for plan in todo for part in plan.missing)
        advance(0, rows)
        try:
            for plan, outcome in _outcomes(todo, run, options, lambda n: advance(n, rows)):
                _count(report, plan, outcome)
                if isinstance(outcome, TagCounts):
                    counts = {"untitled": outcome.untitled, "tagged": outcome.tagged}
                    seconds = {"seconds": round(outcome.seconds, 3)}
                    entries[plan.place] = _entry(plan, run, counts, seconds)
        finally:
            write_manifest(run, entries)
    for place, entry in entries.items():
        if entry["untitled"] and place in {plan.place for plan in plans}:
            report.untitled[place] = entry["untitled"]
    return report


def report_lines(report: Report) -> Iterator[str]:
    """Yield the lines of a report: first a line for each file with a fault, then the totals."""
    faults = [f"{path}: {fault}" for path, fault in report.faults.items()]
    faults += [
        f"{place}: {counted(rows, 'row')} without a title: not scored"
        for place, rows in report.untitled.items()
    ]
    yield from faults[:_NAMED]
    if len(faults) > _NAMED:
        yield f"… and {counted(len(faults) - _NAMED, 'more file')}"
    before = f"; {counted(report.before, 'file')} already done" if report.before else ""
    tags = ", ".join(f"{name} {number:,}" for name, number in report.tagged.items())
    yield (
        f"tagged {counted(report.papers, 'paper')} in {counted(report.files, 'file')}, "
        f"{report.seconds:.1f} s of CPU time{': ' + tags if report.papers else ''}{before}"
    )


@contextlib.contextmanager
def _working(output: str) -> Iterator[Path]:
    """Make the directory for unfinished work, and remove it afterwards if it is empty."""
    folder = Path(output, WORKING)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot write to {output}: {system_message(error)}"
        raise OutputError(msg) from error
    try:
        yield folder
    finally:
        for left in folder.glob("*.model*"):
            left.unlink(missing_ok=True)
        for place, _, _ in os.walk(folder, topdown=False):
            sweep(Path(place), time.time())
            with contextlib.suppress(OSError):
                Path(place).rmdir()


def _run_of(options: Options, model: Model, output: str, folder: Path) -> TaggingRun:
    if not model.topics:
        msg = "no topics are followed: nothing to tag"
        raise InputError(msg)
    text = model_text(model)
    name = text_hash(text)
    path = folder / f"{name}.model"
    temporary = temporary_beside(path)
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return TaggingRun(
        output=output,
        model_file=str(path),
        model_text=name,
        model=model.hash,
        topics=tuple((topic.name, topic.threshold) for topic in model.topics.values()),
        columns=columns_named(options.columns) if options.columns is not None else None,
        keep=options.keep,
        evidence=options.evidence,
        batch=options.batch,
        version=__version__,
    )


def _plans(
    inputs: Sequence[Input], run: TaggingRun, report: Report, *, force: bool
) -> Iterator[FilePlan]:
    for one in inputs:
        try:
            yield plan_file(one, run, force=force)
        except InputError as error:
            report.faults[one.path] = str(error)
        except OSError as error:
            report.faults[one.path] = system_message(error)


def _outcomes(
    plans: Sequence[FilePlan], run: TaggingRun, options: Options, advance: Callable[[int], None]
) -> Iterator[tuple[FilePlan, Outcome]]:
    if options.scheduler is None:
        yield from run_here(plans, advance)
    elif plans:
        with cluster.connected(options.scheduler) as client:
            cluster.check_workers(client, run, plans[0])
            yield from cluster.run_there(client, plans, advance)


def _count(report: Report, plan: FilePlan, outcome: Outcome) -> None:
    if isinstance(outcome, Fault):
        report.faults[plan.path] = outcome.reason
        return
    report.files += 1
    report.papers += outcome.rows
    report.seconds += outcome.seconds
    for name, number in outcome.tagged.items():
        report.tagged[name] += number


def _entry(
    plan: FilePlan, run: TaggingRun, counts: dict[str, Any], earlier: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "file": plan.place,
        "input": plan.path,
        "rows": plan.rows,
        "untitled": counts["untitled"],
        "tagged": counts["tagged"],
        "model": run.model,
        "seconds": earlier["seconds"] if earlier else None,
    }
