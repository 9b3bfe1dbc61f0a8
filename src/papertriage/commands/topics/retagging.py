"""Update the tags of topics whose models changed."""

from __future__ import annotations

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.render.reporting import tagging
from papertriage.render.terminal import note, progress
from papertriage.text import counted
from papertriage.triage.teaching.interest_learning import learn_or_explain, score_all
from papertriage.triage.teaching.retagging import retag


def command() -> None:
    """Update the tags of topics whose models changed.

    If interrupted, it continues from there next time.
    """
    with opened(paths.cache_path()) as connection:
        with tagging() as advance:
            done = retag(connection, advance)
        if message := learn_or_explain(connection, clock.now(), after_papers=True):
            note(message)
        with progress("scoring the cache") as advance:
            scored = score_all(connection, advance)
    note(f"updated the tags of {counted(done, 'topic')}" if done else "all tags are up to date")
    if scored:
        note(f"scored {counted(scored, 'paper')} by your interest")
