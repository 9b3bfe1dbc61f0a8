"""Store batches of papers from anywhere in the cache, tagged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from papertriage import clock
from papertriage.cache.feeds import last_batch
from papertriage.cache.indexing import index, lag, merge_pieces
from papertriage.cache.papers import Stored, store
from papertriage.cache.receipts import write_receipt
from papertriage.cache.runs import write_runs
from papertriage.cache.scoring import InterestScorer, Scorers, Scoring
from papertriage.errors import CacheBusy, CacheUnusable, DiskError, InputError, SourceError
from papertriage.models import Sighting
from papertriage.models.fetched import Batch, FileBatch, Receipt
from papertriage.ranking.merit import merit
from papertriage.triage.intake.cutting import cut_long_fields
from papertriage.triage.intake.verdicts import COMPLETE, FAILED, PARTIAL, Received

# A transaction of 8,000 papers holds the lock for about 0.6 s, so that a keep never waits long. In
# a cache of a million it writes most pages of the table of title hashes, as one of 500 would too.
_BATCH = 8_000
# What comes by the hundred is indexed together, at 40 us a paper instead of 60; the lock is held
# for under a second.
_INDEX_AFTER = 20_000

Advance = Callable[[Stored, int | None], None]


def always_complete(_received: Received, _now: datetime) -> str:
    """Judge a file: what it holds is all there is."""
    return COMPLETE


@dataclass(frozen=True, slots=True)
class Intake:
    """How the papers of one feed are stored: who scores, judges and hears of them.

    advance hears of each batch only when it is on the disk. Without tagged, new papers get no tags.
    """

    score: Scorers
    receipt: Receipt
    now: Callable[[], datetime]
    advance: Advance
    verdict: Callable[[Received, datetime], str] = always_complete
    tagged: bool = True
    interest: InterestScorer | None = None


def store_all(connection: sqlite3.Connection, batches: Iterable[Batch], intake: Intake) -> Receipt:
    """Store the papers batch by batch, and write the receipt whatever happens.

    What was stored before a fault stays.
    """
    received, receipt = Received(), intake.receipt
    try:
        for given in batches:
            batch, lines = cut_long_fields(given, received.stored.papers)
            received.add(batch, lines)
            received.stale |= is_last_batch(connection, receipt.feed, batch)
            _store_batch(connection, batch, received, intake)
            if lag(connection) >= _INDEX_AFTER:
                index(connection)
    except SourceError as error:
        nothing = received.stored == Stored()
        result = received.fill_in(receipt, FAILED if nothing else PARTIAL, str(error))
    except (CacheBusy, CacheUnusable, DiskError):
        # The receipt could not be written either, and would wait for the lock once more.
        raise
    except BaseException as error:
        # Nothing was received from a file that could not be read at all: it gets no receipt.
        if not isinstance(error, InputError) or received.stored != Stored():
            reason = str(error) if isinstance(error, InputError) else type(error).__name__
            write_receipt(connection, received.fill_in(receipt, PARTIAL, f"stopped: {reason}"))
        if isinstance(error, InputError):
            index(connection)
            merge_pieces(connection, received.stored.new)
        raise
    else:
        result = received.fill_in(receipt, intake.verdict(received, intake.now()))
    index(connection)
    write_receipt(connection, result)
    # Last, for it takes long after a large file, and whoever stops it loses nothing.
    merge_pieces(connection, received.stored.new)
    return result


def _store_batch(
    connection: sqlite3.Connection, batch: Batch, received: Received, intake: Intake
) -> None:
    if isinstance(batch, FileBatch):
        received.stored += Stored(unchanged=batch.passed)
    scoring = Scoring(intake.score, merit, intake.interest, tagged=intake.tagged)
    *first, last = list(_parts(() if received.stale else batch.sightings)) or [[]]
    # Where they are few the full-text index lags behind until the feed is read, or a search asks
    # for it.
    for part in first:
        now = clock.stamp(intake.now())
        received.stored += store(connection, part, scoring=scoring, now=now, indexed=False)
        intake.advance(received.stored, batch.total)
    # What to remember of the feed goes down with the last of its batch, not before.
    if last or batch.state:
        received.stored += store(
            connection,
            last,
            scoring=scoring,
            now=clock.stamp(intake.now()),
            feed=intake.receipt.feed,
            state=batch.state,
            indexed=False,
        )
    total = batch.total
    if isinstance(batch, FileBatch):
        write_runs(connection, batch.runs)
        total = total or _estimated(received.stored, batch.share)
    intake.advance(received.stored, total)


def _estimated(stored: Stored, share: float | None) -> int | None:
    """Return how many papers a file may hold, by how much of it has been read."""
    return round(stored.papers / share) if share else None


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
