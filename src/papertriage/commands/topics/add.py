"""Follow a topic of one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import label
from papertriage.cache.listing import require_papers
from papertriage.commands._options import Names
from papertriage.commands._tagging import tagging
from papertriage.commands.topics._proposing import Yes, accepted, changing
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.topics.definitions import Topic, parse_topic
from papertriage.triage.naming import ids_of, new_line
from papertriage.triage.teaching.followed import definitions, shipped_definitions
from papertriage.triage.teaching.training import (
    own_labels,
    save_definition,
    save_model,
    switch_on,
    train,
)


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as 'world models'.")],
    phrase: Annotated[
        Names, typer.Option("--phrase", "-p", help="A phrase of the topic; the name is one.")
    ] = None,
    misleading: Annotated[
        Names, typer.Option("--misleading", help="A phrase that only looks like the topic.")
    ] = None,
    like: Annotated[
        Names, typer.Option("--like", metavar="ID", help="A paper of the topic.")
    ] = None,
    description: Annotated[str, typer.Option(help="A sentence for people.")] = "",
    yes: Yes = False,
) -> None:
    """Follow a topic of your own: phrases and examples are enough, labels make it better.

    Shows which picks would enter and leave before anything is saved; with --yes, which did. A
    shipped topic that was removed comes back by its name alone.
    """
    document = {
        "name": name,
        "description": description,
        "phrases": phrase or [name.lower()],
        "misleading": misleading or [],
    }
    with changing():
        if name in definitions():
            msg = f"topic {name!r} is there already: `papertriage topics edit {name!r}` changes it"
            raise InputError(msg)
        if name in shipped_definitions() and not phrase:
            with opened(paths.cache_path()) as connection, tagging() as advance:
                switch_on(connection, name, advance)
            note(f"topic {name!r} is followed again")
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
            label(connection, liked, name, True, at=at, new_line=new_line)
            save_model(model)
            note(f"topic {name!r} is in {save_definition(topic)}")

        if accepted(connection, [model], yes=yes, keep=keep) and not own_labels(connection, name):
            note(f"`papertriage label ID --topic {name!r}` teaches it more")
