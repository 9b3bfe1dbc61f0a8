"""Store and tag batches of papers from a source or a file."""

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
# a cache of a million papers it writes most pages of the table of title hashes, but so would 500.
_BATCH = 8_000
# Small batches are indexed together, which takes 40 us a paper instead of 60; the lock is held for
# less than a second.
_INDEX_AFTER = 20_000

Advance = Callable[[Stored, int | None], None]


def always_complete(_received: Received, _now: datetime) -> str:
    """Return the verdict for a file, which is always complete."""
    return COMPLETE


@dataclass(frozen=True, slots=True)
class Intake:
    """How the papers of one feed are stored: scorers, receipt, verdict and progress.

    `advance` is called for each batch once it is on disk. Without `tagged`, new papers get no tags.
    """

    score: Scorers
    receipt: Receipt
    now: Callable[[], datetime]
    advance: Advance
    verdict: Callable[[Received, datetime], str] = always_complete
    tagged: bool = True
    interest: InterestScorer | None = None


def store_all(connection: sqlite3.Connection, batches: Iterable[Batch], intake: Intake) -> Receipt:
    """Store the papers batch by batch, and write the receipt, also after an error.

    What was stored before an error is kept.
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
        # The receipt could not be written either, and would only wait for the lock again.
        raise
    except BaseException as error:
        # A file that could not be read at all gets no receipt.
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
    # Last, because it takes long after a large file, and can be interrupted without loss.
    merge_pieces(connection, received.stored.new)
    return result


def _store_batch(
    connection: sqlite3.Connection, batch: Batch, received: Received, intake: Intake
) -> None:
    if isinstance(batch, FileBatch):
        received.stored += Stored(unchanged=batch.passed)
    scoring = Scoring(intake.score, merit, intake.interest, tagged=intake.tagged)
    *first, last = list(_parts(() if received.stale else batch.sightings)) or [[]]
    # The full-text index is updated after the feed was read, or before the next search.
    for part in first:
        now = clock.stamp(intake.now())
        received.stored += store(connection, part, scoring=scoring, now=now, indexed=False)
        intake.advance(received.stored, batch.total)
    # The state of the feed is stored with the last part of the batch, not before.
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
    """Estimate how many papers a file holds from the share that was read."""
    return round(stored.papers / share) if share else None


def is_last_batch(connection: sqlite3.Connection, feed: str, batch: Batch) -> bool:
    """Return whether a feed repeats its last announcement under a new date.

    arXiv did so on 2026-08-12. Such papers must keep their old date.
    """
    if not batch.announced or not batch.sightings:
        return False
    before = last_batch(connection, feed, batch.announced)
    return bool(before) and before == {sighting.paper.id for sighting in batch.sightings}


def _parts(sightings: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    rest = iter(sightings)
    while part := list(islice(rest, _BATCH)):
        yield part
