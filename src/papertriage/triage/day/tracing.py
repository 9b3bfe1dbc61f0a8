"""Trace why a paper is not among the day's picks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

from papertriage import clock
from papertriage.cache.announced import is_news
from papertriage.cache.listing import papers_by_id
from papertriage.cache.queue import passed_at
from papertriage.cache.receipts import last_receipts
from papertriage.cache.topics import topic_rows
from papertriage.cache.tracing import decided_at, picked_on, seen_in
from papertriage.models import PAST_TENSES, CachedPaper, Filters
from papertriage.text import counted
from papertriage.triage.choosing import reader_day
from papertriage.triage.day.picking import ranked_candidates
from papertriage.triage.teaching.interest import active_model


def trace(connection: sqlite3.Connection, paper: str, day: date, limit: int) -> list[str]:
    """Return what happened to a paper on its way to the picks, one sentence per step."""
    held = papers_by_id(connection, [paper]).get(paper)
    if held is None:
        return list(_never_fetched(connection, paper))
    return [
        *(f"seen in {feed} on {seen}" for feed, seen in seen_in(connection, held.paper.id)),
        f"in the cache since {held.came}",
        *_news(connection, held),
        *_scores(connection, held),
        *_said(connection, held),
        *_place(connection, held, day, limit),
    ]


def _never_fetched(connection: sqlite3.Connection, paper: str) -> Iterator[str]:
    yield f"{paper} is not in the cache: no feed has brought it"
    for receipt in last_receipts(connection, latest=clock.latest(clock.now())):
        window = (
            f" for {receipt.since[:10]} to {(receipt.until or receipt.at)[:10]}"
            if receipt.since
            else ""
        )
        why = f" ({receipt.message})" if receipt.message else ""
        yield f"{receipt.feed} was asked on {receipt.at}{window}: {receipt.verdict}{why}"


def _scores(connection: sqlite3.Connection, held: CachedPaper) -> Iterator[str]:
    thresholds = {row.name: row.threshold for row in topic_rows(connection)}
    if not held.topics:
        yield "no topic has scored it: `papertriage topics retag` brings tags up to date"
    for topic in sorted(held.topics, key=lambda t: -t.score):
        side = "tagged: at or above" if topic.tagged else "no tag: under"
        threshold = thresholds.get(topic.topic, 0.0)
        yield f"{topic.topic} {topic.score:.3f}, {side} the threshold {threshold:.3f}"
    if held.interest:
        decisions = counted(held.interest.decisions, "decision")
        yield f"interest {held.interest.score:.3f}, learned from {decisions}"
    if not held.paper.abstract:
        yield "it has no abstract: the scores are from its title alone"


def _news(connection: sqlite3.Connection, held: CachedPaper) -> Iterator[str]:
    if not is_news(connection, held.paper.id):
        yield "it was no news when it came: a later version, changed metadata or a backfill"


def _said(connection: sqlite3.Connection, held: CachedPaper) -> Iterator[str]:
    if held.decision:
        yield f"you {PAST_TENSES[held.decision]} it on {decided_at(connection, held.paper.id)}"
    passed = passed_at(connection, held.paper.id)
    if passed:
        yield f"not seen, passed over on {passed[0]} by a {passed[1]}: --again brings it back"
    for day, rank in picked_on(connection, held.paper.id):
        yield f"it was pick {rank} of {day}"


def _place(
    connection: sqlite3.Connection, held: CachedPaper, day: date, limit: int
) -> Iterator[str]:
    model = active_model(connection)
    if model and not held.interest:
        yield (
            f"not scored by what {counted(model.decisions, 'decision')} taught:"
            " `papertriage topics retag` brings scores up to date"
        )
        return
    if not model and not any(topic.tagged for topic in held.topics):
        yield "so it is no candidate: only tagged papers are picked"
        return
    today = reader_day(day)
    found = ranked_candidates(connection, today, Filters(), again=False)
    order = [candidate.paper for candidate in found]
    if held.paper.id not in order:
        yield "so it is no candidate today: what was decided, or picked before, does not come back"
        return
    chosen = ranked_candidates(connection, today, Filters(limit=limit), again=False)
    place = order.index(held.paper.id) + 1
    where = "among" if held.paper.id in {c.paper for c in chosen} else "cut by the limit, not among"
    yield (
        f"it is number {place} of {counted(len(order), 'candidate')}:"
        f" {where} the {limit or 'unlimited'} picks of {today.date}"
    )
