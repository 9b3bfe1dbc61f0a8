"""Bring batches of papers from anywhere into the cache, tagged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from papertriage import clock
from papertriage.cache.papers import Stored, store
from papertriage.cache.receipts import write_receipt
from papertriage.errors import SourceError
from papertriage.models import Receipt, Sighting
from papertriage.sources.contract import Batch
from papertriage.triage.picking import merit
from papertriage.triage.tagger import Scorer

# A transaction of 500 papers holds the lock for about 0.1 s, so that a keep never waits long.
_BATCH = 500

Advance = Callable[[Stored, int | None], None]


def store_all(
    connection: sqlite3.Connection,
    batches: Iterable[Batch],
    *,
    score: Scorer,
    receipt: Receipt,
    now: Callable[[], datetime],
    advance: Advance,
) -> Receipt:
    """Store what comes, batch by batch, and keep the receipt whatever happens.

    What came before a fault stays; advance hears of each batch only when it is on the disk.
    """
    stored = Stored()
    skipped: list[str] = []
    verdict, message = "complete", None
    try:
        for batch in batches:
            skipped += batch.skipped
            for part in _parts(batch.sightings):
                added = store(connection, part, score=score, merit=merit, now=clock.stamp(now()))
                stored += added
                advance(stored, batch.total)
    except SourceError as error:
        came = stored.new + stored.updated + stored.unchanged
        verdict, message = "partial" if came else "failed", str(error)
    except BaseException as error:
        verdict, message = "partial", f"stopped: {type(error).__name__}"
        raise
    finally:
        receipt = replace(
            receipt,
            verdict=verdict,
            message=message,
            new=stored.new,
            updated=stored.updated,
            unchanged=stored.unchanged,
            skipped=tuple(skipped),
        )
        write_receipt(connection, receipt)
    return receipt


def _parts(sightings: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    rest = iter(sightings)
    while part := list(islice(rest, _BATCH)):
        yield part
