"""Label papers for a topic."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.filters import topic_key
from papertriage.cache.journal import label
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.errors import InputError
from papertriage.render.reporting import tagging
from papertriage.render.terminal import note
from papertriage.triage.naming import ids_of
from papertriage.triage.teaching.training import retrain_if_due


def command(
    ids: o.Ids,
    topic: Annotated[
        str, typer.Option("--topic", "-t", metavar="TOPIC", help="The topic to label papers for.")
    ],
    no: Annotated[
        bool, typer.Option("--no", help="Label the papers as not belonging to the topic.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Remove the labels.")] = False,
) -> None:
    """Label papers as belonging to a topic, or with --no as not belonging to it.

    The topic is retrained after enough new labels: see the setting topics.retrain-after.
    """
    if no and clear:
        msg = "--no and --clear cannot be used together"
        raise InputError(msg)
    names = ids_of(ids)
    value = None if clear else not no
    with opened(paths.cache_path()) as connection:
        topic_key(connection, topic)
        papers = require_papers(connection, names)
        names = [held.paper.id for held in papers]
        at = clock.fine_stamp(clock.now())
        label(connection, names, topic, value, at=at)
        word = {True: "labelled as", False: "labelled as not", None: "removed the label for"}[value]
        for held in papers:
            note(f"{word} {topic}: {held.paper.id}  {held.paper.title}")
        with tagging(f"training {topic}") as advance:
            trained = retrain_if_due(connection, topic, advance)
        note(trained)
