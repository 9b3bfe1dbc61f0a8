"""Say what every source does: name its feeds and bring their papers page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from papertriage.models import Sighting


@dataclass(frozen=True, slots=True)
class Window:
    """The span of submission times asked for, aware and UTC; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One page: its papers, one line for each bad one (which and why), and the feed's total."""

    sightings: tuple[Sighting, ...]
    skipped: tuple[str, ...] = ()
    total: int | None = None


class Source(Protocol):
    """Code that reads one kind of place."""

    name: str

    def feeds(self) -> tuple[str, ...]:
        """Return the names of the configured feeds, such as "arxiv:cs.LG+cs.CL"."""
        ...

    def batches(self, feed: str, window: Window, now: datetime) -> Iterator[Batch]:
        """Yield the feed's papers; raise SourceError after the batches that came."""
        ...
