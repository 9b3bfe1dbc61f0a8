"""Stop following a topic."""

from __future__ import annotations

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands._tagging import tagging
from papertriage.commands.topics._proposing import changing
from papertriage.commands.topics.show import Name
from papertriage.render.terminal import note
from papertriage.triage.teaching.followed import definitions, followed_topic
from papertriage.triage.teaching.training import switch_off


def command(name: Name) -> None:
    """Stop following a topic: its tags go, your labels stay.

    Of a shipped topic that you changed, your changes go first; removed again, it is switched off.
    """
    with changing():
        followed_topic(name)
        with opened(paths.cache_path()) as connection, tagging() as advance:
            switch_off(connection, name, advance)
    left = "as it was shipped again" if name in definitions() else "followed no longer"
    note(f"topic {name!r} is {left}; its labels are kept")
