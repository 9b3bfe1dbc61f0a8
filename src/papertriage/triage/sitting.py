"""Begin a triage session: read the queue, plan the time, and let the order be learned behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from random import Random
from typing import NamedTuple

from papertriage import clock
from papertriage.cache.queue import decision_times, waiting_for_decision
from papertriage.models import Filters
from papertriage.ranking.stopping import drawn_audit
from papertriage.topics.labelled import Text
from papertriage.triage.answering import Answers, material
from papertriage.triage.catching_up import Budget, pace_of
from papertriage.triage.ordering import Orderer, Ranker
from papertriage.triage.session import Session
from papertriage.triage.walk import Walk

# Some evenings' worth: a pace changes, and older evenings should not hold it.
_LAST_DECISIONS = 500


class Sitting(NamedTuple):
    """A session, what learns behind it, and a line about the time there is, or nothing."""

    session: Session
    order: Orderer
    plan: str


def begin(
    connection: sqlite3.Connection,
    filters: Filters,
    now: datetime,
    seconds: Callable[[], float],
    *,
    again: bool,
    uncertain: bool,
    minutes: float | None,
    chance: Random | None = None,
) -> Sitting | None:
    """Prepare a session on what waits for a decision; None where nothing does.

    With chance, one paper in 10 is an audit.
    """
    midnight = clock.fine_stamp(clock.midnight(clock.local_day(now)))
    queue = waiting_for_decision(connection, filters, midnight, again=again)
    if not queue:
        return None
    budget = None
    if minutes is not None:
        budget = Budget(minutes, pace_of(decision_times(connection, _LAST_DECISIONS)))
    places = budget.papers if budget else filters.limit
    order = Orderer(partial(material, queue), _ranker, uncertain=uncertain)
    session = Session(
        Walk(queue, places),
        Answers(connection),
        order,
        seconds=seconds,
        budget=budget,
        uncertain=uncertain,
        draw=partial(drawn_audit, chance=chance) if chance else None,
    )
    return Sitting(session, order, budget.plan(len(queue)) if budget else "")


def _ranker(texts: Sequence[Text]) -> Ranker:
    # numpy and scipy, on the thread that learns.
    from papertriage.ranking.ranker import Ranker as Learned

    return Learned(texts)
