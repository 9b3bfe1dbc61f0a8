"""Tell announcements from metadata changes in the records of arXiv's services."""

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
"""The announce types of papers that are new in these categories."""
_REPLACED = {NEW: "replace", CROSS: "replace-cross"}
# arXiv numbers papers when it announces them: YYMM.NNNNN, four digits up to 2014.
_NUMBER = re.compile(r"arxiv:([0-9]{4})\.([0-9]{4,5})")
_LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Listing:
    """The daily feed: its day, and the sighting of each paper in it, by id.

    all_of_it is False if the feed was truncated, full or unavailable.
    """

    day: date | None = None
    papers: Mapping[str, Sighting] = field(default_factory=dict)
    all_of_it: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fetch knows before it queries OAI-PMH.

    Announcement days: the papers from first to after are stored; those from reach on are requested;
    latest is the newest day possible. highest is the number of the newest paper up to after; known
    maps ids to the days on which the cache saw the papers announced.
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
        """Whether the daily feed lists everything announced since the last fetch."""
        listing = self.listing
        return (
            listing.all_of_it
            and listing.day is not None
            and self.after < listing.day <= next_announcement(self.after)
        )


def sighting_of(record: Record, asked: Asked, source: str, feed: str) -> Sighting:
    """Return a record as a sighting with the day and type of its announcement.

    The daily feed is authoritative. For papers that it does not list both are inferred: a paper is
    announced no earlier than the first announcement after its submission, and its number is higher
    than those of all papers announced before. A paper that was announced before may return with
    changed metadata or as a later version; then it is not news.
    """
    paper = record.paper
    told = asked.listing.papers.get(paper.id)
    if told is not None and asked.listing.day is not None:
        day = asked.listing.day.isoformat()
        whole = paper._replace(announced=day, version=paper.version or told.paper.version)
        kind = told.announce_type
        # A paper announced on a day whose feed we missed may already have been replaced.
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
    """Return a key that sorts arXiv ids by announcement; "" for ids in the format before 2007."""
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
    # If the daily feed lists everything new, the rest is not news; nor are old changes.
    elif held or asked.listed or not _recent(record, asked):
        return None, False, None
    # The cache would have it if it had been announced on a day that the cache is complete for. An
    # older paper that is cross-listed late looks like one that only got a comment or a DOI.
    if unseen:
        return kind, True, _day(None, record, asked)
    return None, False, None


def _is_fresh(record: Record, asked: Asked) -> bool:
    """Return whether a paper must have been announced after the last fetch."""
    paper = record.paper
    if paper.id in asked.known:
        return False
    earliest, _ = _first_days(paper.published, timed=record.timed)
    later_number = bool(asked.highest) and number(paper.id) > asked.highest
    return later_number or (earliest is not None and earliest > asked.after)


def _recent(record: Record, asked: Asked) -> bool:
    """Return whether a record may have changed because of an announcement not yet fetched."""
    if asked.latest <= asked.after:
        return False
    return not record.stamp or date.fromisoformat(record.stamp) >= asked.after


def _first_days(submitted: str | None, *, timed: bool) -> tuple[date | None, date | None]:
    """Return the first announcement days after the earliest and latest possible submission times.

    They differ for a day without a time, which may be before or after the deadline of that day.
    """
    if submitted is None:
        return None, None
    moment = datetime.fromisoformat(submitted)
    earliest = first_announcement(moment)
    if timed:
        return earliest, earliest
    return earliest, first_announcement(datetime.combine(moment.date(), _LAST_MOMENT, UTC))


def _day(earliest: date | None, record: Record, asked: Asked) -> date:
    """Return the most likely announcement day.

    That is the first one after the submission or, for a paper held in moderation, the day of its
    datestamp: the announcement at 20:00 counts for the next day, and its datestamp is that evening
    in New York, the day in UTC, or the day after either.
    """
    soonest = next_announcement(asked.after)
    if earliest is not None and earliest >= soonest:
        return earliest
    if record.stamp:
        stamped = latest_announcement(date.fromisoformat(record.stamp))
        return max(soonest, min(stamped, asked.latest))
    return soonest


def within(category: str | None, categories: tuple[str, ...]) -> bool:
    """Return whether a category is one of those configured, or in one of their archives."""
    if category is None:
        return False
    archive = category.partition(".")[0]
    return any(name in {category, archive, f"{archive}.*"} for name in categories)


def evening_before(day: date) -> date:
    """Return the day in New York on whose evening the papers of an announcement day appear."""
    return day - timedelta(days=1)
