"""Save from a damaged cache what can be read: what people said first."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from papertriage.cache import migrations
from papertriage.cache.connection import APPLICATION_ID, opened, writing
from papertriage.cache.indexing import rebuild
from papertriage.cache.packing import is_frame
from papertriage.cache.placing import beside, need_space
from papertriage.cache.rescue.carving import Line, carved
from papertriage.cache.rescue.mending import complete
from papertriage.cache.rescue.replaying import add_lines, line_of, replay, take_back
from papertriage.cache.tables import Table, counted, readable, tables
from papertriage.cache.write_ahead import put_in_place
from papertriage.errors import CacheUnusable, DiskError

# A gap is halved so often without a row before it is given up: 4,096 looks at most.
_DEPTH = 12
_FARTHEST = 2**40
_DIGITS = 8
_Key = int | str


@dataclass(slots=True)
class Salvaged:
    """By table: how many rows were saved, and how many are known to be lost (None: some)."""

    rows: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int | None] = field(default_factory=dict)


def salvage(cache: Path, target: Path) -> Salvaged:
    """Write a new cache of what can be read of a damaged one, which stays as it is.

    Works on a copy, with what stands beside it. Raises CacheUnusable where nothing can be read,
    CacheBusy, DiskError and OutputError.
    """
    target = Path(os.path.realpath(target))
    size = sum(one.stat().st_size for one in _parts(cache))
    need_space(target.parent, 2 * size, "salvaging")
    with beside(target) as damaged, beside(target) as new:
        _copy(cache, damaged)
        done = Salvaged()
        with opened(new) as fresh:
            # What triggers would write is saved as it was, or lost.
            rows = fresh.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [tuple(row) for row in rows]
            for name, _ in triggers:
                fresh.execute(f'DROP TRIGGER "{name}"')
            _fill(fresh, damaged, lines_of(cache), done)
            _refuse_nothing(fresh, cache)
            with writing(fresh):
                complete(fresh, done.lost)
                migrations.rename_papers(fresh)
                if "papers" in done.lost:
                    # A file that brought one of them may bring it again.
                    fresh.execute("DELETE FROM runs")
                if "journal" in done.lost:
                    take_back(fresh, {"decisions", "labels"} - set(done.lost))
                replay(fresh)
                rebuild(fresh)
                for _, sql in triggers:
                    fresh.execute(sql)
            done.rows = counted(fresh)
        put_in_place(new, target)
    return done


def _refuse_nothing(fresh: sqlite3.Connection, cache: Path) -> None:
    if not any(counted(fresh).values()):
        msg = f"nothing of a cache can be read in {cache}: restore a backup of it"
        raise CacheUnusable(msg)


def lines_of(cache: Path) -> list[Line]:
    """Return the lines of the journal that are in the file or its WAL, each once."""
    found: dict[str, Line] = {}
    real = Path(os.path.realpath(cache))
    for path in (real, _wal(real)):
        if path.is_file():
            try:
                found |= {line[0]: line for line in carved(path)}
            except OSError as error:
                msg = f"{path} cannot be read: {(error.strerror or str(error)).lower()}"
                raise DiskError(msg) from error
    return list(found.values())


def _fill(fresh: sqlite3.Connection, damaged: Path, lines: Sequence[Line], done: Salvaged) -> None:
    with writing(fresh):
        add_lines(fresh, lines)
    connection = sqlite3.connect(damaged, isolation_level=None)
    try:
        connection.execute("PRAGMA cell_size_check = ON")
        there = {table.name: table for table in tables(connection)}
    except sqlite3.DatabaseError:
        there = {}
    connection.text_factory = bytes
    try:
        for table in tables(fresh):
            if table.name in there:
                both = [name for name in there[table.name].columns if name in table.columns]
                with writing(fresh):
                    _save(fresh, connection, Table(table.name, tuple(both), table.key), done)
            else:
                done.lost[table.name] = None
    finally:
        connection.close()


def _save(
    fresh: sqlite3.Connection, damaged: sqlite3.Connection, table: Table, done: Salvaged
) -> None:
    """Save a table's rows, and a journal line for each word whose own line was lost."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" * len(table.columns))
    write = f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})'
    reader = Reader(damaged, table)
    for row in reader.rows():
        try:
            fresh.execute(write, row)
            if table.name in {"decisions", "labels"}:
                _say(fresh, dict(zip(table.columns, (_text(one) for one in row), strict=True)))
        except sqlite3.IntegrityError:
            reader.errors += 1
    count = fresh.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
    if reader.errors:
        expected = _counted_by_index(damaged, table.name)
        done.lost[table.name] = expected - count if expected and expected > count else None


def _say(fresh: sqlite3.Connection, row: dict[str, str | None]) -> None:
    kind = "label" if "topic" in row else "decision"
    value, topic = str(row.get("value", row.get("decision"))), row.get("topic")
    known = fresh.execute(
        "SELECT 1 FROM journal WHERE kind = ? AND topic IS ? AND value = ? AND at = ?",
        (kind, topic, value, row["at"]),
    ).fetchone()
    if known is None:
        add_lines(fresh, [line_of(kind, str(row["paper"]), topic, value, str(row["at"]))])


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _counted_by_index(damaged: sqlite3.Connection, table: str) -> int | None:
    """Return how many rows an index of the table names, where one can be read."""
    for name in _indexes(damaged, table):
        try:
            statement = f'SELECT count(*) FROM "{table}" INDEXED BY "{name}"'
            return int(damaged.execute(statement).fetchone()[0])
        except sqlite3.DatabaseError:
            continue
    return None


def _indexes(damaged: sqlite3.Connection, table: str) -> list[str]:
    try:
        rows = damaged.execute(
            "SELECT name FROM pragma_index_list(?) WHERE partial = 0 AND origin != 'pk'", (table,)
        )
        return [_decoded(name) for (name,) in rows]
    except sqlite3.DatabaseError:
        return []


class Reader:
    """Read the rows of a damaged table, by ranges of its key around the pages that are lost."""

    def __init__(self, connection: sqlite3.Connection, table: Table) -> None:
        """Prepare to read; errors counts the reads that met damage."""
        self.errors = 0
        self._table = table
        self._connection = connection
        names = ", ".join(f'"{name}"' for name in table.columns)
        key = table.key[0]
        self._select = f'SELECT {key}, {names} FROM "{table.name}"'
        self._where = f"WHERE {key} >= ? AND {key} <= ?"
        self._up = "ORDER BY " + ", ".join(f"{name} ASC" for name in table.key)
        self._down = "ORDER BY " + ", ".join(f"{name} DESC" for name in table.key)
        self._last: _Key | None = None
        self._broken = False

    def rows(self) -> Iterator[Sequence[str | int | None]]:
        """Yield every row that can be read; one may come twice."""
        yield from self._read("", self._up)
        if not self._broken:
            return
        yield from self._around()
        yield from self._covered()

    def _covered(self) -> Iterator[Sequence[str | int | None]]:
        """Yield the rows that an index holds whole."""
        for name in _indexes(self._connection, self._table.name):
            hint = f'INDEXED BY "{name}"'
            try:
                plan = self._connection.execute(f"EXPLAIN QUERY PLAN {self._select} {hint}")
                if any(b"COVERING INDEX" in row[3] for row in plan.fetchall()):
                    yield from self._read(hint)
            except sqlite3.DatabaseError:
                continue

    def _around(self) -> Iterator[Sequence[str | int | None]]:
        low = self._last
        yield from self._read("", self._down)
        high = self._last
        text = isinstance(low if low is not None else high, str)
        first: _Key = "" if text else 0
        last: _Key = "\x7f" if text else _FARTHEST
        gaps = [(first if low is None else low, last if high is None else high, 0)]
        while gaps:
            low, high, depth = gaps.pop()
            middle = between(low, high)
            if middle is None:
                continue
            for start, end, order in ((middle, high, self._up), (low, middle, self._down)):
                yield from self._read(self._where, order, start, end)
                found = self._last
                if not self._broken:
                    continue
                edge = found if found is not None else middle
                gap = (edge, high) if order is self._up else (low, edge)
                deeper = depth + 1 if found is None or found == middle else 0
                if deeper <= _DEPTH:
                    gaps.append((*gap, deeper))

    def _read(
        self, where: str, order: str = "", *bounds: _Key
    ) -> Iterator[Sequence[str | int | None]]:
        self._last, self._broken = None, False
        try:
            cursor = self._connection.execute(f"{self._select} {where} {order}", bounds)
            for row in cursor:
                self._last = _decoded(row[0])
                values = row[1:]
                if not readable(self._table, values):
                    self.errors += 1
                    values = self._without_abstract(values)
                    if not readable(self._table, values):
                        continue
                yield tuple(_decoded(value) for value in values)
        except sqlite3.DatabaseError:
            self.errors += 1
            self._broken = True

    def _without_abstract(self, values: Sequence[Any]) -> Sequence[Any]:
        if self._table.name != "papers":
            return values
        named = zip(self._table.columns, values, strict=True)
        return [None if name == "abstract" else value for name, value in named]


def _decoded(value: Any) -> Any:  # noqa: ANN401 - whatever SQLite has stored
    if not isinstance(value, bytes) or is_frame(value):
        return value
    return value.decode("utf-8", "replace")


def between(low: _Key, high: _Key) -> _Key | None:
    """Return a key between two, or None where there is none to be named."""
    if isinstance(low, int) and isinstance(high, int):
        # The end of a table may be unknown: from 0 to 2**40 by powers first, not by halves.
        wide = high > 8 * max(low, 1)
        middle = math.isqrt(max(low, 1) * high) if wide else (low + high) // 2
        return middle if low < middle < high else None
    if isinstance(low, str) and isinstance(high, str):
        shared = os.path.commonprefix([low, high])  # noqa: RUF071 - of texts, not of paths
        numbers = [_number(text[len(shared) :]) for text in (low, high)]
        digits, rest = "", sum(numbers) // 2
        for _ in range(_DIGITS):
            rest, digit = divmod(rest, 128)
            digits = chr(digit) + digits
        named = shared + digits.rstrip("\0")
        return named if low < named < high else None
    return None


def _number(text: str) -> int:
    number = 0
    for letter in text[:_DIGITS].ljust(_DIGITS, "\0"):
        number = number * 128 + min(ord(letter), 127)
    return number


def _wal(cache: Path) -> Path:
    return cache.with_name(f"{cache.name}-wal")


def _parts(cache: Path) -> list[Path]:
    """Return a cache and what holds a part of what it says: its log or its rollback journal."""
    # SQLite puts them beside the file that a link leads to.
    real = Path(os.path.realpath(cache))
    parts = (real, _wal(real), real.with_name(f"{real.name}-journal"))
    return [part for part in parts if part.is_file()]


def _copy(cache: Path, damaged: Path) -> None:
    """Copy a cache and its log or journal, its head mended and its lost end filled with nothing."""
    try:
        first, *others = _parts(cache)
        shutil.copyfile(first, damaged)
        for other in others:
            copied = damaged.with_name(damaged.name + other.name.removeprefix(first.name))
            shutil.copyfile(other, copied)
            copied.chmod(0o600)
        _mend(damaged)
    except OSError as error:
        msg = f"{cache} cannot be copied: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error


def _mend(path: Path) -> None:
    """Write a head where there is none (https://sqlite.org/fileformat2.html#the_database_header).

    SQLite refuses a file that is shorter than its head says; pages of nothing are damage that it
    meets one by one.
    """
    page = 4096
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(100)
        whole = head[:16] == b"SQLite format 3\0" and head[16:18] == page.to_bytes(2, "big")
        pages = max(-(-size // page), int.from_bytes(head[28:32], "big") if whole else 0)
        if not whole:
            file.seek(0)
            file.write(_head(pages))
        file.truncate(max(pages * page, size) if pages * page < 2 * size + page * 16 else size)


def _head(pages: int) -> bytes:
    numbers = [1, pages, 0, 0, 1, 4, 0, 0, 1, migrations.VERSION, 0, APPLICATION_ID]
    fields = b"".join(number.to_bytes(4, "big") for number in numbers)
    version = sqlite3.sqlite_version_info
    number = version[0] * 1_000_000 + version[1] * 1000 + version[2]
    tail = (1).to_bytes(4, "big") + number.to_bytes(4, "big")
    return b"SQLite format 3\0\x10\x00\x02\x02\x00\x40\x20\x20" + fields + bytes(20) + tail
