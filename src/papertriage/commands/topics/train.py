"""Train topics."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands.topics._proposing import Yes, accepted, changing
from papertriage.render.terminal import note
from papertriage.triage.teaching.followed import (
    definition_path,
    definitions,
    followed_topic,
    single_topic,
)
from papertriage.triage.teaching.training import own_labels, save_model, train


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC...]", help="Topics; else all that have something to learn."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Train topics on your labels (a shipped topic is adapted to them) and your cache.

    Shows which picks would enter and leave before anything is saved; with --yes, which did.
    """
    with changing(), opened(paths.cache_path()) as connection:
        asked = [followed_topic(name) for name in names or definitions()]
        due = [
            topic
            for topic in asked
            if names or own_labels(connection, topic.name) or definition_path(topic.name).exists()
        ]
        if not due:
            note("nothing to learn from: `papertriage label ID --topic T` gives labels")
            return
        trained = [train(connection, topic) for topic in due]
        proposed = [single_topic(own, topic) for topic, own in zip(due, trained, strict=True)]

        def keep() -> None:
            for model in trained:
                note(f"trained {', '.join(model.topics)}: {save_model(model)}")

        accepted(connection, proposed, yes=yes, keep=keep)
