"""Define the contract of a source: it names its feeds and yields their papers page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from papertriage.models.fetched import Batch, Whole

__all__ = [
    "ASKED_BEFORE",
    "Announced",
    "AnnouncementAware",
    "Batch",
    "Source",
    "Whole",
    "Window",
]


@dataclass(frozen=True, slots=True)
class Window:
    """The requested span of submission times, aware and UTC; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


ASKED_BEFORE = "asked-before"
"""The key in a feed's state for the day (ISO date) of the last complete search by submission."""

Announced = Callable[[Sequence[str]], Mapping[str, str]]
"""Returns for ids of papers the day (ISO date) on which the cache first saw them announced."""


@runtime_checkable
class AnnouncementAware(Protocol):
    """A source that uses the announcements seen by the cache to tell which papers are new."""

    def with_announced(self, announced: Announced) -> Source:
        """Return the same source, informed by announced."""
        ...


class Source(Protocol):
    """A service or a kind of feed that papers are fetched from."""

    name: str

    def feeds(self) -> tuple[str, ...]:
        """Return the names of the configured feeds, such as "arxiv:cs.LG+cs.CL"."""
        ...

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield the feed's papers; then may raise SourceError.

        remembered is the feed's state: each batch's state updates it once that batch is stored.
        """
        ...
