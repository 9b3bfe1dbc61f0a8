"""Import papers from files."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.errors import ExitCode
from papertriage.files.reading import FORMS
from papertriage.formats.receipt import receipt_lines
from papertriage.render.reporting import storing
from papertriage.render.terminal import note
from papertriage.triage.intake.importing import import_file
from papertriage.triage.intake.verdicts import exit_code
from papertriage.triage.teaching.interest_learning import learn_or_explain

Form = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORMAT",
        help=f"The format of the files: one of {', '.join(FORMS)}. Detected by default.",
    ),
]
Date = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="The day to record for a page or an e-mail, instead of its own."
    ),
]
NoTags = Annotated[
    bool,
    typer.Option(
        "--no-tags", help="Import faster, without tagging: run `topics retag` afterwards."
    ),
]


def command(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="The files to import; - is standard input."),
    ],
    form: Form = None,
    date: Date = None,
    no_tags: NoTags = False,
) -> None:
    """Import papers from JSON Lines, CSV, BibTeX, RIS, arXiv snapshots and e-mails, and web pages.

    Importing a file again adds nothing. Invalid entries are skipped and reported, and the exit
    code is then 3.
    """
    today = clock.local_day(clock.now())
    day = clock.day_of(date, today) if date else None
    receipts = []
    with opened(paths.cache_path()) as connection:
        for path in files:
            with storing(f"importing {path}", lines=True) as advance:
                receipt = import_file(
                    connection,
                    path,
                    form=form,
                    page_day=day,
                    now=clock.now,
                    advance=advance,
                    tagged=not no_tags,
                )
            receipts.append(receipt)
            for line in receipt_lines(receipt):
                note(line)
        if no_tags and any(receipt.new for receipt in receipts):
            note("new papers are not tagged yet: run `papertriage topics retag`")
        if message := learn_or_explain(connection, clock.now(), after_papers=True):
            note(message)
    if any(receipt.skipped for receipt in receipts):
        raise typer.Exit(ExitCode.PARTLY_DONE)
    raise typer.Exit(exit_code(receipts))
