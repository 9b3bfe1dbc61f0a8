"""Bring batches of papers from anywhere into the cache, tagged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice

from papertriage import clock
from papertriage.cache.feeds import last_batch
from papertriage.cache.indexing import index, lag, merge_pieces
from papertriage.cache.papers import InterestScorer, Scorers, Stored, store
from papertriage.cache.receipts import write_receipt
from papertriage.cache.runs import write_runs
from papertriage.errors import CacheBusy, CacheUnusable, DiskError, InputError, SourceError
from papertriage.models import Receipt, Sighting
from papertriage.models.fetched import Batch, FileBatch
from papertriage.ranking.merit import merit
from papertriage.triage.intake.cutting import cut
from papertriage.triage.intake.verdicts import COMPLETE, FAILED, PARTIAL, Brought

# A transaction of 8,000 papers holds the lock for about 0.6 s, so that a keep never waits long. In
# a cache of a million it writes most pages of the table of title hashes, as one of 500 would too.
_BATCH = 8_000
# What comes by the hundred is indexed together, at 40 us a paper instead of 60; the lock is held
# for under a second.
_INDEX_AFTER = 20_000

Advance = Callable[[Stored, int | None], None]


def always_complete(_brought: Brought, _now: datetime) -> str:
    """Judge a file: what it holds is all there is."""
    return COMPLETE


def store_all(  # noqa: PLR0913 - batches and what belongs to them, each by name
    connection: sqlite3.Connection,
    batches: Iterable[Batch],
    *,
    score: Scorers,
    receipt: Receipt,
    now: Callable[[], datetime],
    advance: Advance,
    verdict: Callable[[Brought, datetime], str] = always_complete,
    tagged: bool = True,
    interest: InterestScorer | None = None,
) -> Receipt:
    """Store what comes, batch by batch, and keep the receipt whatever happens.

    What came before a fault stays; advance hears of each batch only when it is on the disk.
    """
    brought = Brought()
    put = partial(keep, connection, score=score, tagged=tagged, interest=interest)
    try:
        for given in batches:
            batch, lines = cut(given, brought.stored.papers)
            brought.add(batch, lines)
            brought.stale |= is_last_batch(connection, receipt.feed, batch)
            _store_batch(connection, batch, brought, receipt.feed, put, now, advance)
            if lag(connection) >= _INDEX_AFTER:
                index(connection)
    except SourceError as error:
        nothing = brought.stored == Stored()
        result = brought.on(receipt, FAILED if nothing else PARTIAL, str(error))
    except (CacheBusy, CacheUnusable, DiskError):
        # The receipt could not be written either, and would wait for the lock once more.
        raise
    except BaseException as error:
        # A file that could not be read at all has brought nothing to give a receipt for.
        if not isinstance(error, InputError) or brought.stored != Stored():
            reason = str(error) if isinstance(error, InputError) else type(error).__name__
            write_receipt(connection, brought.on(receipt, PARTIAL, f"stopped: {reason}"))
        if isinstance(error, InputError):
            index(connection)
            merge_pieces(connection, brought.stored.new)
        raise
    else:
        result = brought.on(receipt, verdict(brought, now()))
    index(connection)
    write_receipt(connection, result)
    # Last, for it takes long after a large file, and whoever stops it loses nothing.
    merge_pieces(connection, brought.stored.new)
    return result


def _store_batch(
    connection: sqlite3.Connection,
    batch: Batch,
    brought: Brought,
    feed: str,
    put: Callable[..., Stored],
    now: Callable[[], datetime],
    advance: Advance,
) -> None:
    if isinstance(batch, FileBatch):
        brought.stored += Stored(unchanged=batch.passed)
    *first, last = list(_parts(() if brought.stale else batch.sightings)) or [[]]
    for part in first:
        brought.stored += put(part, now=now())
        advance(brought.stored, batch.total)
    # What to remember of the feed goes down with the last of its batch, not before.
    if last or batch.state:
        brought.stored += put(last, now=now(), feed=feed, state=batch.state)
    total = batch.total
    if isinstance(batch, FileBatch):
        write_runs(connection, batch.runs)
        total = total or _estimated(brought.stored, batch.share)
    advance(brought.stored, total)


def _estimated(stored: Stored, share: float | None) -> int | None:
    """Return how many papers a file may hold, by how much of it has been read."""
    return round(stored.papers / share) if share else None


def keep(
    connection: sqlite3.Connection,
    sightings: Sequence[Sighting],
    *,
    score: Scorers,
    now: datetime,
    feed: str = "",
    state: Mapping[str, str] | None = None,
    tagged: bool = True,
    interest: InterestScorer | None = None,
) -> Stored:
    """Store some sightings in one transaction, with what to remember of their feed.

    Where they are few the full-text index lags behind until the feed is read, or a search asks for
    it.
    """
    return store(
        connection,
        sightings,
        score=score,
        merit=merit,
        now=clock.stamp(now),
        feed=feed,
        state=state,
        indexed=False,
        tagged=tagged,
        interest=interest,
    )


def is_last_batch(connection: sqlite3.Connection, feed: str, batch: Batch) -> bool:
    """Say whether a feed shows, under a new date, exactly the papers of its last announcement.

    arXiv served a day's batch again with the next day's dates on 2026-08-12. Such papers must not
    be dated anew.
    """
    if not batch.announced or not batch.sightings:
        return False
    before = last_batch(connection, feed, batch.announced)
    return bool(before) and before == {sighting.paper.id for sighting in batch.sightings}


def _parts(sightings: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    rest = iter(sightings)
    while part := list(islice(rest, _BATCH)):
        yield part
