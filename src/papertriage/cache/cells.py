"""Find values in a cache that papertriage never writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from papertriage import paths
from papertriage.cache.connection import MEND, examined
from papertriage.cache.packing import is_frame, unpacked
from papertriage.cache.tables import Table, tables
from papertriage.errors import CacheUnusable, PapertriageError
from papertriage.models import Filters

_PAGE = 1_000
_Check = Callable[[Any], bool]


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _evidence(value: object) -> bool:
    # A term is text, or the number of a part that all evidence has: see rows.py.
    return isinstance(value, list) and all(
        isinstance(one, list)
        and [
            type(part) in kinds for part, kinds in zip(one, ((str, int), (int, float)), strict=True)
        ]
        == [True, True]
        for one in value
    )


def _object(value: object) -> bool:
    return isinstance(value, dict)


# What each JSON column holds, by table.
def _filters(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {*Filters._fields, "changed"}


_JSON: dict[str, dict[str, _Check]] = {
    "papers": {"authors": _texts, "categories": _texts},
    "tags": {"evidence": _evidence},
    "interests": {"evidence": _evidence},
    "picks": {"reasons": _texts},
    "receipts": {"skipped": _texts},
    "merges": {"before": _object, "other": _object},
    "digests": {"asked": _texts, "content": _object, "models": _object, "settings": _object},
    "consumers": {"asked": _filters},
}
_WORDS = {
    ("decisions", "decision"): {"keep", "skip", "later"},
    ("journal", "kind"): {"decision", "label", "undo"},
    ("journal", "value"): {"keep", "skip", "later", "0", "1", ""},
}
# Columns that hold days or times: in any table, and in single tables.
_TIMES = {"at", "came", "changed", "given", "acknowledged"}
_TIMES_OF = {
    "receipts": {"since", "until", "newest"},
    **{table: {"day"} for table in ("picks", "sightings", "digests")},
    "consumers": {"since"},
}


class _Text(bytes):
    """Tells text from blobs when both are read as bytes."""

    __slots__ = ()


def damage() -> str | None:
    """Return one line about the first cell with an invalid value, or None.

    Reads every row, 50 s of CPU per million papers: only worth it after something has failed.
    """
    try:
        path = paths.cache_path()
        with examined(path) as connection:
            for table in tables(connection):
                for row, column in damaged(connection, table):
                    return (
                        f"the cache {path} is damaged ({column} of row {row} in {table.name} has"
                        f" an invalid value): {MEND}"
                    )
    except PapertriageError:
        # Opening the cache reports what is wrong with it.
        return None
    return None


def damaged(connection: sqlite3.Connection, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the key of each row with an invalid value, and the column that holds it."""
    kinds = dict(
        connection.execute("SELECT name, type FROM pragma_table_info(?)", (table.name,)).fetchall()
    )
    names = ", ".join(f'"{name}"' for name in (*table.key, *table.columns))
    factories = connection.row_factory, connection.text_factory
    connection.row_factory, connection.text_factory = None, _Text
    try:
        rows = connection.execute(f'SELECT {names} FROM "{table.name}"')
        for page in iter(lambda: rows.fetchmany(_PAGE), []):
            for values in page:
                cells = zip(table.columns, values[len(table.key) :], strict=True)
                wrong = [name for name, value in cells if not _fits(table.name, name, kinds, value)]
                if wrong:
                    key = ", ".join(map(_shown, values[: len(table.key)]))
                    yield key, wrong[0]
    finally:
        connection.row_factory, connection.text_factory = factories


def _fits(table: str, column: str, kinds: dict[str, str], value: Any) -> bool:  # noqa: ANN401 - whatever SQLite has stored
    kind = kinds[column]
    if value is None:
        return True
    if kind not in {"TEXT", "BLOB"}:
        return isinstance(value, (int, float) if kind == "REAL" else int)
    try:
        if isinstance(value, bytes) and not isinstance(value, _Text):
            packs = kind == "BLOB" or column == "abstract"
            return packs and is_frame(value) and unpacked(value) is not None
        return _says(table, column, value.decode())
    except (ValueError, RecursionError, CacheUnusable):
        return False


def _says(table: str, column: str, text: str) -> bool:
    check = _JSON.get(table, {}).get(column)
    if check is not None:
        return check(json.loads(text))
    if (table, column) in _WORDS:
        return text in _WORDS[table, column]
    if column in _TIMES or column in _TIMES_OF.get(table, ()):
        datetime.fromisoformat(text)
    return True


def _shown(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
