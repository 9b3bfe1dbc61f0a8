"""Stop following a topic."""

from __future__ import annotations

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands.topics.show import Name
from papertriage.commands.topics.train import changing
from papertriage.render.reporting import tagging
from papertriage.render.terminal import note
from papertriage.triage.teaching.followed import definitions, followed_topic
from papertriage.triage.teaching.training import switch_off


def command(name: Name) -> None:
    """Stop following a topic.

    Its tags are removed; your labels stay. If you changed a shipped topic, this restores the
    shipped version: remove it again to stop following it.
    """
    with changing():
        followed_topic(name)
        with opened(paths.cache_path()) as connection, tagging() as advance:
            switch_off(connection, name, advance)
    left = "restored to the shipped version" if name in definitions() else "no longer followed"
    note(f"topic {name!r} is {left}; its labels stay")
