"""Define what a source is: it names its feeds and yields their papers page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from papertriage.models.fetched import Batch, Whole

__all__ = [
    "ASKED_BEFORE",
    "Announced",
    "Batch",
    "Knowing",
    "Source",
    "Whole",
    "Window",
]


@dataclass(frozen=True, slots=True)
class Window:
    """The span of submission times asked for, aware and UTC; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


ASKED_BEFORE = "asked-before"
"""What a feed's state calls the day (ISO date) of the last whole fetch by times of submission."""

Announced = Callable[[Sequence[str]], Mapping[str, str]]
"""Says of papers, by id, on which day (ISO date) the cache first saw arXiv announce them."""


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
