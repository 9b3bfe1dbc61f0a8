"""Define the daily job: its commands, their environment and their log."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from papertriage import paths
from papertriage.errors import InputError
from papertriage.text import visible

# They select the cache, the settings and the authorities. No proxy: it may contain a password.
_KEPT = ("PAPERTRIAGE_HOME", "PAPERTRIAGE_CACHE", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
_KEPT_AS_THEY_ARE = ("SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
_PLACES = "/usr/local/bin:/usr/bin:/bin"
# Vixie cron refuses lines of more than 1,000 bytes: leave room for the rest.
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Job:
    """Two command lines and a local time of day; the log has the output of the last run."""

    hour: int
    minute: int
    fetch: tuple[str, ...]
    digest: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    log: str


def job_of(time: tuple[int, int], email: str | None, output: str) -> Job:
    """Make the job for a time of day; raises InputError for names with control characters."""
    # -P: ignore a directory called papertriage in the scheduler's working directory.
    papertriage = (str(Path(sys.executable).absolute()), "-P", "-m", "papertriage")
    mail = ("--email", email) if email else ()
    job = Job(
        *time,
        (*papertriage, "fetch"),
        (*papertriage, "digest", "--since-last", "--output", _absolute(output), *mail),
        tuple(_environment(os.environ).items()),
        str(paths.data_dir() / "schedule.log"),
    )
    for text in (*job.digest, job.log, *(value for _, value in job.environment)):
        if not text.isprintable() or not _encodes(text):
            msg = f"{visible(text, 200)!r} has characters that a schedule cannot contain: rename it"
            raise InputError(msg)
    return job


def default_output() -> Path:
    """Return the default path of a scheduled digest."""
    return paths.data_dir() / "digests" / "{date}.html"


def shell_line(job: Job) -> str:
    """Return the job as one line for /bin/sh; the digest runs even if the fetch fails."""
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in job.environment)
    commands = f"{shlex.join(job.fetch)}; {shlex.join(job.digest)};"
    return f"umask 077; export {exports}; {{ {commands} }} >{shlex.quote(job.log)} 2>&1"


def _encodes(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _absolute(path: str) -> str:
    # Keep symbolic links: their targets may change.
    return path if path == "-" else str(Path(path).absolute())


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    found = {"HOME": _absolute(str(Path.home())), "PATH": _path(given)}
    found.update({name: _absolute(given[name]) for name in _KEPT if given.get(name)})
    found.update({name: given[name] for name in _KEPT_AS_THEY_ARE if given.get(name)})
    if given.get("PYTHONPATH"):
        places = given["PYTHONPATH"].split(os.pathsep)
        found["PYTHONPATH"] = os.pathsep.join(_absolute(place) for place in places if place)
    return found


def _path(given: Mapping[str, str]) -> str:
    """Return the current PATH, for a password command, unless it is too long."""
    places = [p for p in given.get("PATH", "").split(os.pathsep) if p.startswith(os.sep)]
    path = os.pathsep.join(dict.fromkeys(places))
    return path if 0 < len(path) <= _LONGEST_PATH else _PLACES
