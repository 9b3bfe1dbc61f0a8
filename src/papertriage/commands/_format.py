"""Find out which format a command is asked for."""

from __future__ import annotations

import os

from papertriage.errors import InputError
from papertriage.formats.registry import FORMATS

_ENDINGS = {
    ".csl.json": "csl-json",
    ".feed.json": "json-feed",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".bib": "bibtex",
    ".ris": "ris",
    ".md": "markdown",
    ".org": "org",
    ".html": "html",
    ".atom": "atom",
    ".xml": "atom",
    ".txt": "text",
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
        file = os.path.basename(output or "").lower()
        # A name that is nothing but an ending has none: .csv is a hidden file.
        forms = (form for ending, form in _ENDINGS.items() if file[1:].endswith(ending))
        return "json" if as_json else next((form for form in forms if form in known), default)
    if name not in known:
        msg = f"no format {name!r}: the formats are {', '.join(known)}"
        raise InputError(msg)
    if as_json and name != "json":
        msg = f"--json and --format {name} contradict each other: give one"
        raise InputError(msg)
    return name
