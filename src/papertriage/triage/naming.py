"""Resolve the ids and row numbers given on a command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from papertriage import paths
from papertriage.errors import InputError, PapertriageError
from papertriage.text import clean


def _listing_path() -> Path:
    cache = paths.cache_path()
    return cache.with_name(f"{cache.name}-listing.json")


def remember(rows: dict[int, str]) -> None:
    """Store the row numbers of a listing, so that `keep 3` refers to its third row."""
    path = _listing_path()
    try:
        paths.write_private(path, json.dumps(rows), durable=False)
    except PapertriageError:
        # A read-only cache can still be listed, but row numbers cannot be used.
        with suppress(OSError):
            path.unlink(missing_ok=True)


def ids_of(names: Sequence[str]) -> list[str]:
    """Return the paper ids for the names, without duplicates; "-" reads standard input.

    A number means a row of the last listing as an argument, but not on standard input.
    """
    ids = [found for name in names for found in (_piped() if name == "-" else [_typed(name)])]
    return list(dict.fromkeys(ids))


def id_of(name: str) -> str:
    """Return the paper id for a name; raises InputError unless "-" reads exactly one."""
    ids = ids_of([name])
    if len(ids) != 1:
        msg = f"expected one id on standard input, got {len(ids)}"
        raise InputError(msg)
    return ids[0]


def _piped() -> Iterator[str]:
    if sys.stdin is None:
        msg = "standard input is closed: there are no ids to read"
        raise InputError(msg)
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]  # TextIO of the interpreter
    for line in sys.stdin:
        text = line.strip()
        if text.startswith("{"):
            yield _id_of(_id_in(text))
        elif text:
            yield _id_of(text)


def _id_in(line: str) -> str:
    try:
        found = json.loads(line).get("id")
    except (ValueError, RecursionError) as error:
        msg = f"standard input: not a JSON object: {line[:60]!r}"
        raise InputError(msg) from error
    if not isinstance(found, str):
        msg = f"standard input: no id in {line[:60]!r}"
        raise InputError(msg)
    return found


def _typed(name: str) -> str:
    name = clean(name)
    return _numbered(name) if name.isascii() and name.isdigit() else _id_of(name)


def _id_of(name: str) -> str:
    name = clean(name)
    # Imported here because its patterns take 2 ms of CPU, and `today` needs none.
    from papertriage.identifiers import paper_id

    return paper_id(name) or name


def _numbered(name: str) -> str:
    # Compared as text, because int() refuses more than 4,300 digits.
    number = name.lstrip("0") or "0"
    try:
        rows = json.loads(_listing_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        rows = {}
    if number not in rows:
        shown = f"it has rows 1 to {max(map(int, rows))}" if rows else "list some papers first"
        msg = f"no row {number[:20]} in the last listing: {shown}"
        raise InputError(msg)
    return str(rows[number])
