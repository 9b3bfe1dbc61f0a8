"""Hand papers to consumers, take their acknowledgements, and list them."""

from __future__ import annotations

import json

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.handoff import (
    HandoffRequest,
    acknowledge,
    consumers,
    forget_consumer,
)
from papertriage.commands._opening import seeded
from papertriage.errors import NothingToShow
from papertriage.formats.consumer import batch_name, consumer_json, consumer_line
from papertriage.formats.output import write_output
from papertriage.models import Filters
from papertriage.render.terminal import note
from papertriage.triage.day.handing import hand


def hand_over(
    consumer: str,
    filters: Filters,
    form: str,
    output: str | None,
    *,
    changed: bool,
    force: bool,
    fail_if_empty: bool,
) -> None:
    """Write the consumer's batch, and say on stderr which it is and how to acknowledge it."""
    now = clock.now()
    with seeded(now) as connection:
        wanted = HandoffRequest(filters, changed)
        batch, text = hand(connection, consumer, wanted, form, clock.stamp(now))
        if batch is None:
            nothing = f"nothing is new to {consumer}"
            if fail_if_empty:
                raise NothingToShow(nothing)
            note(nothing)
        write_output(text, output, force=force)
    if batch:
        how = f"papertriage export --consumer {consumer} --ack {batch.number}"
        note(f"{batch_name(batch)}, given again until `{how}`")


def keep_books(
    consumer: str | None, batch: int | None, *, forget: bool, ack: bool, as_json: bool
) -> None:
    """Forget a consumer, take its acknowledgement, or list them all."""
    if consumer and forget:
        _forget(consumer)
    elif consumer and ack:
        _take_acknowledgement(consumer, batch)
    else:
        _list_consumers(as_json=as_json)


def _take_acknowledgement(consumer: str, number: int | None) -> None:
    with opened(paths.cache_path()) as connection:
        batch = acknowledge(connection, consumer, number, clock.stamp(clock.now()))
    if batch:
        note(f"{batch_name(batch)}, is acknowledged")
    elif number is not None:
        note(f"batch {number} of {consumer} was acknowledged before")
    else:
        note(f"{consumer} has no open batch: there is nothing to acknowledge")


def _forget(consumer: str) -> None:
    with opened(paths.cache_path()) as connection:
        forget_consumer(connection, consumer)
    note(f"{consumer} is forgotten: all papers are new to it")


def _list_consumers(*, as_json: bool) -> None:
    with opened(paths.cache_path()) as connection:
        found = consumers(connection)
    if as_json:
        write_output([json.dumps([consumer_json(one) for one in found], indent=2), "\n"], None)
        return
    write_output([f"{consumer_line(one)}\n" for one in found], None)
    if not found:
        note("no consumer yet: `papertriage export --consumer NAME` makes one")
