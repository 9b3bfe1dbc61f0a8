"""Gather a digest of a day or of several."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from papertriage import __version__, clock, config
from papertriage.cache import digests, news, picks
from papertriage.cache.digests import Behind, Written
from papertriage.cache.eligible import SEEDS
from papertriage.cache.news import ArrivalWindow
from papertriage.cache.picks import Candidate
from papertriage.cache.receipts import last_receipts, receipts_since
from papertriage.cache.topics import topic_rows
from papertriage.errors import InputError
from papertriage.formats.digest import digest_text
from papertriage.models import CachedPaper, Filters
from papertriage.models.digest import Digest, TopicNews
from papertriage.text import clean
from papertriage.triage.choosing import choose
from papertriage.triage.day.coverage import coverages
from papertriage.triage.day.missing import missed_line
from papertriage.triage.day.picking import pick
from papertriage.triage.teaching.interest import active_model

WEEK = 7
# A reader's time does not grow with the days that were missed.
_BUDGETS_OF_A_WINDOW = 2
_CHARTED_AT_LEAST, _CHARTED_AT_MOST = 7, 28
_BEST = 3


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a digest is asked for: its first and last day, and limit None for the usual number."""

    first: date
    day: date
    filters: Filters
    limit: int | None = None
    again: bool = False
    trending: bool = False

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.day - self.first).days + 1

    def words(self) -> tuple[str, ...]:
        """Return what is asked for beside the last day, as options."""
        window = "--weekly" if self.days == WEEK else f"--since {self.days - 1}d"
        named = {
            "topic": self.filters.topics,
            "category": self.filters.categories,
            "source": self.filters.sources,
            "author": self.filters.authors,
        }
        return (
            *((window,) if self.days > 1 else ()),
            # Half a character from a shell can be written nowhere.
            *(
                f"--{name} {clean(value)}"
                for name, values in named.items()
                for value in sorted(values)
            ),
            *((f"--limit {self.limit}",) if self.limit is not None else ()),
            *(("--again",) if self.again else ()),
            *(("--trending",) if self.trending else ()),
        )


def budget(request: DigestRequest) -> int:
    """Return how many papers a digest picks at most: picks.limit for a day, twice that for more."""
    if request.limit is not None:
        return request.limit
    daily = int(config.number("picks.limit"))
    return daily if request.days == 1 else daily * _BUDGETS_OF_A_WINDOW


def digest_of(
    connection: sqlite3.Connection, request: DigestRequest, now: datetime
) -> tuple[Digest, str | None]:
    """Gather picks, what else was new and the state of the feeds; picks of today are stored.

    Returns the digest and a warning if its picks could not be stored. Raises InputError.
    """
    today = clock.local_day(now)
    chosen, warning = _picks(connection, request, today)
    first, end = clock.midnight(request.first), clock.midnight(request.day + timedelta(days=1))
    span = ArrivalWindow(clock.stamp(first), clock.stamp(end))
    # What papertriage comes with is no news.
    before = [one for one in last_receipts(connection, span.since) if one.source != SEEDS]
    # One from the future, by a clock that was ahead, mends nothing.
    latest = clock.latest(now)
    since = [
        one
        for one in receipts_since(connection, span.since)
        if one.source != SEEDS and one.at <= latest
    ]
    feeds = coverages(before, since, request.first, request.day)
    ids = [one.paper.id for one in chosen]
    charted = _charted(request)
    learned = active_model(connection) if request.day == today and not request.trending else None
    digest = Digest(
        day=request.day.isoformat(),
        # What the reader says of a paper is no part of the document, and changes no byte of it.
        picks=tuple(one._replace(decision=None, labels={}, interest=None) for one in chosen),
        waiting=news.count_unpicked(connection, span, request.filters, ids),
        receipts=tuple(r for r in since if r.at < span.end),
        first=request.first.isoformat(),
        asked=request.words(),
        new=news.count_new(connection, span, request.filters),
        topics=tuple(_news(connection, request.filters, span, ids, charted)),
        charted=tuple(day.isoformat() for day in charted),
        feeds=tuple(feeds),
        decisions=learned.decisions if learned else 0,
        missed=missed_line(connection, request.first, request.day) if _is_whole(request) else None,
    )
    return digests.identified(connection, digest, clock.stamp(now)), warning


def written_digest(
    connection: sqlite3.Connection, digest: Digest, form: str, request: DigestRequest, now: datetime
) -> tuple[str, str | None]:
    """Return the digest in a format, and a warning if its text could not be stored."""
    text = digest_text(form, digest)
    written = Written(digests.text_hash(text), digest.id, form, __version__)
    behind = Behind(
        {row.name: row.model for row in topic_rows(connection)},
        digest_settings(limited=request.limit is None),
    )
    return text, digests.store_digest(connection, digest, behind, written, text, clock.stamp(now))


def digest_settings(*, limited: bool) -> dict[str, object]:
    """Return the settings that shape a digest; limited: its size comes from them too."""
    settings: dict[str, object] = {"topics.off": list(config.names("topics.off"))}
    return {"picks.limit": int(config.number("picks.limit")), **settings} if limited else settings


def _picks(
    connection: sqlite3.Connection, request: DigestRequest, today: date
) -> tuple[list[CachedPaper], str | None]:
    limit, several = budget(request), request.days > 1
    filters = request.filters._replace(limit=limit)
    if request.trending:
        if request.day != today:
            msg = "--trending picks what has most upvotes now: it cannot cover past days"
            raise InputError(msg)
        # What was shown on another day of the window belongs to it.
        again = request.again or several
        return pick(connection, today, filters, again=again, trending=True)
    if request.day < today and not several:
        return picks.picked(connection, request.day.isoformat(), filters), None
    unlimited = filters._replace(limit=0)
    first, last = request.first.isoformat(), request.day.isoformat()
    before = _before(request, today).isoformat()
    earlier = picks.picked_between(connection, first, before, unlimited) if several else []
    if request.day == today:
        # Each 0 stands for all.
        daily = min(limit, int(config.number("picks.limit")) or limit) if several else limit
        wish = max(daily, limit - len(earlier)) if limit else 0
        again = request.again
        fresh, warning = pick(connection, today, filters._replace(limit=wish), again=again)
        if not several:
            return fresh, warning
    else:
        fresh, warning = [], None
    held = picks.picked_between(connection, first, last, unlimited)
    papers = {one.paper.id: one for one in (*held, *fresh) if one.decision != "skip"}
    return _best(papers, limit), warning


def _is_whole(request: DigestRequest) -> bool:
    """Say whether the digest is of all that came: what was missed is known of no part of it."""
    filters = request.filters
    return not any((filters.topics, filters.categories, filters.sources, filters.authors))


def _before(request: DigestRequest, today: date) -> date:
    return min(request.day, today - timedelta(days=1))


def _best(papers: dict[str, CachedPaper], limit: int) -> list[CachedPaper]:
    """Choose by score, which does not fade: the best of a week may be its oldest."""
    candidates = [
        Candidate(name, one.pick.topic, one.pick.score, one.pick.score)
        for name, one in papers.items()
        if one.pick
    ]
    chosen = [papers[candidate.paper] for candidate in choose(candidates, limit)]
    return [
        one._replace(pick=one.pick._replace(rank=rank))
        for rank, one in enumerate(chosen, start=1)
        if one.pick
    ]


def _charted(request: DigestRequest) -> list[date]:
    days = min(max(request.days, _CHARTED_AT_LEAST), _CHARTED_AT_MOST)
    return [request.day - timedelta(days=ago) for ago in reversed(range(days))]


def _news(
    connection: sqlite3.Connection,
    filters: Filters,
    span: ArrivalWindow,
    picked: list[str],
    charted: list[date],
) -> list[TopicNews]:
    new = news.count_new_by_topic(connection, span, filters)
    more = news.count_unpicked_by_topic(connection, span, filters, picked)
    daily = [news.count_new_by_topic(connection, _span(day), filters) for day in charted]
    topics = filters.topics or tuple(row.name for row in topic_rows(connection))
    found, shown = [], [*picked]
    for topic in sorted(topics):
        best = news.best_unpicked(connection, span, filters._replace(limit=_BEST), shown, topic)
        shown += [one.id for one in best]
        counts = tuple(counts.get(topic, 0) for counts in daily)
        found.append(TopicNews(topic, new.get(topic, 0), more.get(topic, 0), tuple(best), counts))
    return found


def _span(day: date) -> ArrivalWindow:
    begin, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    return ArrivalWindow(clock.stamp(begin), clock.stamp(end))
