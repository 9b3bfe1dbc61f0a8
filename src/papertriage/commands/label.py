"""Teach a topic."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.filters import topic_key
from papertriage.cache.journal import label
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.commands._tagging import tagging
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.triage.naming import ids_of, new_line
from papertriage.triage.teaching.training import retrain_if_due


def command(
    ids: o.Ids,
    topic: Annotated[str, typer.Option("--topic", "-t", metavar="TOPIC", help="The topic.")],
    no: Annotated[bool, typer.Option("--no", help="The papers are not of the topic.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Take the labels back.")] = False,
) -> None:
    """Say that papers are, or are not, of a topic.

    After some new labels (topics.retrain-after) the topic is trained again.
    """
    if no and clear:
        msg = "--no and --clear contradict each other: give one"
        raise InputError(msg)
    names = ids_of(ids)
    value = None if clear else not no
    with opened(paths.cache_path()) as connection:
        topic_key(connection, topic)
        papers = require_papers(connection, names)
        names = [held.paper.id for held in papers]
        at = clock.fine_stamp(clock.now())
        label(connection, names, topic, value, at=at, new_line=new_line)
        word = {True: "is", False: "is not", None: "has no label for"}[value]
        for held in papers:
            note(f"{held.paper.id} {word} {topic}  {held.paper.title}")
        with tagging(f"training {topic}") as advance:
            trained = retrain_if_due(connection, topic, advance)
        note(trained)
