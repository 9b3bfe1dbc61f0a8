"""Prepare a triage session: read the queue, plan the time, and set up the ordering."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from random import Random
from typing import NamedTuple

from papertriage import clock
from papertriage.cache.queue import Waiting, build_queue, count_waiting, waiting_now
from papertriage.models import Filters
from papertriage.ranking.stopping import drawn_audit
from papertriage.topics.labelled import Text
from papertriage.triage.pace import Budget, reading_pace
from papertriage.triage.sitting.answering import MOST_WAITING, Answers, material
from papertriage.triage.sitting.ordering import LearningRanker, Orderer
from papertriage.triage.sitting.session import Session
from papertriage.triage.sitting.walk import Walk
from papertriage.triage.teaching.interest import active_model


class Sitting(NamedTuple):
    """A session, its background orderer, and a line about the time or the queue, or ""."""

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
    """Prepare a session on the papers that wait for a decision; None if there are none.

    With `chance`, one paper in 10 is an audit.
    """
    midnight = clock.fine_stamp(clock.midnight(clock.local_day(now)))
    waiting = waiting_now(connection, filters, midnight, again=again)
    queue, whole = build_queue(connection, waiting, by_interest=bool(active_model(connection)))
    if not queue:
        return None
    count = len(queue) if whole else count_waiting(connection, waiting)
    whole = count == len(queue)
    budget = None
    if minutes is not None:
        budget = Budget(minutes, reading_pace(connection))
    places = budget.papers if budget else filters.limit
    of_part = not whole or len(queue) > MOST_WAITING
    order = Orderer(partial(material, queue), _ranker, uncertain=uncertain, of_part=of_part)
    answers = Answers(connection)
    session = Session(
        Walk(queue, places),
        answers,
        order,
        seconds=seconds,
        budget=budget,
        uncertain=uncertain,
        draw=_draw(answers, waiting, chance, whole=whole) if chance else None,
        pass_rest=None if whole else partial(answers.pass_over_all, waiting),
    )
    if budget:
        return Sitting(session, order, budget.plan(count or len(queue), or_more=count is None))
    return Sitting(session, order, "" if whole else _part(len(queue), count))


def _draw(
    answers: Answers, waiting: Waiting, chance: Random, *, whole: bool
) -> Callable[[Sequence[str]], str | None]:
    if whole:
        return partial(drawn_audit, chance=chance)
    return lambda _unseen: answers.draw_waiting(waiting, chance)


def _part(papers: int, count: int | None) -> str:
    of = f"{count:,} papers" if count else "the papers"
    return f"showing the best {papers:,} of {of} that wait: use --since or --topic to see others"


def _ranker(texts: Sequence[Text]) -> LearningRanker:
    # Imported here so that numpy and scipy load on the background thread.
    from papertriage.ranking.ranker import Ranker as Learned

    return Learned(texts)
