"""Choose the format of a listing, and write it to the terminal, a pipe or a file."""

import os
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from papertriage.errors import InputError, NothingToShow
from papertriage.formats.output import write_output
from papertriage.formats.registry import FORMATS, formatted
from papertriage.models import CachedPaper
from papertriage.render.terminal import note
from papertriage.triage.naming import remember

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


class OutputTarget(NamedTuple):
    """The format and destination of a listing; path None is standard output."""

    form: str
    path: str | None
    force: bool = False
    fail_if_empty: bool = False
    excel_safe: bool = False
    title: str | None = None
    """The title of a feed."""


def format_of(
    name: str | None,
    *,
    as_json: bool,
    output: str | None,
    default: str = "table",
    known: tuple[str, ...] = FORMATS,
) -> str:
    """Return the requested format: by --format, else --json, else the output file's ending."""
    if name is None:
        file = os.path.basename(output or "").lower()
        # A name such as .csv is a hidden file, not an ending.
        forms = (form for ending, form in _ENDINGS.items() if file[1:].endswith(ending))
        return "json" if as_json else next((form for form in forms if form in known), default)
    if name not in known:
        msg = f"unknown format {name!r}: choose from {', '.join(known)}"
        raise InputError(msg)
    if as_json and name != "json":
        msg = f"--json cannot be used with --format {name}"
        raise InputError(msg)
    return name


def show(
    papers: Iterable[CachedPaper], target: OutputTarget, empty: str, *, grouped: bool = False
) -> bool:
    """Write the papers and return whether there were any; `empty` is the message if not."""
    stream = iter(papers)
    first = next(stream, None)
    if first is None and target.fail_if_empty:
        raise NothingToShow(empty)
    papers = stream if first is None else chain([first], stream)
    if target.form == "table" and target.path in {None, "-"} and not target.excel_safe:
        if first is None:
            note(empty)
        else:
            _show_table(list(papers), grouped=grouped)
        return first is not None
    if first is None:
        note(empty)
    chunks = formatted(target.form, papers, excel_safe=target.excel_safe, title=target.title)
    write_output(chunks, target.path, force=target.force)
    return first is not None


def _show_table(papers: list[CachedPaper], *, grouped: bool) -> None:
    """Print numbered rows, and store the row numbers for later commands."""
    from papertriage.render.terminal import print_listing

    print_listing(papers, grouped=grouped)
    remember(
        {
            paper.pick.rank if grouped and paper.pick else n: paper.paper.id
            for n, paper in enumerate(papers, start=1)
        }
    )
