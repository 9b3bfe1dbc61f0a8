"""Add a topic of your own."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import label
from papertriage.cache.listing import require_papers
from papertriage.commands._options import Names
from papertriage.commands.topics.train import Yes, accepted, changing
from papertriage.errors import InputError
from papertriage.render.reporting import tagging
from papertriage.render.terminal import note
from papertriage.topics.definitions import Topic, parse_topic
from papertriage.triage.naming import ids_of
from papertriage.triage.teaching.followed import definitions, shipped_definitions
from papertriage.triage.teaching.training import (
    own_labels,
    save_definition,
    save_model,
    switch_on,
    train,
)


def command(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name of the topic, such as 'world models'.")
    ],
    phrase: Annotated[
        Names,
        typer.Option(
            "--phrase",
            "-p",
            metavar="TEXT",
            help="A phrase that papers of the topic use [default: the name].",
        ),
    ] = None,
    misleading: Annotated[
        Names,
        typer.Option(
            "--misleading", metavar="TEXT", help="A similar phrase that means something else."
        ),
    ] = None,
    like: Annotated[
        Names,
        typer.Option("--like", metavar="ID", help="The id of a paper that belongs to the topic."),
    ] = None,
    description: Annotated[
        str, typer.Option(metavar="TEXT", help="A sentence that describes the topic.")
    ] = "",
    yes: Yes = False,
) -> None:
    """Add a topic of your own, from phrases and examples.

    Shows how today's picks would change, and asks before saving. To add a shipped topic that you
    removed, give only its name. Labels improve a topic later: see `papertriage label`.
    """
    document = {
        "name": name,
        "description": description,
        "phrases": phrase or [name.lower()],
        "misleading": misleading or [],
    }
    with changing():
        if name in definitions():
            msg = f"topic {name!r} already exists: see `papertriage topics edit`"
            raise InputError(msg)
        if name in shipped_definitions() and not phrase:
            with opened(paths.cache_path()) as connection, tagging() as advance:
                switch_on(connection, name, advance)
            note(f"now following topic {name!r} again")
        else:
            _follow(parse_topic(document, "topics add"), like or [], yes=yes)


def _follow(topic: Topic, like: list[str], *, yes: bool) -> None:
    name = topic.name
    liked = ids_of(like)
    with opened(paths.cache_path()) as connection:
        require_papers(connection, liked)
        model = train(connection, topic, liked)

        def keep() -> None:
            at = clock.fine_stamp(clock.now())
            label(connection, liked, name, True, at=at)
            save_model(model)
            note(f"saved topic {name!r} to {save_definition(topic)}")

        if accepted(connection, [model], yes=yes, keep=keep) and not own_labels(connection, name):
            note(f"to improve it, label papers: `papertriage label ID --topic {name!r}`")
