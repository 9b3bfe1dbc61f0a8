from __future__ import annotations

import sqlite3

from builders import make_receipt
from papertriage.cache.receipts import last_receipts, receipts_since, write_receipt


def test_the_last_receipt_of_each_feed_comes_back_whole(connection: sqlite3.Connection) -> None:
    first = make_receipt(feed="b")
    again = make_receipt(feed="b", skipped=("line 3: no title",), verdict="partial", message="ö")
    other = make_receipt(feed="a", since="2025-10-01", until="2025-10-02")
    earlier = make_receipt(feed="a", at="2025-10-02T09:00:00Z")
    for receipt in (first, again, other, earlier):
        write_receipt(connection, receipt)
    assert last_receipts(connection) == [other, again]


def test_receipts_are_read_from_before_and_from_after_a_time(
    connection: sqlite3.Connection,
) -> None:
    days = [make_receipt(feed="a", at=f"2025-10-0{n}T09:00:00Z", new=n) for n in (1, 3, 2)]
    for receipt in days:
        write_receipt(connection, receipt)
    assert receipts_since(connection, "2025-10-02T09:00:00Z") == [days[2], days[1]]
    assert last_receipts(connection, "2025-10-03T09:00:00Z") == [days[2]]
    assert last_receipts(connection, "2025-10-01T09:00:00Z") == []
