"""Salvage readable data from a damaged or earlier cache, decisions and labels first."""

from __future__ import annotations

import contextlib
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
from papertriage.cache.rescue.mending import LeftOut, complete, forget_fetches, left_out
from papertriage.cache.rescue.renaming import rename_papers, write_earlier_names
from papertriage.cache.rescue.replaying import add_lines, replay, say_unsaid, take_back
from papertriage.cache.tables import WORDS, Table, counted, readable, tables
from papertriage.cache.write_ahead import put_in_place
from papertriage.errors import CacheUnusable, DiskError

# How often a gap without a row is halved before it is given up: at most 4,096 reads.
_DEPTH = 12
_FARTHEST = 2**40
_DIGITS = 8
_Key = int | str


@dataclass(slots=True)
class Salvaged:
    """What was salvaged from a cache.

    By table: how many rows were saved, and how many are known to be lost (None: an unknown number).
    left_out are the papers that could not be read, by where they were first seen.
    """

    rows: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int | None] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()


def salvage(cache: Path, target: Path) -> Salvaged:
    """Write a new cache from the readable data of a damaged or earlier one, left unchanged.

    Works on a copy, including its log. Raises CacheUnusable if nothing can be read, CacheBusy,
    DiskError and OutputError.
    """
    target = Path(os.path.realpath(target))
    size = sum(one.stat().st_size for one in _parts(cache))
    need_space(target.parent, 2 * size, "salvaging")
    with beside(target) as damaged, beside(target) as new:
        _copy(cache, damaged)
        done = Salvaged()
        with opened(new) as fresh:
            # Rows that triggers would write are salvaged as they were, or lost.
            rows = fresh.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [tuple(row) for row in rows]
            for name, _ in triggers:
                fresh.execute(f'DROP TRIGGER "{name}"')
            _fill(fresh, damaged, lines_of(cache), done)
            _refuse_nothing(fresh, cache)
            with writing(fresh):
                done.left_out = left_out(fresh)
                complete(fresh, done.lost)
                rename_papers(fresh)
                if "papers" in done.lost:
                    forget_fetches(fresh)
                say_unsaid(fresh)
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
        msg = f"no cache data can be read from {cache}: restore a backup of it"
        raise CacheUnusable(msg)


def lines_of(cache: Path) -> list[Line]:
    """Return the journal lines in the file or its WAL, each once."""
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
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError:
        there, version = {}, 0
    earlier = bool(there) and 0 < version < migrations.OLDEST
    connection.text_factory = bytes
    try:
        for table in tables(fresh):
            if table.name in there:
                both = [name for name in there[table.name].columns if name in table.columns]
                with writing(fresh):
                    _save(fresh, connection, Table(table.name, tuple(both), table.key), done)
            # Data that an earlier version did not store is not lost.
            elif not earlier or table.name in WORDS:
                done.lost[table.name] = None
        if "names" in there:
            with writing(fresh):
                _save_names(fresh, connection, there["names"], done)
        with writing(fresh):
            _save_counters(fresh, connection)
    finally:
        connection.close()


def _save(
    fresh: sqlite3.Connection, damaged: sqlite3.Connection, table: Table, done: Salvaged
) -> None:
    """Save a table's rows, and note whether some were lost."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" * len(table.columns))
    write = f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})'
    reader = Reader(damaged, table)
    for row in reader.rows():
        try:
            fresh.execute(write, row)
        except sqlite3.IntegrityError:
            reader.errors += 1
    count = fresh.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
    if reader.errors:
        expected = _counted_by_index(damaged, table.name)
        done.lost[table.name] = expected - count if expected and expected > count else None


def _save_names(
    fresh: sqlite3.Connection, damaged: sqlite3.Connection, table: Table, done: Salvaged
) -> None:
    """Save the names of papers from before cache version 9."""
    reader = Reader(damaged, table)
    write_earlier_names(fresh, reader.rows())
    if reader.errors:
        done.lost["other_names"] = None


def _save_counters(fresh: sqlite3.Connection, damaged: sqlite3.Connection) -> None:
    """Continue number sequences, so that no number is reused, not even that of a deleted row."""
    with contextlib.suppress(sqlite3.DatabaseError):
        rows = damaged.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        counters = {_decoded(name): last for name, last in rows}
        for name, last in fresh.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            counters[name] = max(last, counters.get(name, 0))
        fresh.execute("DELETE FROM sqlite_sequence")
        fresh.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", counters.items())


def _counted_by_index(damaged: sqlite3.Connection, table: str) -> int | None:
    """Return how many rows an index of the table lists, if one can be read."""
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
    """Reads the rows of a damaged table, by key ranges around the lost pages."""

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
        """Yield every readable row, possibly some of them twice."""
        yield from self._read("", self._up)
        if not self._broken:
            return
        yield from self._around()
        yield from self._covered()

    def _covered(self) -> Iterator[Sequence[str | int | None]]:
        """Yield the rows that an index covers completely."""
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
    """Return a key between two others, or None if there is none."""
    if isinstance(low, int) and isinstance(high, int):
        # The end of a table may be unknown: from 0 to 2**40, go by powers first rather than halves.
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
    """Return a cache and the file with the rest of its data: its log or rollback journal."""
    # SQLite puts them next to the file that a link points to.
    real = Path(os.path.realpath(cache))
    parts = (real, _wal(real), real.with_name(f"{real.name}-journal"))
    return [part for part in parts if part.is_file()]


def _copy(cache: Path, damaged: Path) -> None:
    """Copy a cache and its log or journal, repairing its header and padding a truncated end."""
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
    """Write a missing header (https://sqlite.org/fileformat2.html#the_database_header).

    SQLite refuses a file that is shorter than its header says; empty pages are damage that it meets
    one by one.
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
