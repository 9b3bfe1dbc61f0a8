"""Define the options of commands about a day's picks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from papertriage import clock
from papertriage.errors import InputError

Again = Annotated[bool, typer.Option("--again", help="Let the picks of earlier days come back.")]
Past = Annotated[
    str | None, typer.Option("--date", metavar="DATE", help="A past day, as it was kept.")
]


def past_or_today(text: str | None, today: date, option: str = "--date") -> date:
    """Read an option that names a day; raises InputError for one that is still to come."""
    day = clock.day_of(text, today) if text else today
    if day > today:
        msg = f"{option} {day} is still to come: nothing was picked for it"
        raise InputError(msg)
    return day
