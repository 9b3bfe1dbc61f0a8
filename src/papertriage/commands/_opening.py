"""Open the cache for a command, loading the seeds if it is empty."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from papertriage import clock, paths
from papertriage.cache.connection import first_look, opened
from papertriage.render.terminal import note


@contextmanager
def seeded(now: datetime) -> Iterator[sqlite3.Connection]:
    """Open the cache; if it is empty, load the seeds and say so in one line."""
    with opened(paths.cache_path()) as connection:
        empty, ahead = first_look(connection, clock.latest(now), clock.latest_day(now))
        if empty:
            _seed(connection, now)
        if ahead:
            from papertriage.cache.righting import correct_times
            from papertriage.ranking.merit import merit

            correct_times(connection, now, merit)
        yield connection


def _seed(connection: sqlite3.Connection, now: datetime) -> None:
    from papertriage.triage.intake.seeding import seed_if_empty, seeded_line

    receipt = seed_if_empty(connection, now)
    # Commands of one pipe start together: the seeds may already be loaded.
    if receipt and receipt.new:
        note(seeded_line(receipt))
