"""Find an earlier digest, and return its text as it was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from papertriage import clock
from papertriage.cache.digests import StoredDigest, digests_of, written_of, written_text
from papertriage.errors import InputError
from papertriage.formats.digest import days, digest_text
from papertriage.text import visible
from papertriage.triage.day.digesting import DigestRequest


class EarlierDigest(NamedTuple):
    """The text of an earlier digest, and a note if it is not the original text."""

    text: str
    note: str


def earlier_digest(
    connection: sqlite3.Connection, request: DigestRequest, form: str
) -> EarlierDigest:
    """Return the last digest of a day that was requested with the same options, as it was written.

    If its text is not in the cache, it is rendered from its record. Raises InputError if no such
    digest was recorded.
    """
    found = digests_of(connection, request.day.isoformat())
    alike = [one for one in found if one.digest.asked == request.words()]
    if not alike:
        raise InputError(_none_alike(found, request))
    in_form = [one for one in alike if _was_written(connection, one, form)]
    one = max(in_form or alike, key=lambda other: _on_its_day(other, request))
    text = written_text(connection, one.digest.id, form)
    if text is not None:
        return EarlierDigest(text, "")
    why = "its text was not stored" if in_form else f"it was not written as {form} at the time"
    made = f"the digest of {days(one.digest)}, created at {one.digest.made}"
    return EarlierDigest(
        digest_text(form, one.digest), f"{made}: {why}, so it is rendered from its record"
    )


def _none_alike(found: Sequence[StoredDigest], request: DigestRequest) -> str:
    asked = " ".join(request.words()) or "no options"
    if not found:
        return f"no digest of {request.day} was stored: use --date {request.day} to write one now"
    ways = dict.fromkeys(" ".join(one.digest.asked) or "no options" for one in found)
    return visible(
        f"no digest of {request.day} was written with {asked}: there is one with"
        f" {', and one with '.join(ways)}"
    )


def _on_its_day(one: StoredDigest, request: DigestRequest) -> tuple[bool, str]:
    made = one.digest.made
    return clock.local_day(datetime.fromisoformat(made)) == request.day, made


def _was_written(connection: sqlite3.Connection, one: StoredDigest, form: str) -> bool:
    return any(text.format == form for text in written_of(connection, one.digest.id))
