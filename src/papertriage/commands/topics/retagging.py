"""Bring tags up to date."""

from __future__ import annotations

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands._learning import learn
from papertriage.commands._tagging import tagging
from papertriage.render.terminal import note, progress
from papertriage.text import counted
from papertriage.triage.teaching.interest_learning import score_all
from papertriage.triage.teaching.retagging import retag


def command() -> None:
    """Tag the papers again whose tags are from an older model; continues where it was stopped."""
    with opened(paths.cache_path()) as connection:
        with tagging() as advance:
            done = retag(connection, advance)
        learn(connection, after_papers=True)
        with progress("scoring the cache") as advance:
            scored = score_all(connection, advance)
    note(f"brought {counted(done, 'topic')} up to date" if done else "all tags are up to date")
    if scored:
        note(f"scored {counted(scored, 'paper')} by what you kept and skipped")
