"""Edit the definition of a topic."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands._options import Names
from papertriage.commands.topics.show import Name
from papertriage.commands.topics.train import Yes, accepted, changing
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.topics.definitions import Topic, parse_topic
from papertriage.triage.teaching.editing import edited_by_hand, edited_document
from papertriage.triage.teaching.followed import followed_topic, own_or_shipped, single_topic
from papertriage.triage.teaching.training import needs_training, save_definition, save_model, train

Promised = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Set the threshold to reach SHARE, between 0 and 1."),
]


def command(
    name: Name,
    phrase: Annotated[
        Names, typer.Option("--phrase", "-p", metavar="TEXT", help="Add a phrase.")
    ] = None,
    misleading: Annotated[
        Names, typer.Option("--misleading", metavar="TEXT", help="Add a misleading phrase.")
    ] = None,
    drop: Annotated[
        Names, typer.Option("--drop", metavar="TEXT", help="Remove a phrase, misleading or not.")
    ] = None,
    recall: Promised = None,
    precision: Promised = None,
    best: Annotated[
        bool, typer.Option("--best-f1", help="Set the threshold to the best F1 score.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Edit the phrases or the threshold of a topic.

    Without options, opens its definition in $EDITOR. Shows how today's picks would change, and asks
    before saving.
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
                msg = (
                    f"topic {name!r} was changed in the meantime, and nothing was saved: try again"
                )
                raise InputError(msg)
        _save(old, topic, yes=yes)


def _save(old: Topic, topic: Topic, *, yes: bool) -> None:
    name = old.name
    if topic.name != name:
        msg = f"cannot rename topic {name!r} to {topic.name!r}: add a topic instead"
        raise InputError(msg)
    if topic == old:
        note(f"topic {name!r} is unchanged")
        return
    with opened(paths.cache_path()) as connection:
        retrained = train(connection, topic) if needs_training(old, topic) else None
        proposed = [single_topic(retrained or own_or_shipped(name), topic)]

        def keep() -> None:
            if retrained:
                save_model(retrained)
            note(f"saved topic {name!r} to {save_definition(topic)}")

        accepted(connection, proposed, yes=yes, keep=keep)
