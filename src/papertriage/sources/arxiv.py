"""Fetch all papers that arXiv announces in some categories, from OAI-PMH and the daily feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from papertriage import config
from papertriage.errors import InputError
from papertriage.models import Sighting
from papertriage.sources import (
    _arxiv_services,
    _pending,
    arxiv_daily,
    arxiv_oai,
    arxiv_search,
)
from papertriage.sources._arxiv_fetch import Fetch, Services
from papertriage.sources._http import PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources.arxiv_search import ArxivSearch
from papertriage.sources.contract import Announced, Batch, Window
from papertriage.text import visible

NAME = "arxiv"


class Arxiv:
    """All papers that arXiv announces in some categories, as one feed."""

    name = NAME

    def __init__(self, services: Services, announced: Announced | None = None) -> None:
        """Use clients of arXiv's services.

        announced returns the days on which the cache saw papers announced.
        """
        self._services = services
        self._announced = announced or _nothing_announced

    def with_announced(self, announced: Announced) -> Arxiv:
        """Return the same source, informed about the announcements that the cache has seen."""
        return Arxiv(self._services, announced)

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed, named after its categories."""
        return (f"{self.name}:{'+'.join(self._services.categories)}",)

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield papers announced or changed since the last fetch; then may raise SourceError.

        A window may begin earlier; the older papers that it adds are not news. A window that ends
        in the past is searched by submission time.
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv has {self.feeds()[0]}"
            raise InputError(msg)
        if window.until is not None and window.until < now:
            search = self._services.search
            own = {key: value for key, value in remembered.items() if key == _pending.PENDING}
            for batch in search.batches(search.feeds()[0], window, now, own):
                yield replace(batch, sightings=tuple(_no_news(batch.sightings, feed)))
            return
        fetch = Fetch(self._services, self._announced, feed, window.since, now, remembered)
        yield from fetch.batches()


def configured(
    categories: tuple[str, ...] | None = None, *, pace: RequestPace | None = None
) -> Arxiv | ArxivSearch:
    """Return the source as configured; with a configured query it is a search of the API."""
    if config.text("sources.arxiv.query").strip():
        return arxiv_search.configured(categories, pace=pace)
    wanted = config.names("sources.arxiv.categories") if categories is None else categories
    wanted = _arxiv_services.categories(wanted)
    pace = pace or _arxiv_services.shared_pace()
    oai = PoliteClient(
        config.text("sources.arxiv-oai.url"),
        pace,
        contact=config.text("sources.contact"),
        limits=arxiv_oai.LIMITS,
    )
    daily = arxiv_daily.configured(wanted, pace=pace)
    return Arxiv(Services(wanted, daily, oai, arxiv_search.configured(wanted, pace=pace)))


def _nothing_announced(_ids: Sequence[str]) -> Mapping[str, str]:
    return {}


def _no_news(sightings: Sequence[Sighting], feed: str) -> Iterator[Sighting]:
    for sighting in sightings:
        yield sighting._replace(source=NAME, feed=feed, is_news=False)
