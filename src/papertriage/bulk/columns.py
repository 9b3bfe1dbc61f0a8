"""Find the id, the title and the abstract among the columns of a Parquet file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papertriage.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

# Reduced to lower-case letters; best first.
_SYNONYMS = {
    "id": "id arxivid paperid corpusid openalexid workid doi pmid",
    "title": "title papertitle documenttitle articletitle",
    "abstract": "abstract summary abstracttext",
}
_PARTS = len(_SYNONYMS)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns to read, "" for none."""

    id: str
    title: str
    abstract: str


def columns_named(text: str) -> Columns:
    """Parse ID,TITLE,ABSTRACT, of which ID and ABSTRACT may be empty; raises InputError."""
    names = [name.strip() for name in text.split(",")]
    if len(names) != _PARTS or not names[1]:
        msg = (
            f"--columns {text!r}: name three columns, ID,TITLE,ABSTRACT; the first or the last "
            "may be empty (`,title,`)"
        )
        raise InputError(msg)
    return Columns(*names)


def find_columns(schema: pa.Schema, named: Columns | None) -> Columns:
    """Check the named columns, or find them by their usual names.

    Raises InputError if one is missing, duplicate or not text.
    """
    found = named or Columns(*(_usual(schema.names, kind) for kind in _SYNONYMS))
    if not named:
        for kind in ("title", "abstract"):
            if not getattr(found, kind):
                msg = f"no {kind} column: name it with --columns; {_there(schema.names)}"
                raise InputError(msg)
    for name in filter(None, (found.id, found.title, found.abstract)):
        if schema.names.count(name) != 1:
            number = "two columns" if name in schema.names else "no column"
            msg = f"{number} {name!r}; {_there(schema.names)}"
            raise InputError(msg)
    for name in filter(None, (found.title, found.abstract)):
        kind = schema.field(name).type
        if not _is_text(kind):
            msg = f"column {name!r} is {kind}, not text"
            raise InputError(msg)
    return found


def _usual(names: Sequence[str], kind: str) -> str:
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(re.sub("[^a-z]", "", name.lower()), name)
    return next((plain[one] for one in _SYNONYMS[kind].split() if one in plain), "")


def _there(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (
        f"the columns are {', '.join(names[:_SHOWN])}{more}" if names else "the file has no columns"
    )


def _is_text(kind: pa.DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        test(kind)
        for test in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    )
