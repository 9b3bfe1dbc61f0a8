"""Run fetch and digest every day."""

from __future__ import annotations

import os
import zlib
from typing import Annotated

import typer

from papertriage import clock, config, locks, paths
from papertriage.commands import _mailing as m
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.scheduling import hours, registry
from papertriage.scheduling.job import default_output, job_of

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Fetch and write the digest every day.",
)


@app.command("install")
def install(
    daily: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="Local time; else soon after arXiv's papers are there."),
    ] = None,
    email: m.Email = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; {date} is the day."),
    ] = None,
    shown: Annotated[
        bool, typer.Option("--print", help="Show what would be installed, and do nothing.")
    ] = False,
    using: Annotated[
        str | None,
        typer.Option("--with", metavar="NAME", help=f"One of {', '.join(registry.NAMES)}."),
    ] = None,
) -> None:
    """Have `fetch` and then `digest --since-last` run once a day.

    A day that is missed is in the next digest. Installing again replaces what was installed.
    """
    now = clock.now()
    seed = zlib.crc32(os.fsencode(paths.data_dir()))
    time = hours.time_of_day(daily) if daily else hours.default_time(now, seed)
    to = m.recipient_of(email or (None if output else config.text("mail.to") or None))
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
                note(f"the one before is taken out of {other}")
        mail = f" and mailed to {to}" if to else ""
        note(f"daily at {hours.shown(time)} by {name}: a digest is written to {where}{mail}")
        if name == "systemd":
            note("it runs while you are logged in: `loginctl enable-linger` lets it run always")
    if daily and (early := hours.too_early(time, now)):
        note(early)
    if to and os.environ.get("PAPERTRIAGE_SMTP_PASSWORD"):
        note("PAPERTRIAGE_SMTP_PASSWORD is not there when it runs: set mail.password-file instead")


@app.command("show")
def show() -> None:
    """Show what is installed."""
    found = registry.installed()
    if not found:
        note("nothing is scheduled: `papertriage schedule install` does it")
    for name, text in found.items():
        note(f"by {name}:")
        write_output([text], None)


@app.command("remove")
def remove() -> None:
    """Take away what was installed; digests and papers stay."""
    with locks.alone(paths.data_dir() / "schedule"):
        found = registry.installed()
        for name in found:
            registry.scheduler(name).remove()
            note(f"taken out of {name}")
    if not found:
        note("nothing is scheduled")
