"""Gather the digest of one or more days."""

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
# Readers do not have more time because they missed days.
_BUDGETS_OF_A_WINDOW = 2
_CHARTED_AT_LEAST, _CHARTED_AT_MOST = 7, 28
_BEST = 3


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """The options of a digest; limit None is the default size."""

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
        """Return the request as options, without the last day."""
        window = "--weekly" if self.days == WEEK else f"--since {self.days - 1}d"
        named = {
            "topic": self.filters.topics,
            "category": self.filters.categories,
            "source": self.filters.sources,
            "author": self.filters.authors,
        }
        return (
            *((window,) if self.days > 1 else ()),
            # An argument that is not valid UTF-8 cannot be stored or printed.
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
    """Return the most papers a digest picks: picks.limit for one day, twice that for several."""
    if request.limit is not None:
        return request.limit
    daily = int(config.number("picks.limit"))
    return daily if request.days == 1 else daily * _BUDGETS_OF_A_WINDOW


def digest_of(
    connection: sqlite3.Connection, request: DigestRequest, now: datetime
) -> tuple[Digest, str | None]:
    """Gather the picks, what else was new and the state of the feeds; store the picks of today.

    Returns the digest, and a warning if its picks could not be stored. Raises InputError.
    """
    today = clock.local_day(now)
    chosen, warning = _picks(connection, request, today)
    first, end = clock.midnight(request.first), clock.midnight(request.day + timedelta(days=1))
    span = ArrivalWindow(clock.stamp(first), clock.stamp(end))
    # The seeds are not news.
    before = [one for one in last_receipts(connection, span.since) if one.source != SEEDS]
    # Ignore receipts from the future, written while the clock was ahead.
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
        # Decisions and labels are not part of a digest, and must not change it.
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
    """Return the settings that a digest depends on; with limited, also the one for its size."""
    settings: dict[str, object] = {"topics.off": list(config.names("topics.off"))}
    return {"picks.limit": int(config.number("picks.limit")), **settings} if limited else settings


def _picks(
    connection: sqlite3.Connection, request: DigestRequest, today: date
) -> tuple[list[CachedPaper], str | None]:
    limit, several = budget(request), request.days > 1
    filters = request.filters._replace(limit=limit)
    if request.trending:
        if request.day != today:
            msg = "--trending cannot be used for a past day: upvotes are counted as of now"
            raise InputError(msg)
        # Papers picked on other days of the window belong to the digest.
        again = request.again or several
        return pick(connection, today, filters, again=again, trending=True)
    if request.day < today and not several:
        return picks.picked(connection, request.day.isoformat(), filters), None
    unlimited = filters._replace(limit=0)
    first, last = request.first.isoformat(), request.day.isoformat()
    before = _before(request, today).isoformat()
    earlier = picks.picked_between(connection, first, before, unlimited) if several else []
    if request.day == today:
        # 0 means no limit.
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
    """Return whether the digest has no filters: missed papers are only estimated without."""
    filters = request.filters
    return not any((filters.topics, filters.categories, filters.sources, filters.authors))


def _before(request: DigestRequest, today: date) -> date:
    return min(request.day, today - timedelta(days=1))


def _best(papers: dict[str, CachedPaper], limit: int) -> list[CachedPaper]:
    """Choose by score, not merit: the best paper of a week may be its oldest."""
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
