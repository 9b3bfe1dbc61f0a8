"""Find a format by name, and import only that one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from papertriage.errors import InputError
from papertriage.models import CachedPaper

FORMATS: tuple[str, ...] = (
    "table",
    "json",
    "jsonl",
    "csv",
    "tsv",
    "bibtex",
    "biblatex",
    "ris",
    "csl-json",
    "markdown",
    "org",
    "html",
    "atom",
    "json-feed",
    "ids",
)
"""The formats, each a module of this package with a function chunks(papers); "-" becomes "_"."""
FEEDS = frozenset(("atom", "json-feed"))
"""The formats for feed readers, which have a title."""
TITLE = "papertriage"
"""The default title of a feed."""


def formatted(
    name: str,
    papers: Iterable[CachedPaper],
    *,
    excel_safe: bool = False,
    title: str | None = None,
) -> Iterator[str]:
    """Yield the papers in a format, chunk by chunk as they are read.

    With excel_safe, a spreadsheet evaluates no cell of a CSV; title is that of a feed. Raises
    InputError for an unknown format, and for excel_safe with anything but CSV.
    """
    if name not in FORMATS:
        msg = f"unknown format {name}: choose from {', '.join(FORMATS)}"
        raise InputError(msg)
    if excel_safe and name != "csv":
        msg = f"only csv can be made safe for spreadsheets, not {name}"
        raise InputError(msg)
    module = import_module(f"papertriage.formats.{name.replace('-', '_')}")
    options: dict[str, object] = {"excel_safe": True} if excel_safe else {}
    if title and name in FEEDS:
        options["title"] = title
    found: Iterator[str] = module.chunks(papers, **options)
    return found
