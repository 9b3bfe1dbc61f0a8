"""Follow topics that others defined."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands.topics._proposing import Yes, accepted, changing
from papertriage.errors import InputError
from papertriage.render.terminal import note
from papertriage.topics.definitions import load_topic
from papertriage.triage.teaching.followed import definition_path, single_topic
from papertriage.triage.teaching.training import save_definition, save_model, train


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A topic's TOML file.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace your own topic of that name.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Follow a topic from its TOML file, trained on your own cache."""
    topic = load_topic(file)
    with changing():
        if definition_path(topic.name).exists() and not replace:
            msg = f"you have a topic {topic.name!r} already: --replace puts this one in its place"
            raise InputError(msg)
        with opened(paths.cache_path()) as connection:
            model = train(connection, topic)

            def keep() -> None:
                save_model(model)
                note(f"topic {topic.name!r} is in {save_definition(topic)}")

            accepted(connection, [single_topic(model, topic)], yes=yes, keep=keep)
