"""Give papers to a consumer in batches, each repeated until it is acknowledged."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from papertriage.cache.handoff import (
    HandoffBatch,
    HandoffRequest,
    is_written,
    next_batch,
    papers_in,
    text_of,
    write_text,
)
from papertriage.cache.listing import papers_by_id
from papertriage.errors import InputError
from papertriage.formats.registry import formatted
from papertriage.models import CachedPaper

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_PAGE = 200


def hand(
    connection: sqlite3.Connection, consumer: str, request: HandoffRequest, form: str, now: str
) -> tuple[HandoffBatch | None, Iterator[str]]:
    """Return a consumer's open or next batch, None if nothing is new, and its text in a format.

    The batch is on disk before it is returned, so that it can be requested again. Raises
    InputError for an invalid name.
    """
    if not _NAME.fullmatch(consumer):
        msg = (
            f"invalid --consumer {consumer!r}: use up to 64 letters, digits and . _ @ -,"
            " beginning with a letter or digit"
        )
        raise InputError(msg)
    while batch := next_batch(connection, consumer, request, now):
        if is_written(connection, batch, form) or write_text(
            connection, batch, form, formatted(form, _papers(connection, batch))
        ):
            return batch, text_of(connection, batch, form)
    return None, formatted(form, [])


def _papers(connection: sqlite3.Connection, batch: HandoffBatch) -> Iterator[CachedPaper]:
    ids = papers_in(connection, batch)
    given = set()
    for start in range(0, len(ids), _PAGE):
        page = papers_by_id(connection, ids[start : start + _PAGE])
        for held in page.values():
            # Papers that were merged since the batch was opened are given once.
            if held.paper.id not in given:
                given.add(held.paper.id)
                yield held
