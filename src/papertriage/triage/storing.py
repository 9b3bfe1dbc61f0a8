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
from papertriage.errors import InputError, SourceError
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

    def so_far(verdict: str, message: str | None = None) -> Receipt:
        return replace(
            receipt,
            verdict=verdict,
            message=message,
            new=stored.new,
            updated=stored.updated,
            unchanged=stored.unchanged,
            skipped=tuple(skipped),
        )

    try:
        for batch in batches:
            skipped += batch.skipped
            for part in _parts(batch.sightings):
                added = store(connection, part, score=score, merit=merit, now=clock.stamp(now()))
                stored += added
                advance(stored, batch.total)
    except SourceError as error:
        result = so_far("failed" if stored == Stored() else "partial", str(error))
    except sqlite3.Error:
        # The receipt could not be written either, and would wait for the lock once more.
        raise
    except BaseException as error:
        # A file that could not be read at all has brought nothing to give a receipt for.
        if not isinstance(error, InputError) or stored != Stored():
            reason = str(error) if isinstance(error, InputError) else type(error).__name__
            write_receipt(connection, so_far("partial", f"stopped: {reason}"))
        raise
    else:
        result = so_far("complete")
    write_receipt(connection, result)
    return result


def _parts(sightings: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    rest = iter(sightings)
    while part := list(islice(rest, _BATCH)):
        yield part
