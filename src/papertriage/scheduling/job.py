"""Describe the daily job: its commands, their environment, and where they write."""

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

# What decides which cache, settings and authorities are meant. No proxy: it may hold a password.
_KEPT = ("PAPERTRIAGE_HOME", "PAPERTRIAGE_CACHE", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
_KEPT_AS_THEY_ARE = ("SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
_PLACES = "/usr/local/bin:/usr/bin:/bin"
# Vixie cron refuses a line above 1,000 bytes, and the rest of it needs room.
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Job:
    """Two command lines for a time of day, local; the log holds what the last run said."""

    hour: int
    minute: int
    fetch: tuple[str, ...]
    digest: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    log: str


def job_of(time: tuple[int, int], email: str | None, output: str) -> Job:
    """Make the job for a time of day; raises InputError for names that a scheduler cannot hold."""
    # -P: a directory called papertriage where the scheduler starts must not come first.
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
    """Return where a scheduled digest is written when nobody says."""
    return paths.data_dir() / "digests" / "{date}.html"


def shell_line(job: Job) -> str:
    """Return the job as one line for /bin/sh; a fetch that fails does not stop the digest."""
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in job.environment)
    commands = f"{shlex.join(job.fetch)}; {shlex.join(job.digest)};"
    return f"umask 077; export {exports}; {{ {commands} }} >{shlex.quote(job.log)} 2>&1"


def _encodes(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _absolute(path: str) -> str:
    # Links stay: what they lead to may change.
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
    """Return the PATH of now, where a password command is found, if it is not too long."""
    places = [p for p in given.get("PATH", "").split(os.pathsep) if p.startswith(os.sep)]
    path = os.pathsep.join(dict.fromkeys(places))
    return path if 0 < len(path) <= _LONGEST_PATH else _PLACES
