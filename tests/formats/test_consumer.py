from __future__ import annotations

from papertriage.cache.handoff import Consumer, HandoffBatch
from papertriage.formats.consumer import batch_name, consumer_json, consumer_line
from schemas import validator

AT = "2026-11-23T08:00:00Z"
BATCH = HandoffBatch(3, "desk", AT, 1)
OPEN = Consumer("desk", AT, 12, None, BATCH, 1200)
CLOSED = Consumer("desk", AT, 12, AT, None, None)


def test_a_consumer_is_a_line() -> None:
    assert consumer_line(OPEN) == (
        "desk             batch 3 open (1 paper), never acknowledged, 1,200 wait"
    )
    assert consumer_line(CLOSED) == (
        "desk             no batch open, acknowledged 2026-11-23T08:00:00Z,"
        " its filters refer to a topic that was removed"
    )
    assert batch_name(BATCH) == "batch 3 of desk, 1 paper"


def test_a_consumer_is_what_the_schema_says() -> None:
    validator("consumers").validate([consumer_json(OPEN), consumer_json(CLOSED)])
    assert consumer_json(OPEN)["open"] == {"batch": 3, "given": AT, "papers": 1}
