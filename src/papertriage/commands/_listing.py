"""Show a listing in the format asked for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from papertriage.errors import NothingToShow
from papertriage.formats.output import write_output
from papertriage.formats.registry import formatted
from papertriage.models import CachedPaper
from papertriage.render.terminal import note
from papertriage.triage.naming import remember


def show(
    papers: Iterable[CachedPaper],
    form: str,
    output: str | None,
    *,
    force: bool,
    empty: str,
    fail_if_empty: bool,
    grouped: bool = False,
    excel_safe: bool = False,
    title: str | None = None,
) -> bool:
    """Write the papers to the terminal, a pipe or a file; empty says why there may be none.

    title is that of a feed. Return whether there was any paper.
    """
    stream = iter(papers)
    first = next(stream, None)
    if first is None and fail_if_empty:
        raise NothingToShow(empty)
    papers = stream if first is None else chain([first], stream)
    if form == "table" and output in {None, "-"} and not excel_safe:
        from papertriage.render.terminal import print_listing

        if first is None:
            note(empty)
            return False
        rows = list(papers)
        print_listing(rows, grouped=grouped)
        remember(
            {
                paper.pick.rank if grouped and paper.pick else n: paper.paper.id
                for n, paper in enumerate(rows, start=1)
            }
        )
        return True
    if first is None:
        note(empty)
    chunks = formatted(form, papers, excel_safe=excel_safe, title=title)
    write_output(chunks, output, force=force)
    return first is not None
