"""Decide whether there are enough keeps and skips to rank by interest."""

from __future__ import annotations

import sqlite3

from papertriage import config
from papertriage.cache.status import current_model, tally
from papertriage.models import Learned
from papertriage.text import counted

# With fewer than two of each, cross-validation cannot leave one out.
_LEAST = 2


def decisions_needed(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return how many more keeps and skips are needed, or None if interest is switched off."""
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
    """Return what is needed before picks can be ranked by interest."""
    lacking = decisions_needed(connection)
    if lacking is None:
        return "`papertriage config set interest.after 2`"
    keeps, skips = lacking
    parts = [
        *([counted(keeps, "more keep")] if keeps else []),
        *([counted(skips, "more skip")] if skips else []),
    ]
    return " and ".join(parts) or "a `papertriage fetch`"


def ranked_by(connection: sqlite3.Connection) -> str | None:
    """Return a line that says what the picks are ranked by, or None before any decision."""
    model = active_model(connection)
    if model:
        return f"ranked by what you kept and skipped: {counted(model.decisions, 'decision')}"
    if decisions_needed(connection) is None or not any(tally(connection, 1)):
        return None
    return f"ranked by topic; after {needed_line(connection)}, by what you keep and skip"
