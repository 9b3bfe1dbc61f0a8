"""Hold the data that crosses the borders between layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["keep", "skip", "later"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a source gives it; dates are ISO 8601, UTC."""

    id: str
    title: str
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    announced: str | None = None
    version: int | None = None
    categories: tuple[str, ...] = ()
    primary_category: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    doi: str | None = None
    comment: str | None = None
    code_url: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A paper seen in a feed on a day (ISO date); place is its rank there, from 1."""

    paper: Paper
    source: str
    feed: str
    day: str
    announce_type: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class TopicScore:
    """What the tagger says of a paper and a topic; evidence adds up to the score's log-odds."""

    topic: str
    score: float
    tagged: bool
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper chosen for a day."""

    rank: int
    score: float
    topic: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interest:
    """How likely a paper is to be kept, learned from so many decisions; evidence adds up to it."""

    score: float
    evidence: tuple[tuple[str, float], ...]
    decisions: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of a model of interest; `said` counts the journal's lines behind it."""

    key: int
    hash: str
    at: str
    keeps: int
    skips: int
    said: int
    calibration_error: float

    @property
    def decisions(self) -> int:
        """How many decisions it was learned from."""
        return self.keeps + self.skips


@dataclass(frozen=True, slots=True)
class CachedPaper:
    """A paper with everything that the cache knows of it."""

    paper: Paper
    came: str
    sources: tuple[str, ...] = ()
    upvotes: int | None = None
    topics: tuple[TopicScore, ...] = ()
    decision: Decision | None = None
    labels: dict[str, bool] = field(default_factory=dict)
    pick: Pick | None = None
    interest: Interest | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one fetch or import got from one feed, and what it did not get."""

    at: str
    source: str
    feed: str
    verdict: str
    since: str | None = None
    until: str | None = None
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: tuple[str, ...] = ()
    message: str | None = None
    replaced: int = 0
    cross_listed: int = 0
    merged: int = 0
    outcome: str | None = None
    newest: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the fetches of a digest's days got from one feed, together; days are ISO dates.

    Papers of the failed days may be missing; the mended ones failed and were fetched again since.
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


@dataclass(frozen=True, slots=True)
class Unpicked:
    """A tagged paper that is not among a digest's picks, with its score."""

    id: str
    title: str
    url: str | None
    score: float


@dataclass(frozen=True, slots=True)
class TopicNews:
    """What came of a topic: new papers in all, more of them than were picked, the best of those.

    counts are the papers that came on each of the digest's charted days.
    """

    topic: str
    new: int
    more: int
    best: tuple[Unpicked, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The picks of a day or of several, what else was new, and what is known of the feeds.

    day is the last one and first the first; asked is what was asked for beside them; missed is the
    estimate of what was overlooked; id and made (UTC) are known once the digest is kept.
    decisions are those that the picks were ranked by; 0: ranked by topics.
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


@dataclass(frozen=True, slots=True)
class Filters:
    """Which papers a listing asks for: ISO days, both ends included; limit 0 is all.

    With picked, only those that were picked on some day.
    """

    topics: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    decision: str | None = None
    limit: int = 0
    picked: bool = False
