"""Import the definition of a topic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands.topics.train import Yes, accepted, changing
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.topics.definitions import load_topic
from papertriage.triage.teaching.followed import definition_path, single_topic
from papertriage.triage.teaching.training import save_definition, save_model, train


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A TOML file from `papertriage topics export`.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace your own topic of the same name.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Import a topic from a TOML file.

    Trains the topic on your cache, shows how today's picks would change, and asks before saving.
    """
    topic = load_topic(file)
    with changing():
        if definition_path(topic.name).exists() and not replace:
            msg = f"topic {topic.name!r} already exists: use --replace to overwrite it"
            raise InputError(msg)
        with opened(paths.cache_path()) as connection:
            model = train(connection, topic)

            def keep() -> None:
                save_model(model)
                note(f"saved topic {topic.name!r} to {save_definition(topic)}")

            accepted(connection, [single_topic(model, topic)], yes=yes, keep=keep)
