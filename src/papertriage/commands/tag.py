"""Tag papers in a pipe, or a corpus in Parquet files."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage.errors import ExitCode, InputError
from papertriage.formats.output import write_output
from papertriage.render.terminal import note, progress

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE...]",
        help="JSON Lines (- is standard input); with --output, Parquet files or directories.",
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="DIR", help="Tag Parquet files, and write to DIR."),
]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="ID,TITLE,ABSTRACT", help="The columns to read [default: detected by name]."
    ),
]
Keep = Annotated[
    bool, typer.Option("--keep-columns", help="Copy all columns to the output, not only the id.")
]
Evidence = Annotated[
    bool,
    typer.Option(
        "--evidence", help="Add the evidence for each tag: terms and what they contribute."
    ),
]
Batch = Annotated[int, typer.Option(metavar="N", min=1, help="Read N rows at a time.")]
Force = Annotated[bool, typer.Option("--force", help="Tag finished files again.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on a Dask cluster: tcp://HOST:8786."),
]


def command(
    files: Files = None,
    output: Output = None,
    columns: Columns = None,
    keep: Keep = False,
    evidence: Evidence = False,
    batch: Batch = 2000,
    force: Force = False,
    scheduler: Scheduler = None,
) -> None:
    """Add topics to JSON Lines with id, title and abstract; other fields are unchanged.

    Works as a filter, without a cache: each line is read, tagged and written. Invalid lines are
    skipped and reported on standard error, and the exit code is then 3.

    With --output, tags Parquet files instead. For each it writes a file of scores, with the rows in
    the same order. Files that are finished are not tagged again.
    """
    if output is None:
        _tag_lines(files or ["-"], columns is not None or keep or evidence or force or scheduler)
        return
    from papertriage.bulk.corpora import Options, report_lines, tag_corpus
    from papertriage.triage.teaching.followed import followed_model

    if not files or "-" in files:
        msg = "--output requires Parquet files or directories as arguments"
        raise InputError(msg)
    options = Options(output, columns, keep, evidence, batch, force, scheduler)
    with progress("tagging", None) as advance:
        report = tag_corpus(files, options, followed_model, advance)
    for line in report_lines(report):
        note(line)
    if report.faults and not report.files + report.before:
        raise typer.Exit(ExitCode.USAGE)
    if report.faults or report.untitled:
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _tag_lines(files: list[str], bulk: object) -> None:
    from papertriage.triage.measuring.filtering import is_parquet, tagged_lines

    if bulk or len(files) > 1:
        msg = "--output DIR is required for several files, and for options of Parquet files"
        raise InputError(msg)
    if is_parquet(files[0]):
        msg = f"{files[0]} is a Parquet file: tag it with --output DIR"
        raise InputError(msg)
    bad = 0
    for line, fault in tagged_lines(files[0]):
        if fault:
            bad += 1
            note(fault)
        else:
            # Write line by line: interactive pipes can read each result at once.
            write_output([line], None)
    if bad:
        raise typer.Exit(ExitCode.PARTLY_DONE)
