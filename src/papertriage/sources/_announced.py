"""Tell announcements from mere changes among the records of arXiv's services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from papertriage.models import Sighting
from papertriage.sources._oai import Record
from papertriage.sources.announcements import (
    first_announcement,
    latest_announcement,
    next_announcement,
)

NEW, CROSS = "new", "cross"
NEWS = frozenset({NEW, CROSS})
"""The announce types of papers that no announcement of these categories had before."""
_REPLACED = {NEW: "replace", CROSS: "replace-cross"}
# arXiv numbers papers when it announces them: YYMM.NNNNN, four digits up to 2014.
_NUMBER = re.compile(r"arxiv:([0-9]{4})\.([0-9]{4,5})")
_LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the daily feed says: its day, and the sighting of each paper that it lists, by id.

    all_of_it is False where the feed was cut off, full or not there.
    """

    day: date | None = None
    papers: Mapping[str, Sighting] = field(default_factory=dict)
    all_of_it: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fetch knows before it asks OAI-PMH.

    Announcement days: after, up to which the papers have come; first, from which on they have;
    reach, from which on they are asked for; latest, the newest that there can be. highest is the
    number of the newest paper up to after; known are the days on which the cache saw papers
    announced, by id.
    """

    categories: tuple[str, ...]
    after: date
    first: date
    reach: date
    latest: date
    highest: str
    listing: Listing
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> bool:
        """Say whether the daily feed lists all that was announced since."""
        listing = self.listing
        return (
            listing.all_of_it
            and listing.day is not None
            and self.after < listing.day <= next_announcement(self.after)
        )


def sighting_of(record: Record, asked: Asked, source: str, feed: str) -> Sighting:
    """Return a record as a sighting: with the announcement's day and type, told or inferred.

    The daily feed is believed. What it does not list is inferred: a paper is announced no earlier
    than the first announcement after its submission, and under a number above all that were
    announced before. What came before may return with other metadata or as a later version;
    then it is no news.
    """
    paper = record.paper
    told = asked.listing.papers.get(paper.id)
    if told is not None and asked.listing.day is not None:
        day = asked.listing.day.isoformat()
        whole = paper._replace(announced=day, version=paper.version or told.paper.version)
        kind = told.announce_type
        # What was announced on a day that the feed did not show may be replaced by now.
        is_news = kind in NEWS or _is_fresh(record, asked)
        return Sighting(whole, source, feed, day, announce_type=kind, is_news=is_news)
    kind, is_news, announced = _inferred(record, asked)
    if kind is None or announced is None:
        return Sighting(paper, source, feed, record.stamp, is_news=False)
    day = announced.isoformat()
    return Sighting(
        paper._replace(announced=day),
        source,
        feed,
        day,
        announce_type=kind,
        is_news=is_news,
        inferred=True,
    )


def number(paper_id: str) -> str:
    """Return what sorts arXiv's ids in the order of their announcement; "" for those of old."""
    match = _NUMBER.fullmatch(paper_id)
    return f"{match[1]}.{match[2]:0>5}" if match else ""


def _inferred(record: Record, asked: Asked) -> tuple[str | None, bool, date | None]:
    """Return the announce type, whether the paper is news, and the announcement day."""
    paper = record.paper
    kind = NEW if within(paper.primary_category, asked.categories) else CROSS
    held = paper.id in asked.known
    earliest, latest = _first_days(paper.published, timed=record.timed)
    if _is_fresh(record, asked):
        return kind, True, _day(earliest, record, asked)
    if not held and earliest is not None and earliest >= asked.reach:
        return kind, False, earliest
    unseen = not held and latest is not None and latest >= asked.first
    again, _ = _first_days(paper.updated, timed=record.timed)
    if paper.updated != paper.published and again is not None and again > asked.after:
        if not unseen or asked.listed:
            return _REPLACED[kind], False, _day(again, record, asked)
    # Where the daily feed names all that is new, the rest is not; nor is what changed long ago.
    elif held or asked.listed or not _recent(record, asked):
        return None, False, None
    # The cache would have it, had it been announced in the days that it is whole for. What is
    # older and cross-listed late looks like what merely got a comment or a DOI.
    if unseen:
        return kind, True, _day(None, record, asked)
    return None, False, None


def _is_fresh(record: Record, asked: Asked) -> bool:
    """Say whether a paper cannot have been announced before what the last fetch brought."""
    paper = record.paper
    if paper.id in asked.known:
        return False
    earliest, _ = _first_days(paper.published, timed=record.timed)
    later_number = bool(asked.highest) and number(paper.id) > asked.highest
    return later_number or (earliest is not None and earliest > asked.after)


def _recent(record: Record, asked: Asked) -> bool:
    """Say whether a record may have changed for an announcement after those that have come."""
    if asked.latest <= asked.after:
        return False
    return not record.stamp or date.fromisoformat(record.stamp) >= asked.after


def _first_days(submitted: str | None, *, timed: bool) -> tuple[date | None, date | None]:
    """Return the first announcement days after the earliest and the latest time that may be meant.

    A day without a time leaves open whether the deadline of that day was met.
    """
    if submitted is None:
        return None, None
    moment = datetime.fromisoformat(submitted)
    earliest = first_announcement(moment)
    if timed:
        return earliest, earliest
    return earliest, first_announcement(datetime.combine(moment.date(), _LAST_MOMENT, UTC))


def _day(earliest: date | None, record: Record, asked: Asked) -> date:
    """Return the announcement day that is most likely.

    It is the first one after the submission, and of a paper that was held the datestamp's: that of
    an announcement of 20:00, which counts for the next day, is this evening's in New York, UTC's,
    or the day after either.
    """
    soonest = next_announcement(asked.after)
    if earliest is not None and earliest >= soonest:
        return earliest
    if record.stamp:
        stamped = latest_announcement(date.fromisoformat(record.stamp))
        return max(soonest, min(stamped, asked.latest))
    return soonest


def within(category: str | None, categories: tuple[str, ...]) -> bool:
    """Say whether a category is one of those configured, or in one of their archives."""
    if category is None:
        return False
    archive = category.partition(".")[0]
    return any(name in {category, archive, f"{archive}.*"} for name in categories)


def evening_before(day: date) -> date:
    """Return the day in New York on whose evening a day's papers are announced."""
    return day - timedelta(days=1)
