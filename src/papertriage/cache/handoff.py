"""Record which papers each consumer was given, in batches that stay open until acknowledged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from papertriage.cache.connection import last_key, writing
from papertriage.cache.eligible import Condition
from papertriage.cache.filters import condition_of, every, rarest
from papertriage.errors import InputError
from papertriage.models import Filters

# A merged paper may have been given under a former id. CROSS JOIN keeps SQLite from starting with
# everything that the consumer was ever given.
_GIVEN = "SELECT 1 FROM handed AS h WHERE h.consumer = ? AND h.paper = papers.id"
_GIVEN_AS = """
SELECT 1 FROM other_names AS n
CROSS JOIN handed AS h ON h.paper = n.name AND h.consumer = ?
WHERE n.paper = papers.key AND n.was_id = 1
"""
_FIELDS = "papers.key, papers.id, papers.changed"
# CROSS JOIN, or SQLite scans all papers to get the order (1 ms per thousand).
_TOUCHED = f"""
SELECT {_FIELDS} FROM touched
CROSS JOIN papers ON papers.key = touched.paper
WHERE touched.number > ? AND papers.key <= ? AND {{condition}}
ORDER BY papers.key LIMIT ?
"""
_CAME = f"SELECT {_FIELDS} FROM papers WHERE {{condition}} ORDER BY {{order}} LIMIT ?"
_OPEN = """
SELECT number, name, given, (SELECT count(*) FROM handed WHERE batch = number) AS papers
FROM consumers
CROSS JOIN batches ON batches.consumer = consumers.key
WHERE name = ? AND acknowledged IS NULL
"""
_TEMPORARY = "CREATE TEMP TABLE IF NOT EXISTS written (place INTEGER PRIMARY KEY, text TEXT)"


class HandoffBatch(NamedTuple):
    """A batch that a consumer was given and has not acknowledged."""

    number: int
    consumer: str
    given: str
    papers: int


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """A consumer's request: filters, and whether substantially changed papers are given again."""

    filters: Filters
    changed: bool = False

    @property
    def text(self) -> str:
        """Return it as JSON without the limit: a smaller batch is still the same request."""
        return json.dumps({**self.filters._asdict(), "limit": 0, "changed": self.changed})


class Consumer(NamedTuple):
    """The state of a consumer; waiting is None if its filters refer to a removed topic."""

    name: str
    since: str
    handed: int
    acknowledged: str | None
    open: HandoffBatch | None
    waiting: int | None


class _Row(NamedTuple):
    key: int
    asked: str
    upto: int
    seen: int


def open_batch(connection: sqlite3.Connection, consumer: str) -> HandoffBatch | None:
    """Return the batch that a consumer has not acknowledged."""
    row = connection.execute(_OPEN, (consumer,)).fetchone()
    return HandoffBatch(row["number"], row["name"], row["given"], row["papers"]) if row else None


def next_batch(
    connection: sqlite3.Connection, consumer: str, request: HandoffRequest, now: str
) -> HandoffBatch | None:
    """Return the consumer's open batch, or else a new one of papers new to it; None if empty.

    A new batch holds papers that pass the filters and were never given to this consumer, in the
    order they were added, at most filters.limit.
    """
    with writing(connection):
        if found := open_batch(connection, consumer):
            return found
        held = _registered(connection, consumer, request, now)
        limit = request.filters.limit or -1
        rows, row = _looked(connection, held, request, limit)
        connection.execute(
            "UPDATE consumers SET asked = ?, upto = ?, seen = ? WHERE key = ?",
            (row.asked, row.upto, row.seen, row.key),
        )
        connection.execute("DELETE FROM touched WHERE number <= (SELECT min(seen) FROM consumers)")
        if not rows:
            return None
        number = connection.execute(
            "INSERT INTO batches (consumer, given) VALUES (?, ?)", (row.key, now)
        ).lastrowid
        connection.executemany(
            "INSERT INTO handed (consumer, paper, batch, place, changed) VALUES (?, ?, ?, ?, ?)",
            (
                (row.key, paper["id"], number, place, paper["changed"])
                for place, paper in enumerate(rows, start=1)
            ),
        )
        return HandoffBatch(int(number or 0), consumer, now, len(rows))


def _registered(
    connection: sqlite3.Connection, consumer: str, request: HandoffRequest, now: str
) -> _Row:
    connection.execute(
        "INSERT OR IGNORE INTO consumers (name, since, asked, upto, seen) VALUES (?, ?, ?, 0, ?)",
        (consumer, now, request.text, _last_touched(connection)),
    )
    row = connection.execute(
        "SELECT key, asked, upto, seen FROM consumers WHERE name = ?", (consumer,)
    ).fetchone()
    return _Row(*row)


def _looked(
    connection: sqlite3.Connection, held: _Row, request: HandoffRequest, limit: int
) -> tuple[list[sqlite3.Row], _Row]:
    """Return the papers that are new to a consumer, and how far it searched."""
    last = last_key(connection)
    touched = _last_touched(connection)
    upto, seen = _start(held, request, touched)
    condition = _new_to(connection, held.key, request)
    rows = connection.execute(
        _TOUCHED.format(condition=condition.sql), (seen, upto, *condition.parameters, limit)
    ).fetchall()
    if len(rows) == limit:
        return rows, _Row(held.key, request.text, upto, seen)
    rows += _came(
        connection, upto, request.filters, condition, limit - len(rows) if limit > 0 else -1
    )
    upto = rows[-1]["key"] if len(rows) == limit else last
    return rows, _Row(held.key, request.text, upto, touched)


def _start(held: _Row, request: HandoffRequest, touched: int) -> tuple[int, int]:
    """Return where to start: at the first paper if the filters differ from last time."""
    return (held.upto, held.seen) if held.asked == request.text else (0, touched)


def _came(
    connection: sqlite3.Connection, upto: int, filters: Filters, condition: Condition, limit: int
) -> list[sqlite3.Row]:
    # At the beginning, with a rare filter or on a first day, the filter leaves less to read than a
    # scan of all papers in the order they were added, which the unary + prevents.
    rare = None if upto else rarest(connection, filters)
    first, order = Condition("papers.key > ?", (upto,)), "papers.key"
    if rare and not rare.by_day:
        first, order = rare.condition, "+papers.key"
    elif filters.since and not upto:
        first, order = Condition("1"), "+papers.key"
    whole = every([first, condition])
    return connection.execute(
        _CAME.format(condition=whole.sql, order=order), (*whole.parameters, limit)
    ).fetchall()


def _new_to(connection: sqlite3.Connection, consumer: int, request: HandoffRequest) -> Condition:
    unchanged = " AND h.changed IS papers.changed" if request.changed else ""
    return every(
        [
            condition_of(connection, request.filters),
            *(
                Condition(f"NOT EXISTS ({given}{unchanged})", (consumer,))
                for given in (_GIVEN, _GIVEN_AS)
            ),
        ]
    )


def _last_touched(connection: sqlite3.Connection) -> int:
    # The counter rather than the greatest row, since rows that everyone has seen are deleted.
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'touched'").fetchone()
    return int(row[0]) if row else 0


def papers_in(connection: sqlite3.Connection, batch: HandoffBatch) -> list[str]:
    """Return the ids of a batch in its order, as they were when it was given."""
    rows = connection.execute(
        "SELECT paper FROM handed WHERE batch = ? ORDER BY place", (batch.number,)
    )
    return [row["paper"] for row in rows]


def is_written(connection: sqlite3.Connection, batch: HandoffBatch, form: str) -> bool:
    """Return whether the batch's text in this format is stored."""
    return bool(
        connection.execute(
            "SELECT 1 FROM batch_texts WHERE batch = ? AND format = ? LIMIT 1", (batch.number, form)
        ).fetchone()
    )


def write_text(
    connection: sqlite3.Connection, batch: HandoffBatch, form: str, chunks: Iterable[str]
) -> bool:
    """Store the text of a batch in a format, unless another process was faster.

    Returns False if the batch has since been acknowledged and no longer needs a text.
    """
    # Collected in the temporary database, so that nobody waits while papers are formatted and no
    # batch has to fit into memory.
    connection.execute(_TEMPORARY)
    connection.execute("BEGIN")
    connection.execute("DELETE FROM temp.written")
    connection.executemany("INSERT INTO temp.written (text) VALUES (?)", ((one,) for one in chunks))
    connection.execute("COMMIT")
    with writing(connection):
        still = open_batch(connection, batch.consumer)
        if still is None or still.number != batch.number:
            return False
        if not is_written(connection, batch, form):
            connection.execute(
                "INSERT INTO batch_texts SELECT ?, ?, place, text FROM temp.written",
                (batch.number, form),
            )
    return True


def text_of(connection: sqlite3.Connection, batch: HandoffBatch, form: str) -> Iterator[str]:
    """Yield the stored text of a batch, chunk by chunk."""
    for row in connection.execute(
        "SELECT text FROM batch_texts WHERE batch = ? AND format = ? ORDER BY place",
        (batch.number, form),
    ):
        yield row["text"]


def acknowledge(
    connection: sqlite3.Connection, consumer: str, number: int | None, now: str
) -> HandoffBatch | None:
    """Close the open batch, or the one with this number; returns None if it was already closed.

    Raises InputError for an unknown consumer, and for a batch that was not given to it.
    """
    with writing(connection):
        key = _key(connection, consumer)
        batch = open_batch(connection, consumer)
        if number is not None and (batch is None or batch.number != number):
            known = connection.execute(
                "SELECT 1 FROM batches WHERE consumer = ? AND number = ?", (key, number)
            ).fetchone()
            if known is None:
                msg = (
                    f"{consumer} was not given batch {number}: see `papertriage export --consumers`"
                )
                raise InputError(msg)
            return None
        if batch is None:
            return None
        connection.execute(
            "UPDATE batches SET acknowledged = ? WHERE number = ?", (now, batch.number)
        )
        connection.execute("DELETE FROM batch_texts WHERE batch = ?", (batch.number,))
    return batch


def forget_consumer(connection: sqlite3.Connection, consumer: str) -> None:
    """Remove a consumer and its history; raises InputError if it is unknown."""
    with writing(connection):
        key = _key(connection, consumer)
        connection.execute(
            """
            DELETE FROM batch_texts
            WHERE batch IN (SELECT number FROM batches WHERE consumer = ?)
            """,
            (key,),
        )
        connection.execute("DELETE FROM handed WHERE consumer = ?", (key,))
        connection.execute("DELETE FROM batches WHERE consumer = ?", (key,))
        connection.execute("DELETE FROM consumers WHERE key = ?", (key,))


def _key(connection: sqlite3.Connection, consumer: str) -> int:
    row = connection.execute("SELECT key FROM consumers WHERE name = ?", (consumer,)).fetchone()
    if row is None:
        rows = connection.execute("SELECT name FROM consumers ORDER BY name")
        names = ", ".join(row["name"] for row in rows) or "none yet"
        msg = f"unknown consumer {consumer!r}: choose from {names}"
        raise InputError(msg)
    return int(row["key"])


def consumers(connection: sqlite3.Connection) -> list[Consumer]:
    """List the consumers by name, with how many papers wait under their last filters."""
    rows = connection.execute(
        """
        SELECT
            key, name, since, asked, upto, seen,
            (
                SELECT max(acknowledged) FROM batches WHERE consumer = consumers.key
            ) AS acknowledged,
            (SELECT count(*) FROM handed WHERE consumer = consumers.key) AS handed
        FROM consumers
        ORDER BY name
        """
    ).fetchall()
    return [
        Consumer(
            row["name"],
            row["since"],
            row["handed"],
            row["acknowledged"],
            open_batch(connection, row["name"]),
            _waiting(connection, _Row(row["key"], row["asked"], row["upto"], row["seen"])),
        )
        for row in rows
    ]


def _waiting(connection: sqlite3.Connection, held: _Row) -> int | None:
    asked = json.loads(held.asked)
    changed = asked.pop("changed")
    filters: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in asked.items()
    }
    try:
        rows, _ = _looked(connection, held, HandoffRequest(Filters(**filters), changed), -1)
    except (InputError, TypeError):
        # The topic was removed, or the filters are from another version.
        return None
    return len(rows)
