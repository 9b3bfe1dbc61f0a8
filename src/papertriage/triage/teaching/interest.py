"""Say whether enough was kept and skipped to rank by it."""

from __future__ import annotations

import sqlite3

from papertriage import config
from papertriage.cache.status import current_model, tally
from papertriage.models import Learned
from papertriage.text import counted

# Two of each, or nothing can be left out to measure with.
_LEAST = 2


def decisions_needed(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return how many keeps and skips are needed yet; None where interest is switched off."""
    after = int(config.number("interest.after"))
    if not after:
        return None
    after = max(after, _LEAST)
    keeps, skips = tally(connection, after)
    return after - keeps, after - skips


def active_model(connection: sqlite3.Connection) -> Learned | None:
    """Return the model that picks are ranked by, or None before there are enough decisions."""
    after = int(config.number("interest.after"))
    model = current_model(connection) if after else None
    return model if model and min(model.keeps, model.skips) >= after else None


def needed_line(connection: sqlite3.Connection) -> str:
    """Say what must be decided before picks can be ranked by it."""
    lacking = decisions_needed(connection)
    if lacking is None:
        return "`papertriage config set interest.after 2`"
    keeps, skips = lacking
    parts = [
        *([counted(keeps, "more keep")] if keeps else []),
        *([counted(skips, "more skip")] if skips else []),
    ]
    return " and ".join(parts) or "`papertriage fetch` to learn from what was decided"


def ranked_by(connection: sqlite3.Connection) -> str | None:
    """Say from how many decisions picks are ranked, or how many it takes.

    Who has decided nothing yet is told nothing.
    """
    model = active_model(connection)
    if model:
        return f"ranked by what you kept and skipped: {counted(model.decisions, 'decision')}"
    if decisions_needed(connection) is None or not any(tally(connection, 1)):
        return None
    return f"ranked by topics; by what you keep and skip after {needed_line(connection)}"
