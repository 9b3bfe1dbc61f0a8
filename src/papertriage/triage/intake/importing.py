"""Import files into the cache."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from papertriage import clock
from papertriage.cache.runs import is_stored
from papertriage.cache.write_ahead import bulk_write
from papertriage.files.reading import read_file
from papertriage.models.fetched import Receipt
from papertriage.triage.intake.storing import Advance, Intake, store_all
from papertriage.triage.teaching.followed import topic_scorer
from papertriage.triage.teaching.interest_learning import interest_scorer


def import_file(
    connection: sqlite3.Connection,
    path: str,
    *,
    form: str | None,
    page_day: date | None,
    now: Callable[[], datetime],
    advance: Advance,
    tagged: bool = True,
    source: str = "file",
) -> Receipt:
    """Store and tag the papers of a file ("-" is standard input); raises InputError.

    Without `tagged`, new papers get no tags until `papertriage topics retag`.
    """
    begun = now()
    # With an explicit day, known papers are not skipped: all are recorded as seen on it.
    known = partial(is_stored, connection) if page_day is None else None
    batches = read_file(path, form, page_day, clock.local_day(begun), known)
    feed = "standard input" if path == "-" else os.path.basename(path)
    receipt = Receipt(clock.stamp(begun), source, feed, "complete")
    with bulk_write(connection):
        return store_all(
            connection,
            batches,
            Intake(
                score=topic_scorer(connection),
                receipt=receipt,
                now=now,
                advance=advance,
                tagged=tagged,
                interest=interest_scorer(connection),
            ),
        )
