"""Gather a day's digest."""

from __future__ import annotations

import sqlite3
from datetime import date

from papertriage import clock
from papertriage.cache import picks as kept
from papertriage.cache.receipts import last_receipts
from papertriage.models import Digest, Filters
from papertriage.triage.picking import pick


def digest_of(
    connection: sqlite3.Connection, day: date, filters: Filters, *, past: bool, again: bool
) -> tuple[Digest, str | None]:
    """Gather a day's picks and what is known of its feeds; a past day is read as it was."""
    warning = None
    if past:
        picks = kept.picked(connection, day.isoformat(), filters)
    else:
        picks, warning = pick(connection, day, filters, again=again)
    waiting = kept.waiting(connection, day.isoformat(), clock.stamp(clock.midnight(day)))
    return Digest(day.isoformat(), tuple(picks), waiting, tuple(last_receipts(connection))), warning
