"""Say what every source does: name its feeds and bring their papers page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from papertriage.models import Sighting


@dataclass(frozen=True, slots=True)
class Window:
    """The span of submission times asked for, aware and UTC; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


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

    Of a file: passed is how many papers were not read because runs of lines say that they are in
    the cache, runs are the hashes of those that this batch completes, and share is how much of the
    file has been read, 0 to 1.
    """

    sightings: tuple[Sighting, ...]
    skipped: tuple[str, ...] = ()
    total: int | None = None
    announced: str | None = None
    outcome: str | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    passed: int = 0
    runs: tuple[int, ...] = ()
    share: float | None = None
    whole: Whole | None = None
    note: str | None = None


ASKED_BEFORE = "asked-before"
"""What a feed's state calls the day (ISO date) of the last whole fetch by times of submission."""

Announced = Callable[[Sequence[str]], Mapping[str, str]]
"""Says of papers, by id, on which day (ISO date) the cache first saw arXiv announce them."""

Known = Callable[[int], bool]
"""Says whether all papers of a run of lines, by its hash, are in the cache."""


def nothing_known(_run: int) -> bool:
    """Say of every run that it is new."""
    return False


@runtime_checkable
class Knowing(Protocol):
    """A source that tells better what is new where it knows what the cache has seen announced."""

    def knowing(self, announced: Announced) -> Source:
        """Return the same source with that knowledge."""
        ...


class Source(Protocol):
    """Code that reads one kind of place."""

    name: str

    def feeds(self) -> tuple[str, ...]:
        """Return the names of the configured feeds, such as "arxiv:cs.LG+cs.CL"."""
        ...

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield the feed's papers; raise SourceError after the batches that came.

        remembered is the feed's state as the last stored batch left it: each batch's state is
        laid over it once that batch is on the disk.
        """
        ...
