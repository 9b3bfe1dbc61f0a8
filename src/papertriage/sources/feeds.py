"""Read the configured RSS and Atom feeds, such as journals, blogs and bioRxiv."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from papertriage import config, paths
from papertriage.errors import InputError
from papertriage.models import Sighting
from papertriage.sources import _addresses, _answers, _arxiv_services, _feed, _feed_paper
from papertriage.sources._http import PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources._time_limit import in_time
from papertriage.sources.contract import Batch, Window
from papertriage.text import visible

DELAY = 1.0
_MAX_NAME = 100
_URLS = "sources.feeds.urls"


class Feeds:
    """The configured RSS and Atom feeds."""

    name = "feeds"

    def __init__(self, clients: Mapping[str, PoliteClient]) -> None:
        """Read the clients' addresses; the keys are the names of their feeds."""
        self._clients = clients

    def feeds(self) -> tuple[str, ...]:
        """Return the names of the feeds; raise InputError if none is configured."""
        if not self._clients:
            msg = f"no feeds to read: add some with `papertriage config set {_URLS} ADDRESS,…`"
            raise InputError(msg)
        return tuple(self._clients)

    def batches(
        self,
        feed: str,
        window: Window,  # noqa: ARG002 - a feed cannot be queried
        now: datetime,
        remembered: Mapping[str, str],
    ) -> Iterator[Batch]:
        """Yield one batch with all papers of the feed, empty if nothing has changed."""
        if feed not in self._clients:
            msg = f"unknown feed {visible(feed, 80)}: see `papertriage config get {_URLS}`"
            raise InputError(msg)
        headers = _answers.conditional(remembered.get("etag", ""), remembered.get("modified", ""))
        with self._clients[feed] as client:
            reply = client.read(headers=headers)
        if reply.status == _answers.NOT_MODIFIED and headers:
            yield Batch((), outcome=str(reply.status))
            return
        body = _answers.body_of(reply, "the server", _URLS)
        found = _feed.read_feed(body, _feed.ANY, declared=True)
        _feed.refuse_empty(found)
        address = self._clients[feed].address
        sightings, skipped = _sightings(found, feed, address, now.astimezone(UTC).date())
        # The validators of an incomplete feed would hide the rest behind a 304.
        unread = found.truncated or (skipped and not sightings)
        state = {} if unread else {"etag": reply.etag, "modified": reply.modified}
        yield Batch(sightings, skipped, found.size, outcome=str(reply.status), state=state)
        if found.truncated:
            raise _feed.cut_off()


def configured(*, pace: RequestPace | None = None) -> Feeds:
    """Return the source as configured."""
    contact = config.text("sources.contact")
    urls = dict.fromkeys(url.strip() for url in config.names(_URLS) if url.strip())
    return Feeds(
        {feed_name(url): PoliteClient(url, pace or _pace(url), contact=contact) for url in urls}
    )


def feed_name(url: str) -> str:
    """Return "feeds:example.org/rss", plus a hash if the address has secret or long parts."""
    shown = _addresses.shown(url).partition("://")[2] or _addresses.shown(url)
    if _addresses.hides_parts(url) or len(shown) > _MAX_NAME:
        shown = (
            f"{shown[:_MAX_NAME]}#{hashlib.sha256(url.encode(errors='replace')).hexdigest()[:8]}"
        )
    return f"{Feeds.name}:{shown}"


def _pace(url: str) -> RequestPace:
    """Return the pace of the address's host; all of arXiv's hosts share one."""
    try:
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        host = ""
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        return _arxiv_services.shared_pace()
    file = re.sub(r"[^a-z0-9.-]", "_", host)[:_MAX_NAME]
    return RequestPace(paths.data_dir() / f"feed-{file}.pace", DELAY)


@in_time
def _sightings(
    found: _feed.Feed, feed: str, address: str, today: date
) -> tuple[tuple[Sighting, ...], tuple[str, ...]]:
    sightings: list[Sighting] = []
    skipped = list(found.skipped)
    for number, entry in found.entries:
        try:
            paper, authority = _feed_paper.paper_and_authority(entry, today, address, found.head)
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(number, _feed.field(entry, 'id'))}: {unusable}")
        else:
            day = today.isoformat()
            sightings.append(Sighting(paper, Feeds.name, feed, day, authority=authority))
    return tuple(sightings), tuple(skipped)
