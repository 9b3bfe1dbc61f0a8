"""Hold the data received from sources and files, and the receipt of a fetch or import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from papertriage.models import Sighting


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one fetch or import received from one feed, and what it missed.

    older counts the stored papers that are no news; whole_from and whole_to are the first and last
    announcement day of those without missing papers.
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
    """The announcement days (ISO dates, both included) without missing papers."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One page: its papers, one line for each bad one (which and why), and the feed's total.

    announced is the announcement day (ISO date) of the whole batch, if the feed gives one; outcome
    is the server's answer ("200", "304"); state is what to remember about the feed once this batch
    is on the disk, by name: validators, where to continue. "" deletes a name.

    whole holds the announcement days without missing papers; note is a remark on the feed for its
    receipt.
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

    passed counts the papers that were not read because their runs of lines are already in the
    cache, runs are the hashes of the runs completed by this batch, and share is how much of the
    file has been read, 0 to 1.
    """

    passed: int = 0
    runs: tuple[int, ...] = ()
    share: float | None = None
