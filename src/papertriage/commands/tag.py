"""Tag papers in a pipe."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage.errors import ExitCode
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.triage.filtering import tagged_lines


def command(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="JSON lines; - is standard input.")
    ] = "-",
) -> None:
    """Add topics to JSON lines of {id, title, abstract}, and to whatever else they hold.

    A filter: no cache is needed, one line in gives one line out. A bad line is passed over and
    named on stderr, and the exit code is 3.
    """
    bad = 0
    for line, fault in tagged_lines(file):
        if fault:
            bad += 1
            note(fault)
        else:
            # One by one: whoever feeds the pipe line by line can read each answer at once.
            write_output([line], None)
    if bad:
        raise typer.Exit(ExitCode.PARTLY_DONE)
