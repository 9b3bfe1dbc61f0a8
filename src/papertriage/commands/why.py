"""Say why papers got their scores."""

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
        typer.Option("--topic", "-t", metavar="TOPIC", help="This topic's score, or interest."),
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Show what made a paper's score: the terms in its abstract, and what each adds.

    Contributions are log-odds and add up to the score's. Without --topic, the tags are shown, or
    the best topic of a paper without any, and, once enough was decided, what speaks for keeping
    the paper and what against.
    """
    with opened(paths.cache_path()) as connection:
        papers = require_papers(connection, ids_of(ids))
    for held in papers:
        if topic and topic not in known_scores(held):
            msg = f"{held.paper.id} has no score for topic {topic!r}: `papertriage topics list`"
            raise InputError(msg)
    if as_json:
        write_output(why_json(papers, topic), None)
        return
    for held in papers:
        print_why(held, topic)
