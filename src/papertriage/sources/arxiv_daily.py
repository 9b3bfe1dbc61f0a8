"""Read arXiv's daily feeds: what was announced on the newest announcement day, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from papertriage.errors import InputError, SourceError
from papertriage.sources import _answers, _feed
from papertriage.sources._http import PoliteClient
from papertriage.sources.contract import Batch, Window
from papertriage.text import visible

# https://info.arxiv.org/help/rss.html: a feed lists at most 2,000 papers.
LIMIT = 2_000
FORMATS = ("rss", "atom")
# https://info.arxiv.org/help/availability.html: announcements follow US Eastern time.
_ZONE = ZoneInfo("America/New_York")
_URL = "sources.arxiv-daily.url"
_PREFIX = re.compile(r"arXiv:\S+\s+Announce Type:\s*(\S+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
_TYPES = frozenset({"new", "cross", "replace", "replace-cross"})
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")


class ArxivDaily:
    """The daily feed of some categories, as one feed."""

    name = "arxiv-daily"

    def __init__(self, client: PoliteClient, categories: tuple[str, ...]) -> None:
        """Read the feed at the client's address, which is that of these categories."""
        self._client = client
        self._categories = categories

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed, named after its categories."""
        return (f"{self.name}:{'+'.join(self._categories)}",)

    def batches(
        self,
        feed: str,
        window: Window,  # noqa: ARG002 - the feed holds the newest day and no other
        now: datetime,
        remembered: Mapping[str, str],
    ) -> Iterator[Batch]:
        """Yield one batch: the newest day's papers, none where nothing was announced.

        Raises SourceError after it where papers are missing. A batch that has come before, but
        now bears a later day, keeps its day: arXiv has served yesterday's papers as today's
        (cs.AI on 2026-08-12).
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv-daily has {self.feeds()[0]}"
            raise InputError(msg)
        headers = _answers.conditional(remembered.get("etag", ""), remembered.get("modified", ""))
        with self._client:
            reply = self._client.read(headers=headers)
        if reply.status == _answers.NOT_MODIFIED:
            announced = remembered.get("announced") or None
            yield Batch((), announced=announced, outcome=str(reply.status))
            return
        found = _read(reply.body if reply.status < 500 else b"")  # noqa: PLR2004 - RFC 9110, 15.6
        if found is None:
            _answers.body_of(reply, "arXiv", _URL)
            found = _feed.read_feed(reply.body, _feed.ANY)
        else:
            _refuse_error(found)
            _answers.body_of(reply, "arXiv", _URL)
        batch, fault = _batch(found, feed, now, remembered)
        # A validator of half a feed would hide the other half behind a 304.
        validators = {} if fault else {"etag": reply.etag, "modified": reply.modified}
        yield Batch(
            batch.sightings,
            batch.skipped,
            batch.total,
            batch.announced,
            str(reply.status),
            {**batch.state, **validators},
        )
        if fault:
            raise SourceError(fault)
