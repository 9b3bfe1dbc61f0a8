"""Find out which format a command is asked for."""

from __future__ import annotations

import os

from papertriage.errors import InputError
from papertriage.formats.registry import FORMATS

_ENDINGS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".bib": "bibtex",
    ".ris": "ris",
    ".md": "markdown",
    ".html": "html",
}


def format_of(
    name: str | None,
    *,
    as_json: bool,
    output: str | None,
    default: str = "table",
    known: tuple[str, ...] = FORMATS,
) -> str:
    """Return the format asked for: named, else --json, else by the ending of the output file."""
    if name is None:
        by_ending = _ENDINGS.get(os.path.splitext(output or "")[1].lower(), default)
        return "json" if as_json else by_ending if by_ending in known else default
    if name not in known:
        msg = f"no format {name!r}: the formats are {', '.join(known)}"
        raise InputError(msg)
    if as_json and name != "json":
        msg = f"--json and --format {name} contradict each other: give one"
        raise InputError(msg)
    return name
