"""Hold the content of a digest."""

from __future__ import annotations

from dataclasses import dataclass

from papertriage.models import CachedPaper
from papertriage.models.fetched import Receipt


@dataclass(frozen=True, slots=True)
class Coverage:
    """All fetches of one feed over a digest's days, in summary; days are ISO dates.

    Papers of the failed days may be missing; the mended ones failed and were fetched again since.
    whole_from and whole_to are the first and last announcement day of those without missing papers.
    """

    source: str
    feed: str
    verdict: str
    new: int = 0
    updated: int = 0
    skipped: int = 0
    why_skipped: str | None = None
    message: str | None = None
    failed: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    whole_from: str | None = None
    whole_to: str | None = None


@dataclass(frozen=True, slots=True)
class Unpicked:
    """A tagged paper that is not among a digest's picks, with its score."""

    id: str
    title: str
    url: str | None
    score: float


@dataclass(frozen=True, slots=True)
class TopicNews:
    """What was new for a topic: all new papers, how many were not picked, and the best of those.

    counts are the papers added on each of the digest's charted days.
    """

    topic: str
    new: int
    more: int
    best: tuple[Unpicked, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The picks of one or several days, what else was new, and the state of the feeds.

    day is the last one and first the first; asked holds the options other than the days; missed is
    the estimate of papers overlooked; id and made (UTC) are known once the digest is stored.
    decisions counts those that the picks were ranked by; 0: ranked by topics.
    """

    day: str
    picks: tuple[CachedPaper, ...]
    waiting: int
    receipts: tuple[Receipt, ...]
    first: str = ""
    asked: tuple[str, ...] = ()
    new: int = 0
    topics: tuple[TopicNews, ...] = ()
    charted: tuple[str, ...] = ()
    feeds: tuple[Coverage, ...] = ()
    missed: str | None = None
    id: str = ""
    made: str = ""
    decisions: int = 0
