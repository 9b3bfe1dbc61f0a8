"""Measure how well past days were ranked, each by a model trained before that day."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from papertriage import clock, config
from papertriage.cache.interest import decided_texts
from papertriage.cache.judged import JudgedPaper, came_between, judged_between, shown_between
from papertriage.cache.picks import Candidate
from papertriage.models import INTEREST
from papertriage.ranking.interest import LEAST, MOST, DecidedText, train_interest
from papertriage.ranking.merit import merit
from papertriage.ranking.scoreboard import (
    FIRST,
    Scoreboard,
    ScoredDay,
    Shown,
    by_chance,
    measured,
    reliability,
    window,
)
from papertriage.text import counted
from papertriage.topics.labelled import Text
from papertriage.topics.scoring import score_paper
from papertriage.topics.weak_labels import PhraseCounter
from papertriage.triage.choosing import choose
from papertriage.triage.teaching.followed import definitions, shipped_model

if TYPE_CHECKING:
    from papertriage.topics.model import Model

MOST_TRAININGS = 60
"""The most models to train, at 0.1 s for 30 decisions and 2 s for 2,000; more days share them."""
_LATELY = (30, 7)


def decided_days(
    connection: sqlite3.Connection, first: date, last: date
) -> dict[date, list[JudgedPaper]]:
    """Return the papers kept and skipped on each local day from first to last, newest first."""
    days: dict[date, list[JudgedPaper]] = {}
    for paper in judged_between(connection, *_bounds(first, last)):
        day = clock.local_day(datetime.fromisoformat(paper.at))
        days.setdefault(day, []).append(paper)
    return dict(sorted(days.items()))


def scoreboard(
    connection: sqlite3.Connection,
    first: date,
    last: date,
    days: dict[date, list[JudgedPaper]],
    advance: Callable[[], object] = lambda: None,
) -> Scoreboard:
    """Rank each day's judged papers by what was learned before it, and in simpler ways.

    `days` is the result of decided_days; `advance` is called after each day.
    """
    every = -(-len(days) // MOST_TRAININGS)
    background, counters = shipped_model(), [PhraseCounter(one) for one in definitions().values()]
    model: Model | None = None
    found = []
    for number, (day, papers) in enumerate(days.items()):
        if model is None or number % every == 0:
            model = _learned_before(connection, day, background) or model
        found.append(_scored(connection, day, papers, model, counters))
        advance()
    lately = [(count, last - timedelta(days=count - 1)) for count in _LATELY]
    windows = [
        window(f"{first} to {last}", first.isoformat(), found),
        *(
            window(f"last {counted(count, 'day')}", since.isoformat(), found)
            for count, since in lately
            if any(day < since for day in days) and any(day >= since for day in days)
        ),
    ]
    return Scoreboard(
        first=first.isoformat(),
        last=last.isoformat(),
        shown=Shown(*shown_between(connection, first.isoformat(), last.isoformat())),
        retrained_every=max(1, every),
        windows=tuple(windows),
        reliability=reliability([pair for day in found for pair in day.scores]),
        days=tuple(found),
    )


def _bounds(first: date, last: date) -> tuple[str, str]:
    """Return the times (UTC) at which these local days begin and end."""
    end = clock.midnight(last + timedelta(days=1))
    return clock.fine_stamp(clock.midnight(first)), clock.fine_stamp(end)


def _learned_before(connection: sqlite3.Connection, day: date, background: Model) -> Model | None:
    """Train on the decisions made before a day began; None if there were too few."""
    before = clock.fine_stamp(clock.midnight(day))
    decided = [
        DecidedText(Text(title, abstract), keep)
        for title, abstract, keep in decided_texts(connection, MOST, before=before)
    ]
    keeps = sum(one.keep for one in decided)
    # If interest is switched off, use the least number of decisions that it needs.
    enough = max(int(config.number("interest.after")), LEAST)
    if min(keeps, len(decided) - keeps) < enough:
        return None
    return train_interest(decided, background)


def _scored(
    connection: sqlite3.Connection,
    day: date,
    papers: Sequence[JudgedPaper],
    model: Model | None,
    counters: Sequence[PhraseCounter],
) -> ScoredDay:
    kept = {paper.id: paper.keep for paper in papers}
    orders = {
        "topics": _by_topics(papers),
        "keywords": _by_keywords(papers, counters),
        "newest": [paper.id for paper in papers],
    }
    scores = {p.id: score_paper(model, p.title, p.abstract)[0].score for p in papers if model}
    if model:
        merits = {paper.id: merit(scores[paper.id], paper.came) for paper in papers}
        orders["interest"] = sorted(merits, key=lambda paper: (-merits[paper], paper))
    measures = {way: measured([kept[one] for one in order]) for way, order in orders.items()}
    measures["random"] = by_chance(len(papers), sum(kept.values()))
    new, unjudged = came_between(connection, *_bounds(day, day))
    trained_on = model.topics[INTEREST].trained_on if model else {}
    return ScoredDay(
        day=day.isoformat(),
        judged=len(papers),
        kept=sum(kept.values()),
        new=new,
        unjudged=unjudged,
        shown=Shown(*shown_between(connection, day.isoformat(), day.isoformat())),
        learned_from=sum(trained_on.values()),
        ways=measures,
        scores=tuple((scores[paper.id], paper.keep) for paper in papers if model),
    )


def _by_topics(papers: Sequence[JudgedPaper]) -> list[str]:
    """Rank as `today` does before it has learned: topics share the first ten; untagged last."""
    candidates = [
        Candidate(paper.id, topic, score, own)
        for paper in papers
        for topic, score, own in paper.tags
    ]
    chosen = [one.paper for one in choose(candidates, FIRST)]
    rest = [one.paper for one in choose(candidates, 0)]
    return list(dict.fromkeys([*chosen, *rest, *(paper.id for paper in papers)]))


def _by_keywords(papers: Sequence[JudgedPaper], counters: Sequence[PhraseCounter]) -> list[str]:
    """Rank by how often a paper contains phrases of followed topics; ties by newest first."""
    counts = {
        paper.id: sum(counter.count(Text(paper.title, paper.abstract)) for counter in counters)
        for paper in papers
    }
    return sorted(counts, key=lambda paper: -counts[paper])
