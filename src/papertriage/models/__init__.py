"""Hold the data passed between layers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

# A frozen dataclass costs 0.6 to 1.2 ms of CPU at every start, a NamedTuple 0.15 to 0.3: what every
# reading command needs are NamedTuples, and the dataclasses are in modules of their own.

Decision = Literal["keep", "skip", "later"]

PAST_TENSES: dict[Decision, str] = {"keep": "kept", "skip": "skipped", "later": "postponed"}
"""The decision on a paper."""

INTEREST = "interest"
"""Replaces a topic's name if a score says how likely a paper is to be kept."""


class Paper(NamedTuple):
    """A paper as provided by a source; dates are ISO 8601, UTC."""

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


class Sighting(NamedTuple):
    """A paper seen in a feed on a day (ISO date); place is its rank there, from 1.

    inferred says that day and announce type were worked out rather than given. A paper that is no
    news (a later version, changed metadata, a backfill) is stored, but never picked nor counted as
    new. authority overrides that of the source: see models/authority.py.
    """

    paper: Paper
    source: str
    feed: str
    day: str
    announce_type: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    place: int | None = None
    inferred: bool = False
    is_news: bool = True
    authority: int | None = None


OTHER_TERMS, NO_ABSTRACT, BASE_RATE = "(other terms)", "(no abstract)", "(base rate)"
"""Parts of a score other than terms; a term is a word, and has no brackets."""


def is_term(name: str) -> bool:
    """Return whether this is a term rather than another part of a score, such as BASE_RATE."""
    return not name.startswith("(")


class TopicScore(NamedTuple):
    """The tagger's score of a paper for a topic; evidence adds up to the score's log-odds."""

    topic: str
    score: float
    tagged: bool
    evidence: tuple[tuple[str, float], ...] = ()


class Pick(NamedTuple):
    """A paper chosen for a day."""

    rank: int
    score: float
    topic: str
    reasons: tuple[str, ...] = ()


class Interest(NamedTuple):
    """How likely a paper is to be kept, learned from past decisions; evidence adds up to it."""

    score: float
    evidence: tuple[tuple[str, float], ...]
    decisions: int


class Learned(NamedTuple):
    """Facts about a model of interest; `said` counts the journal lines it was learned from."""

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


class CachedPaper(NamedTuple):
    """A paper with everything the cache knows about it."""

    paper: Paper
    came: str
    sources: tuple[str, ...] = ()
    upvotes: int | None = None
    topics: tuple[TopicScore, ...] = ()
    decision: Decision | None = None
    labels: Mapping[str, bool] = MappingProxyType({})
    pick: Pick | None = None
    interest: Interest | None = None
    announce_type: str | None = None
    announcement_inferred: bool | None = None


class Filters(NamedTuple):
    """Which papers a listing includes: ISO days, both ends included; limit 0 means all.

    picked restricts it to papers that were picked on some day.
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
