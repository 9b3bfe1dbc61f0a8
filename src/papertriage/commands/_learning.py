"""Learn after something was said or came, without ever failing what went before."""

from __future__ import annotations

import sqlite3

from papertriage import clock
from papertriage.errors import PapertriageError
from papertriage.render.terminal import note
from papertriage.triage.teaching.interest_learning import AFTER_FETCH, AT_ONCE, learn_if_due


def learn(
    connection: sqlite3.Connection, *, at_once: bool = False, after_papers: bool = False
) -> None:
    """Learn from the decisions if it is due; what goes wrong is one line, and costs no decision."""
    try:
        sentence = learn_if_due(
            connection,
            clock.now(),
            most=AFTER_FETCH if after_papers else AT_ONCE,
            at_once=at_once or after_papers,
            thorough=after_papers,
        )
    except (PapertriageError, OSError) as error:
        note(f"your decisions are kept, but nothing was learned from them now: {error}")
        return
    if sentence:
        note(sentence)
