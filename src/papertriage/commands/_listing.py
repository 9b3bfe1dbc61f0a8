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
) -> None:
    """Write the papers to the terminal, a pipe or a file; empty says why there may be none."""
    stream = iter(papers)
    first = next(stream, None)
    if first is None and fail_if_empty:
        raise NothingToShow(empty)
    papers = stream if first is None else chain([first], stream)
    if form == "table" and output in {None, "-"}:
        from papertriage.render.terminal import print_listing

        if first is None:
            note(empty)
            return
        rows = list(papers)
        print_listing(rows, grouped=grouped)
        remember(
            {
                paper.pick.rank if grouped and paper.pick else n: paper.paper.id
                for n, paper in enumerate(rows, start=1)
            }
        )
        return
    if first is None:
        note(empty)
    write_output(formatted(form, papers), output, force=force)
