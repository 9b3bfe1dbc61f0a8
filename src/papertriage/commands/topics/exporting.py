"""Export the definition of a topic."""

from __future__ import annotations

from papertriage.commands import _options as o
from papertriage.commands.topics.show import Name
from papertriage.formats.output import write_output
from papertriage.topics.definitions import dump_topic
from papertriage.triage.teaching.followed import followed_topic


def command(name: Name, output: o.Output = None, force: o.Force = False) -> None:
    """Export the definition of a topic as TOML."""
    write_output([dump_topic(followed_topic(name))], output, force=force)
