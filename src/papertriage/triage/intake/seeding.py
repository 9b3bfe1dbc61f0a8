"""Fill an empty cache from the seeds."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from papertriage import paths
from papertriage.cache.eligible import SEED_PAGE, SEEDS
from papertriage.cache.status import is_empty
from papertriage.models.fetched import Receipt
from papertriage.triage.intake.importing import import_file


def seed_if_empty(connection: sqlite3.Connection, now: datetime) -> Receipt | None:
    """Import the trending page of the seeds if the cache has no papers."""
    if not is_empty(connection):
        return None
    return import_file(
        connection,
        str(paths.seeds_dir() / SEED_PAGE),
        form="trending-page",
        page_day=None,
        now=lambda: now,
        advance=lambda _stored, _total: None,
        source=SEEDS,
    )


def seeded_line(receipt: Receipt) -> str:
    """Return one line that says that the seeds were loaded."""
    return (
        f"the cache was empty: loaded {receipt.new} example papers (run `papertriage fetch` for new"
        " papers)"
    )
