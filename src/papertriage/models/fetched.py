"""Hold what sources and files give, and the receipt of a fetch or an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from papertriage.models import Sighting


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one fetch or import got from one feed, and what it did not get.

    older counts the papers stored that are no news; whole_from and whole_to are the announcement
    days between which every paper of the feed has come.
    """

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
    older: int = 0
    whole_from: str | None = None
    whole_to: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """The announcement days (ISO dates), both included, of which no paper is missing."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One page: its papers, one line for each bad one (which and why), and the feed's total.

    announced is the announcement day (ISO date) of the whole batch, where the feed names one;
    outcome is what the server answered ("200", "304"); state is what to remember of the feed once
    this batch is on the disk, by name: validators, where to continue. "" forgets a name.

    whole says between which announcements every paper of the feed has come; note is a word on the
    feed for its receipt.
    """

    sightings: tuple[Sighting, ...]
    skipped: tuple[str, ...] = ()
    total: int | None = None
    announced: str | None = None
    outcome: str | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    whole: Whole | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FileBatch(Batch):
    """Papers of a file, and how far it has been read.

    passed is how many papers were not read because runs of lines say that they are in the cache,
    runs are the hashes of those that this batch completes, and share is how much of the file has
    been read, 0 to 1.
    """

    passed: int = 0
    runs: tuple[int, ...] = ()
    share: float | None = None
