"""Bring files into the cache."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.commands._learning import learn
from papertriage.commands._receipts import exit_code, reported, tell
from papertriage.errors import ExitCode
from papertriage.files.reading import FORMS
from papertriage.render.terminal import note
from papertriage.triage.intake.importing import import_file


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or - for stdin.")],
    form: Annotated[
        str | None,
        typer.Option("--as", metavar="FORM", help=f"One of {', '.join(FORMS)}; else detected."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day of a page or a mail, instead of its own."),
    ] = None,
    no_tags: Annotated[
        bool,
        typer.Option("--no-tags", help="Leave new papers to `topics retag`: three times as fast."),
    ] = False,
) -> None:
    """Import papers from files: JSON lines, CSV, BibTeX, RIS, arXiv's snapshot or mails, a page.

    Importing again adds nothing. A bad line is skipped and named, and costs no other; then the
    exit code is 3.
    """
    today = clock.local_day(clock.now())
    day = clock.day_of(date, today) if date else None
    receipts = []
    with opened(paths.cache_path()) as connection:
        for path in files:
            with reported(f"importing {path}", lines=True) as advance:
                receipts.append(
                    import_file(
                        connection,
                        path,
                        form=form,
                        page_day=day,
                        now=clock.now,
                        advance=advance,
                        tagged=not no_tags,
                    )
                )
            tell(receipts[-1])
        if no_tags and any(receipt.new for receipt in receipts):
            note("new papers have no tags yet: run papertriage topics retag")
        learn(connection, after_papers=True)
    if any(receipt.skipped for receipt in receipts):
        raise typer.Exit(ExitCode.PARTLY_DONE)
    raise typer.Exit(exit_code(receipts))
