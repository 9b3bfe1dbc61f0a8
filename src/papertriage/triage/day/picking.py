"""Choose the day's picks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta

from papertriage import clock
from papertriage.cache import picks
from papertriage.cache.eligible import Day
from papertriage.cache.listing import papers_by_id
from papertriage.cache.picks import Candidate
from papertriage.models import INTEREST, CachedPaper, Filters, Pick, TopicScore, is_term
from papertriage.text import counted
from papertriage.triage.choosing import choose, reader_day
from papertriage.triage.teaching.interest import active_model

_REASON_TERMS = 3
# A paper trends for about a week, which is also the period of the Hugging Face page.
_TRENDING_DAYS = 7


def ranked_candidates(
    connection: sqlite3.Connection, today: Day, filters: Filters, *, again: bool, since: str = ""
) -> list[Candidate]:
    """Return the day's candidates, best first, at most filters.limit.

    They are ranked by interest once enough was kept and skipped, and by topic before. By interest,
    no topic has reserved places, so that one that is always skipped sinks, and papers received
    before `since` (UTC) are left out.
    """
    if active_model(connection):
        return picks.by_interest(connection, today, filters, again=again, since=since)
    return choose(picks.candidates(connection, today, filters, again=again), filters.limit)


def pick(
    connection: sqlite3.Connection,
    day: date,
    filters: Filters,
    *,
    again: bool,
    trending: bool = False,
    since: str = "",
) -> tuple[list[CachedPaper], str | None]:
    """Choose and store the picks of today; return them, and a warning if storing failed.

    The same cache gives the same picks. The place of a pick that was decided stays empty for the
    day, so that the limit holds however fast the reader decides.
    """
    today = reader_day(day)
    done = picks.decided_ranks(connection, today)
    limit = filters.limit
    places = max(0, limit - sum(rank <= limit for rank in done)) if limit else 0
    chosen: list[Candidate] = []
    if (places or not limit) and trending:
        first = (day - timedelta(days=_TRENDING_DAYS)).isoformat()
        wanted = filters._replace(limit=places)
        chosen = picks.trending(connection, today, first, wanted, again=again)
    elif places or not limit:
        chosen = ranked_candidates(
            connection, today, filters._replace(limit=places), again=again, since=since
        )
    papers = papers_by_id(connection, [candidate.paper for candidate in chosen])
    ranks = _free_ranks(len(chosen), set(done))
    shown = [
        (c.paper, _pick(papers[c.paper], c, rank, votes=trending))
        for c, rank in zip(chosen, ranks, strict=True)
    ]
    warning = picks.record(connection, today.date, shown, clock.stamp(clock.now()))
    return [papers[paper]._replace(pick=own) for paper, own in shown], warning


def _pick(paper: CachedPaper, candidate: Candidate, rank: int, *, votes: bool) -> Pick:
    topic = candidate.topic or _best_tag(paper.topics)
    if candidate.topic or not paper.interest:
        found = reasons(paper.topics, topic)
    else:
        found = interest_reasons(paper, topic)
    votes_first = (counted(paper.upvotes or 0, "upvote"),) if votes else ()
    return Pick(rank, candidate.score, topic, (*votes_first, *found))


def _best_tag(topics: Sequence[TopicScore]) -> str:
    tagged = [topic for topic in topics if topic.tagged]
    return max(tagged, key=lambda topic: topic.score).topic if tagged else INTEREST


def interest_reasons(paper: CachedPaper, topic: str) -> tuple[str, ...]:
    """Return the strongest terms in favour of keeping, then "also ood: …" for each other tag."""
    evidence = paper.interest.evidence if paper.interest else ()
    own = TopicScore(topic, 0.0, tagged=False, evidence=evidence)
    others = [other for other in paper.topics if other.topic != topic]
    return reasons([own, *others], topic)


def reasons(topics: Sequence[TopicScore], topic: str) -> tuple[str, ...]:
    """Return the strongest terms in favour of the topic, then "also ood: …" for each other tag."""
    tagged = sorted((t for t in topics if t.tagged and t.topic != topic), key=lambda t: -t.score)
    own = next((t for t in topics if t.topic == topic), None)
    also = [(other.topic, ", ".join(_strongest_terms(other)[:2])) for other in tagged]
    return (
        *(_strongest_terms(own) if own else ()),
        *(f"also {name}: {terms}" if terms else f"also {name}" for name, terms in also),
    )


def _strongest_terms(topic: TopicScore) -> list[str]:
    terms: list[str] = []
    for term, weight in sorted(topic.evidence, key=lambda pair: -pair[1]):
        # "flow matching" makes "flow" redundant.
        if weight <= 0 or not is_term(term) or any(_within(term, other) for other in terms):
            continue
        terms = [other for other in terms if not _within(other, term)] + [term]
    return terms[:_REASON_TERMS]


def _within(term: str, other: str) -> bool:
    return f" {term} " in f" {other} "


def _free_ranks(count: int, taken: set[int]) -> list[int]:
    ranks: list[int] = []
    rank = 0
    while len(ranks) < count:
        rank += 1
        if rank not in taken:
            ranks.append(rank)
    return ranks
