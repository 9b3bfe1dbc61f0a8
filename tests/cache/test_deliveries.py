from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from papertriage.cache.connection import opened
from papertriage.cache.deliveries import (
    Delivery,
    claim,
    delivery,
    last_day,
    release,
    settle,
)

ONE = Delivery(
    *("2026-11-23", "me@example.org", "2026-11-23", "", "sending"),
    *("0f", "<1@example.org>", 0, "2026-11-23T09:00:00Z"),
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path / "cache.db") as connection:
        yield connection


def held(connection: sqlite3.Connection) -> Delivery | None:
    return delivery(connection, ONE.digest, ONE.recipient)


def test_a_delivery_is_claimed_once(connection: sqlite3.Connection) -> None:
    assert claim(connection, ONE, instead_of=None) is None
    assert held(connection) == ONE
    second = replace(ONE, at="2026-11-23T09:00:01Z")
    assert claim(connection, second, instead_of=None) == ONE
    assert held(connection) == ONE
    assert claim(connection, replace(second, recipient="you@example.org"), instead_of=None) is None


def test_a_claim_that_is_taken_back_leaves_what_stood_there(connection: sqlite3.Connection) -> None:
    claim(connection, ONE, instead_of=None)
    release(connection, ONE, instead_of=None)
    assert held(connection) is None
    claim(connection, ONE, instead_of=None)
    settle(connection, ONE, "sent", "2026-11-23T09:00:02Z")
    sent = held(connection)
    assert sent == replace(ONE, state="sent", at="2026-11-23T09:00:02Z")
    again = replace(ONE, copy=1)
    assert claim(connection, again, instead_of=sent) is None
    release(connection, again, instead_of=sent)
    assert held(connection) == sent


def test_a_claim_of_another_is_not_taken_back(connection: sqlite3.Connection) -> None:
    claim(connection, ONE, instead_of=None)
    release(connection, replace(ONE, copy=1), instead_of=None)
    assert held(connection) == ONE


def test_the_last_day_is_of_what_arrived_before(connection: sqlite3.Connection) -> None:
    assert last_day(connection, ONE.recipient, "", "2026-11-30") is None
    for day, state in (("20", "sent"), ("23", "sent"), ("24", "unknown"), ("25", "sending")):
        until = f"2026-11-{day}"
        one = replace(ONE, digest=until, until=until)
        claim(connection, one, instead_of=None)
        settle(connection, one, state, ONE.at)  # type: ignore[arg-type]
    assert last_day(connection, ONE.recipient, "", "2026-11-30") == "2026-11-23"
    assert last_day(connection, ONE.recipient, "", "2026-11-23") == "2026-11-20"
    assert last_day(connection, "you@example.org", "", "2026-11-30") is None
    assert last_day(connection, ONE.recipient, "--topic ood", "2026-11-30") is None
