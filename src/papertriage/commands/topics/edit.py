"""Change the definition of a topic."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands._options import Names
from papertriage.commands.topics._proposing import Yes, accepted, changing
from papertriage.commands.topics.show import Name
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.topics.definitions import Topic, parse_topic
from papertriage.triage.teaching.editing import edited_by_hand, edited_document
from papertriage.triage.teaching.followed import followed_topic, own_or_shipped, single_topic
from papertriage.triage.teaching.training import needs_training, save_definition, save_model, train

Promised = Annotated[
    float | None, typer.Option(metavar="SHARE", help="Above 0, below 1: moves the threshold.")
]


def command(
    name: Name,
    phrase: Annotated[Names, typer.Option("--phrase", "-p", help="Add a phrase.")] = None,
    misleading: Annotated[Names, typer.Option("--misleading", help="Add one.")] = None,
    drop: Annotated[Names, typer.Option("--drop", help="Remove a phrase of either kind.")] = None,
    recall: Promised = None,
    precision: Promised = None,
    best: Annotated[
        bool, typer.Option("--best-f1", help="Promise nothing: the threshold of the best F1.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Change a topic: its phrases, or what its threshold promises; without options, in $EDITOR.

    Shows which picks would enter and leave before anything is saved; with --yes, which did.
    """
    asked = any((phrase, misleading, drop, recall, precision, best))
    before = followed_topic(name)
    by_hand = None if asked else edited_by_hand(before)
    with changing():
        old = followed_topic(name)
        if by_hand is None:
            document = edited_document(
                old,
                add={"phrases": phrase or [], "misleading": misleading or []},
                drop=drop or [],
                promise={"recall": recall, "precision": precision},
                best=best,
            )
            topic = parse_topic(document, "topics edit")
        else:
            topic = by_hand
            if old != before:
                msg = f"topic {name!r} was changed meanwhile: nothing was saved, edit it again"
                raise InputError(msg)
        _save(old, topic, yes=yes)


def _save(old: Topic, topic: Topic, *, yes: bool) -> None:
    name = old.name
    if topic.name != name:
        msg = f"a topic keeps its name: {name!r} cannot become {topic.name!r}, add that one"
        raise InputError(msg)
    if topic == old:
        note(f"topic {name!r} is as it was")
        return
    with opened(paths.cache_path()) as connection:
        retrained = train(connection, topic) if needs_training(old, topic) else None
        proposed = [single_topic(retrained or own_or_shipped(name), topic)]

        def keep() -> None:
            if retrained:
                save_model(retrained)
            note(f"topic {name!r} is in {save_definition(topic)}")

        accepted(connection, proposed, yes=yes, keep=keep)
