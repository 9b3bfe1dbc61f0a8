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
        help="JSON lines (- is standard input); with --output Parquet files or directories.",
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="DIR", help="Tag Parquet files into this directory."),
]
Columns = Annotated[
    str | None,
    typer.Option(metavar="ID,TITLE,ABSTRACT", help="The columns to read, else by their names."),
]
Keep = Annotated[bool, typer.Option("--keep-columns", help="Copy all columns, not the id alone.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="Add the terms that made each tag.")]
Batch = Annotated[int, typer.Option(metavar="N", min=1, help="Rows that are read at once.")]
Force = Annotated[bool, typer.Option("--force", help="Do finished files again.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on this Dask cluster (tcp://HOST:8786)."),
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
    """Add topics to JSON lines of {id, title, abstract}, and to whatever else they hold.

    A filter: no cache is needed, one line in gives one line out. A bad line is passed over and
    named on stderr, and the exit code is 3.

    With --output, tag Parquet files instead: one file of scores for each, rows in their order. A
    file that is finished is not done again.
    """
    if output is None:
        _tag_lines(files or ["-"], columns is not None or keep or evidence or force or scheduler)
        return
    from papertriage.bulk.corpora import Options, tag_corpus, told
    from papertriage.triage.teaching.followed import followed_model

    if not files or "-" in files:
        msg = "--output is for Parquet files: name files or directories"
        raise InputError(msg)
    options = Options(output, columns, keep, evidence, batch, force, scheduler)
    with progress("tagging", None) as advance:
        report = tag_corpus(files, options, followed_model, advance)
    for line in told(report):
        note(line)
    if report.faults and not report.files + report.before:
        raise typer.Exit(ExitCode.USAGE)
    if report.faults or report.untitled:
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _tag_lines(files: list[str], bulk: object) -> None:
    from papertriage.triage.measuring.filtering import is_parquet, tagged_lines

    if bulk or len(files) > 1:
        msg = "several files and these options are for Parquet: add --output DIR"
        raise InputError(msg)
    if is_parquet(files[0]):
        msg = f"{files[0]} is Parquet: say with --output DIR where its scores go"
        raise InputError(msg)
    bad = 0
    for line, fault in tagged_lines(files[0]):
        if fault:
            bad += 1
            note(fault)
        else:
            # One by one: whoever feeds the pipe line by line can read each answer at once.
            write_output([line], None)
    if bad:
        raise typer.Exit(ExitCode.PARTLY_DONE)
