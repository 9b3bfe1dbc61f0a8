"""Describe a consumer and its batches."""

from __future__ import annotations

from papertriage.cache.handoff import Consumer, HandoffBatch
from papertriage.text import counted


def batch_name(batch: HandoffBatch) -> str:
    """Return "batch 3 of desk, 12 papers"."""
    return f"batch {batch.number} of {batch.consumer}, {counted(batch.papers, 'paper')}"


def consumer_line(one: Consumer) -> str:
    """Return one line: the open batch, the last acknowledgement, and what waits."""
    still = (
        f"batch {one.open.number} open ({counted(one.open.papers, 'paper')})"
        if one.open
        else "no batch open"
    )
    acknowledged = f"acknowledged {one.acknowledged}" if one.acknowledged else "never acknowledged"
    waiting = (
        "its filters refer to a topic that was removed"
        if one.waiting is None
        else f"{one.waiting:,} wait"
    )
    return f"{one.name:<16} {still}, {acknowledged}, {waiting}"


def consumer_json(one: Consumer) -> dict[str, object]:
    """Return the state of a consumer as in the schema "consumers"."""
    batch = one.open
    still = batch and {"batch": batch.number, "given": batch.given, "papers": batch.papers}
    return {"schema": 1, **one._asdict(), "open": still}
