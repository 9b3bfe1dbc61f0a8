"""Schedule a daily fetch and digest."""

from __future__ import annotations

import os
import zlib
from typing import Annotated

import typer

from papertriage import clock, config, locks, paths
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.scheduling import hours, registry
from papertriage.scheduling.job import default_output, job_of

Daily = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM",
        help="The local time to run at [default: soon after arXiv's announcements].",
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write digests to FILE; {date} is replaced by the day.",
    ),
]
Print = Annotated[bool, typer.Option("--print", help="Print the schedule without installing it.")]
With = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="NAME",
        help=f"Use this scheduler: one of {', '.join(registry.NAMES)} [default: detected].",
    ),
]

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Fetch papers and write a digest every day.",
)


@app.command("install")
def install(
    daily: Daily = None,
    email: o.Email = None,
    output: Output = None,
    shown: Print = False,
    using: With = None,
) -> None:
    """Run `fetch`, then `digest --since-last`, once a day.

    Missed days are covered by the next digest. Installing again replaces the previous schedule.
    """
    now = clock.now()
    seed = zlib.crc32(os.fsencode(paths.data_dir()))
    time = hours.time_of_day(daily) if daily else hours.default_time(now, seed)
    to = _recipient_of(email or ("" if output else config.text("mail.to")))
    where = output or str(default_output())
    job = job_of(time, to, where)
    name = using or registry.detected()
    chosen = registry.scheduler(name)
    if shown:
        write_output([chosen.written(job)], None)
    else:
        paths.private_directory(paths.data_dir())
        if output is None:
            paths.private_directory(default_output().parent)
        with locks.alone(paths.data_dir() / "schedule"):
            chosen.install(job)
            for other in set(registry.installed()) - {name}:
                registry.scheduler(other).remove()
                note(f"removed the previous schedule from {other}")
        mail = f" and mailed to {to}" if to else ""
        note(f"scheduled daily at {hours.shown(time)} with {name}: writes {where}{mail}")
        if name == "systemd":
            note("it only runs while you are logged in, unless you run `loginctl enable-linger`")
    if daily and (early := hours.too_early(time, now)):
        note(early)
    if to and os.environ.get("PAPERTRIAGE_SMTP_PASSWORD"):
        note("scheduled runs do not see PAPERTRIAGE_SMTP_PASSWORD: set mail.password-file instead")


@app.command("show")
def show() -> None:
    """Show the installed schedule."""
    found = registry.installed()
    if not found:
        note("nothing is scheduled: see `papertriage schedule install`")
    for name, text in found.items():
        note(f"{name}:")
        write_output([text], None)


@app.command("remove")
def remove() -> None:
    """Remove the schedule; digests and papers stay."""
    with locks.alone(paths.data_dir() / "schedule"):
        found = registry.installed()
        for name in found:
            registry.scheduler(name).remove()
            note(f"removed the schedule from {name}")
    if not found:
        note("nothing is scheduled")


def _recipient_of(email: str) -> str | None:
    from papertriage.delivery.account import address

    return address(email) if email else None
