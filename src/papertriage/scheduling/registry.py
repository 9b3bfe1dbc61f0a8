"""Choose the system's scheduler."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from papertriage.errors import InputError, ScheduleError
from papertriage.scheduling.job import Job

NAMES = ("systemd", "launchd", "cron")
"""In the order in which they are tried: the first two also run a job missed during sleep."""


class Scheduler(Protocol):
    """The interface of each scheduler's module."""

    def works(self) -> bool:
        """Return whether it can be used here."""

    def written(self, job: Job) -> str:
        """Return the text that installing the job writes."""

    def install(self, job: Job) -> None:
        """Install the job, replacing an earlier one."""

    def installed(self) -> str | None:
        """Return what is installed, None if nothing is."""

    def remove(self) -> None:
        """Remove what is installed."""


def scheduler(name: str) -> Scheduler:
    """Return a scheduler by its name; raises InputError."""
    if name not in NAMES:
        msg = f"--with {name!r} is not one of {', '.join(NAMES)}"
        raise InputError(msg)
    return cast("Scheduler", import_module(f"papertriage.scheduling.{name}"))


def detected() -> str:
    """Return the name of the first scheduler that works here; raises ScheduleError."""
    for name in NAMES:
        if scheduler(name).works():
            return name
    msg = (
        "no scheduler found, neither a systemd session nor crontab: install cron, or run daily what"
        " `papertriage schedule install --print --with cron` prints"
    )
    raise ScheduleError(msg)


def installed() -> dict[str, str]:
    """Return what is installed, by scheduler.

    Raises ScheduleError if nothing was found and a scheduler could not be queried.
    """
    found: dict[str, str] = {}
    failure: ScheduleError | None = None
    for name in NAMES:
        try:
            text = scheduler(name).installed()
        except ScheduleError as error:
            failure = error
            continue
        if text:
            found[name] = text
    if failure and not found:
        raise failure
    return found
