"""Hold what sources give, and what a fetch or an import got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from papertriage.models import Paper


class Sighting(NamedTuple):
    """A paper seen in a feed on a day (ISO date); place is its rank there, from 1.

    inferred says that day and announce type were worked out, not told. What is no news is stored
    and never picked nor counted as new: a later version, changed metadata, a backfill.
    authority says whose word it is where that is not the source's: see models/authority.py.
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
