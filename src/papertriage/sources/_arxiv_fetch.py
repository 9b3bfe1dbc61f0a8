"""Query arXiv's services in turn for the papers announced since the last fetch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from papertriage.errors import NoAnswer, SourceError
from papertriage.models import Sighting
from papertriage.models.authority import authority_of
from papertriage.sources import _answers, _oai, _pending, arxiv_oai
from papertriage.sources._announced import NEWS, Asked, Listing, number, sighting_of
from papertriage.sources._arxiv_memory import is_busy, memory_of, state_of
from papertriage.sources._http import PoliteClient
from papertriage.sources._oai import Record
from papertriage.sources._pending import PendingSpan
from papertriage.sources.announcements import (
    announcement_day,
    eastern_day,
    first_announcement,
    latest_announcement,
    next_announcement,
)
from papertriage.sources.arxiv_daily import ArxivDaily, Refused
from papertriage.sources.arxiv_search import ArxivSearch
from papertriage.sources.contract import ASKED_BEFORE, Announced, Batch, Whole, Window

_DAY = timedelta(days=1)
# From an announcement at 20:00 in New York to midnight, when the daily feed lists it.
_EVENING = timedelta(hours=4)
# The number of announcement days in a first fetch.
_FIRST_FETCH = 2
# Moderation holds most papers for one to four days.
_HELD = timedelta(days=5)
# How far back to look for papers that a window of submission times missed.
_LOST = timedelta(days=14)
_SOURCE = "arxiv"
_DAILY, _OAI = "daily.", "oai."
# Only arXivRaw has versions and times; the other metadata are the same.
_FORMS = ("arXivRaw", "arXiv")


@dataclass(frozen=True, slots=True)
class Services:
    """Some categories, and a client of each of arXiv's services."""

    categories: tuple[str, ...]
    daily: ArxivDaily
    oai: PoliteClient
    search: ArxivSearch


class Fetch:
    """A fetch in progress, with what it has learned from the services so far."""

    def __init__(
        self,
        services: Services,
        announced: Announced,
        feed: str,
        since: datetime | None,
        now: datetime,
        remembered: Mapping[str, str],
    ) -> None:
        """Begin where the last fetch ended according to the feed's state, or at since."""
        self._services, self._announced = services, announced
        self._feed, self._now, self._remembered = feed, now, remembered
        self._memory = memory_of(remembered)
        self._since = eastern_day(since) if since else None
        self._due = announcement_day(now)
        self._daily_batch = Batch(())
        self._done: set[str] = set()
        self._numbers: list[str] = []
        self._counts: Counter[str] = Counter()
        # The newest announcement day of any paper seen through OAI-PMH.
        self._shown: date | None = None

    def batches(self) -> Iterator[Batch]:
        """Yield the papers, then which days are complete; raise SourceError if today's is not."""
        listing, fault = self._daily_feed()
        if isinstance(fault, Refused):
            raise fault
        asked = self._asked(listing)
        if self._daily_batch.skipped:
            yield Batch((), self._daily_batch.skipped)
        failed: SourceError | None = None
        if fault is not None or not self._is_up_to_date(asked):
            try:
                yield from self._changed(asked)
            except SourceError as error:
                failed = error
        yield from self._rest_of_the_listing(asked)
        claim = self._claim(asked, failed)
        if failed is not None and claim < self._due:
            yield from self._searched(asked)
        yield self._last_batch(asked, claim, failed)
        if failed is not None and claim < self._due:
            raise failed

    def _daily_feed(self) -> tuple[Listing, SourceError | None]:
        """Return the daily feed's papers, and the error if reading it failed."""
        daily, fault = self._services.daily, None
        own = {
            key.removeprefix(_DAILY): value
            for key, value in self._remembered.items()
            if key.startswith(_DAILY)
        }
        try:
            for batch in daily.batches(daily.feeds()[0], Window(), self._now, own):
                self._daily_batch = batch
        except SourceError as error:
            fault = error
        found = self._daily_batch
        papers = {one.paper.id: one for one in found.sightings}
        # On a day without an announcement the feed is empty but has that day's date.
        if found.announced is None or not (papers or found.outcome == str(_answers.NOT_MODIFIED)):
            return Listing(), fault
        if self._announced_before(papers, found.announced):
            self._daily_batch = Batch((), outcome=found.outcome)
            return Listing(), fault
        day = date.fromisoformat(found.announced)
        return Listing(day, papers, all_of_it=bool(papers) and fault is None), fault

    def _announced_before(self, papers: Mapping[str, Sighting], day: str) -> bool:
        """Return whether most of the papers that the feed calls new were announced earlier."""
        news = [name for name, one in papers.items() if one.announce_type in NEWS]
        known = self._announced(news)
        return 2 * sum(known.get(name, day) < day for name in news) > len(news)

    def _asked(self, listing: Listing) -> Asked:
        latest = max(self._due, listing.day or self._due)
        memory = self._memory
        after = memory.last or self._before_the_first(latest)
        first = memory.first or next_announcement(after)
        reach = next_announcement(after)
        if self._since is not None:
            reach = min(reach, next_announcement(self._since - _DAY))
        categories = self._services.categories
        return Asked(categories, after, first, reach, latest, memory.highest, listing)

    def _before_the_first(self, latest: date) -> date:
        """Return the announcement day before the first one of a first fetch."""
        day = latest
        for _ in range(_FIRST_FETCH):
            day = latest_announcement(day - _DAY)
        before = self._remembered.get(ASKED_BEFORE)
        if before:
            day = min(day, latest_announcement(date.fromisoformat(before) - _LOST))
        return day

    def _is_up_to_date(self, asked: Asked) -> bool:
        """Return whether nothing was announced since, so that OAI-PMH can be skipped."""
        confirmed = self._memory.confirmed
        # OAI-PMH has the papers on the evening, the daily feed only from midnight on.
        newest = max(asked.latest, announcement_day(self._now + _EVENING))
        return (
            confirmed is not None
            and asked.reach >= asked.first
            and min(asked.after, confirmed) >= newest
        )

    def _changed(self, asked: Asked) -> Iterator[Batch]:
        """Yield the changes in OAI-PMH, set by set; raise the first SourceError after all sets.

        If the service does not answer, the other sets are skipped.
        """
        failed: SourceError | None = None
        with self._services.oai:
            for name in arxiv_oai.sets_of(self._services.categories):
                try:
                    yield from self._changed_in(name, asked)
                except NoAnswer as error:
                    failed = failed or error
                    break
                except SourceError as error:
                    failed = failed or error
        if failed is not None:
            raise failed

    def _changed_in(self, name: str, asked: Asked) -> Iterator[Batch]:
        """Yield a set's batches.

        The papers announced on an evening have that evening's date in New York as their datestamp
        or a later one; it may be the announcement day of the papers before them.
        """
        since = min(self._memory.confirmed or asked.after, asked.reach - _DAY)
        own = PendingSpan(_midnight(since), _midnight(self._now.astimezone(UTC).date()))
        key = f"{_OAI}{name}"
        spans = _pending.spans_to_fetch(self._remembered.get(key, ""), own)
        for form in _FORMS:
            pages = arxiv_oai.harvested(self._services.oai, name, spans, self._now, form=form)
            try:
                for page, rest in _answers.after_pages(pages):
                    sightings = self._sightings(page.records, asked)
                    state = {key: _pending.pending_state(rest)[_pending.PENDING]}
                    yield Batch(sightings, page.skipped, page.total, outcome="200", state=state)
            except _oai.UnknownFormat:
                if form == _FORMS[-1]:
                    raise
            else:
                return

    def _sightings(self, records: Sequence[Record], asked: Asked) -> tuple[Sighting, ...]:
        fresh = {one.paper.id: one for one in records if one.paper.id not in self._done}
        self._done.update(fresh)
        asked = replace(asked, known=self._announced(list(fresh)))
        found = [sighting_of(one, asked, _SOURCE, self._feed) for one in fresh.values()]
        for record, sighting in zip(fresh.values(), found, strict=True):
            self._count(sighting)
            if record.stamp and sighting.announce_type in NEWS:
                self._take_as_shown(sighting)
        return tuple(found)

    def _count(self, sighting: Sighting) -> None:
        if sighting.is_news:
            self._counts[sighting.day] += 1
            self._numbers.append(number(sighting.paper.id))

    def _take_as_shown(self, sighting: Sighting) -> None:
        """Record the announcement day of a paper that was announced as early as possible.

        For papers held in moderation only the daily feed knows the day for certain.
        """
        published = sighting.paper.published
        if published is None:
            return
        soonest = first_announcement(datetime.fromisoformat(published))
        if soonest.isoformat() == sighting.day:
            self._shown = max(self._shown or soonest, soonest)

    def _rest_of_the_listing(self, asked: Asked) -> Iterator[Batch]:
        """Yield the papers of the daily feed that OAI-PMH does not have yet."""
        rest = [
            one._replace(
                source=_SOURCE,
                feed=self._feed,
                is_news=one.announce_type in NEWS,
                authority=authority_of(one),
            )
            for name, one in asked.listing.papers.items()
            if name not in self._done
        ]
        for sighting in rest:
            self._count(sighting)
        if rest:
            yield Batch(tuple(rest), outcome=self._daily_batch.outcome)

    def _claim(self, asked: Asked, failed: SourceError | None) -> date:
        """Return the announcement day up to which all papers are stored."""
        listing = asked.listing
        if failed is not None:
            return listing.day if asked.listed and listing.day else asked.after
        listed = listing.day if listing.all_of_it else None
        seen = max((day for day in (self._shown, listed) if day), default=asked.after)
        if seen < self._due and not is_busy({**self._memory.counts, **self._counts}):
            return max(asked.after, self._due)
        # If no service has papers of a day that should have some, they are late or there are none.
        return max(asked.after, seen)

    def _searched(self, asked: Asked) -> Iterator[Batch]:
        """Yield papers from the API if OAI-PMH does not answer; ignore errors of the API."""
        search = self._services.search
        window = Window(since=_midnight(asked.after) - _HELD)
        try:
            for batch in search.batches(search.feeds()[0], window, self._now, {}):
                days = {one.paper.id: one.day for one in batch.sightings}
                found = self._sightings([Record(one.paper) for one in batch.sightings], asked)
                dated = (one._replace(day=one.day or days[one.paper.id]) for one in found)
                yield replace(batch, sightings=tuple(dated), state={})
        except SourceError:
            return

    def _last_batch(self, asked: Asked, claim: date, failed: SourceError | None) -> Batch:
        """Return the batch that records the announcements for which all papers are stored."""
        outcome = self._daily_batch.outcome
        memory = self._memory
        if memory.first is None and claim < asked.first:
            return Batch((), outcome=outcome, note=self._lateness(claim))
        first = asked.first if failed else min(asked.first, asked.reach)
        if claim > asked.after or not memory.highest:
            highest = max([memory.highest, *self._numbers])
            counts = {**memory.counts, **self._counts}
            memory = replace(memory, highest=highest, counts=counts)
        memory = replace(memory, first=first, last=claim, confirmed=self._confirmed(asked, claim))
        state = {**state_of(memory), ASKED_BEFORE: ""}
        if asked.listing.day is None or claim >= asked.listing.day:
            daily = self._daily_batch.state
            state |= {f"{_DAILY}{key}": value for key, value in daily.items()}
        whole = Whole(first.isoformat(), claim.isoformat())
        return Batch((), outcome=outcome, state=state, whole=whole, note=self._lateness(claim))

    def _confirmed(self, asked: Asked, claim: date) -> date | None:
        """Return the last announcement day complete in OAI-PMH, where the next fetch begins.

        On the evening of an announcement OAI-PMH may not have all of its papers yet.
        """
        confirmed, shown = self._memory.confirmed, self._shown
        if shown is None:
            return confirmed
        if eastern_day(self._now) < shown:
            shown = min(asked.after, latest_announcement(shown - _DAY))
        return max(min(shown, claim), confirmed or date.min)

    def _lateness(self, claim: date) -> str | None:
        if claim >= self._due:
            return None
        return f"no paper announced on {self._due} is available yet: try again later"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
