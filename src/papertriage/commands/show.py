"""Show papers whole."""

from __future__ import annotations

from papertriage import clock
from papertriage.cache.listing import wanted
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.formats.output import write_output
from papertriage.formats.registry import formatted
from papertriage.render.terminal import print_paper
from papertriage.triage.naming import ids_of


def command(
    ids: o.Ids,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
) -> None:
    """Show papers with abstract, tags, evidence and what you said of them."""
    form = format_of(form, as_json=as_json, output=output)
    with seeded(clock.now()) as connection:
        papers = wanted(connection, ids_of(ids))
        if form == "table" and output in {None, "-"}:
            for paper in papers:
                print_paper(paper)
        else:
            write_output(formatted(form, papers), output, force=force)
