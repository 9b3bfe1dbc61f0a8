"""Show papers in full."""

import sqlite3
from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.listing import require_papers
from papertriage.cache.versions import earlier_texts
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import format_of
from papertriage.formats.output import write_output
from papertriage.formats.registry import formatted
from papertriage.models import CachedPaper
from papertriage.render.terminal import note, print_diff, print_paper
from papertriage.triage.naming import ids_of


def command(
    ids: o.Ids,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what the latest version changed, word by word.")
    ] = False,
) -> None:
    """Show papers with abstract, tags, evidence, and your decisions and labels."""
    form = format_of(form, as_json=as_json, output=output)
    with seeded(clock.now()) as connection:
        papers = require_papers(connection, ids_of(ids))
        if diff:
            for held in papers:
                _show_diff(connection, held)
        elif form == "table" and output in {None, "-"}:
            for paper in papers:
                print_paper(paper)
        else:
            write_output(formatted(form, papers), output, force=force)


def _show_diff(connection: sqlite3.Connection, held: CachedPaper) -> None:
    paper = held.paper
    earlier = earlier_texts(connection, paper.id)
    if not earlier:
        note(f"{paper.id} has not changed since it was stored")
        return
    old = earlier[0]
    was, now = (f"v{n}" if n else "before" for n in (old.version, paper.version))
    heading = f"{paper.id}: {was} to {now if paper.version else 'now'}, changed on {old.at}"
    print_diff(heading, [(old.title, paper.title), (old.abstract or "", paper.abstract or "")])
