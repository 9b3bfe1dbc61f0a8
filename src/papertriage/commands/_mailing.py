"""Define the options that send a digest, and send it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.errors import InputError
from papertriage.formats.digest import digest_text
from papertriage.models.digest import Digest
from papertriage.render.terminal import note
from papertriage.triage.day.digesting import DigestRequest

Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="Mail it there as well, once.")
]
Resend = Annotated[
    bool, typer.Option("--resend", help="Mail it again, though it was or may have been mailed.")
]
SinceLast = Annotated[
    bool,
    typer.Option("--since-last", help="Add the picks since the last digest that went there."),
]

MAIL = "email"
"""The digest's format that is a mail."""


def recipient_of(email: str | None, *, resend: bool = False) -> str | None:
    """Check --email; raises InputError."""
    if email is None:
        if resend:
            msg = "--resend says to mail it again: say to whom with --email"
            raise InputError(msg)
        return None
    from papertriage.delivery.account import address

    return address(email)


def caught_up(
    connection: sqlite3.Connection, wanted: DigestRequest, email: str | None, output: str | None
) -> DigestRequest:
    """Return what is wanted with the days since the last digest that went there."""
    from papertriage.triage.day import mailing

    target = _target(email, output)
    first = mailing.first_day(connection, target, wanted.words(), wanted.day)
    return replace(wanted, first=first)


def text_of(form: str, digest: Digest, email: str | None) -> str:
    """Return the digest in a format; as a mail it is the one that would be sent."""
    if form != MAIL:
        return digest_text(form, digest)
    from papertriage.triage.day import mailing

    to = email or config.text("mail.to") or None
    return mailing.preview(digest, to, clock.now)


def mailed(
    connection: sqlite3.Connection,
    digest: Digest,
    email: str | None,
    output: str | None,
    *,
    resend: bool,
) -> None:
    """Mail a digest that was written; without --email, write down where it was written to."""
    from papertriage.triage.day import mailing

    if email:
        note(mailing.send(connection, digest, email, resend=resend, now=clock.now))
    else:
        mailing.record_file(connection, digest, _target(None, output), clock.now)


def _target(email: str | None, output: str | None) -> str:
    if email:
        return email.lower()
    return f"file:{Path(output).absolute()}" if output and output != "-" else "file:-"
