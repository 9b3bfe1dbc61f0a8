"""Show why papers got their scores."""

from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.errors import InputError
from papertriage.formats.evidence import known_scores, why_json
from papertriage.formats.output import write_output
from papertriage.render.terminal import print_why
from papertriage.triage.naming import ids_of


def command(
    ids: o.Ids,
    topic: Annotated[
        str | None,
        typer.Option(
            "--topic", "-t", metavar="TOPIC", help="Show only the score of TOPIC, or of interest."
        ),
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Show why a paper got its scores: its terms, and what each contributes.

    Contributions are log-odds, and add up to the log-odds of the score. Without --topic, shows the
    scores of the paper's tags, or of its best topic if it has none. Once you have kept and skipped
    enough papers, it also shows the score of interest: how likely you are to keep the paper.
    """
    with opened(paths.cache_path()) as connection:
        papers = require_papers(connection, ids_of(ids))
    for held in papers:
        if topic and topic not in known_scores(held):
            msg = f"{held.paper.id} has no score for topic {topic!r}: see `papertriage topics list`"
            raise InputError(msg)
    if as_json:
        write_output(why_json(papers, topic), None)
        return
    for held in papers:
        print_why(held, topic)
