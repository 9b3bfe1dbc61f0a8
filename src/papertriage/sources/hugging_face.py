"""Read the Hugging Face daily papers day by day, with upvotes, comments and code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from papertriage import config, paths
from papertriage.dates import utc_date
from papertriage.errors import ConfigurationError, InputError, SourceError
from papertriage.models import Paper, Sighting
from papertriage.sources import _answers, _arxiv_services, _feed, _pending, _xml
from papertriage.sources._http import PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources._pending import PendingSpan
from papertriage.sources._time_limit import in_time
from papertriage.sources.contract import Batch, Window
from papertriage.text import clean, visible

SORTS = ("publishedAt", "trending")
# https://huggingface.co/docs/hub/rate-limits: 500 calls in five minutes without a login.
DELAY = 1.0
# The API's largest page.
PAGE_SIZE = 100
_MAX_PAGES = 50
# The daily papers began in 2023.
_FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MOST = 10**9
_MAX_URL = 500
_URL = "sources.hugging-face.url"
_KIND = "a list of papers in JSON"


class HuggingFace:
    """The daily papers, as one feed."""

    name = "hugging-face"

    def __init__(self, client: PoliteClient, sort: str = SORTS[0]) -> None:
        """Read from the client's address, sorted by one of SORTS."""
        self._client = client
        self._sort = sort

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed."""
        return (f"{self.name}:daily",)

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield a batch for each page, oldest day first; a day without papers is an empty batch.

        A window without a beginning starts yesterday. May raise SourceError after some batches.
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: hugging-face has {self.feeds()[0]}"
            raise InputError(msg)
        since = _midnight(now) - _DAY if window.since is None else window.since
        own = _pending.requested_span(Window(since, window.until), now, _FIRST_DAY)
        own = PendingSpan(_midnight(own.since), _midnight(own.until))
        spans = _pending.spans_to_fetch(remembered.get(_pending.PENDING, ""), own)
        with self._client:
            yield from _answers.after_pages(self._days(feed, spans, now))

    def _days(self, feed: str, spans: list[PendingSpan], now: datetime) -> Iterator[Batch]:
        while spans:
            span, *rest = spans
            day = span.since
            while day <= span.until:
                later = [PendingSpan(day + _DAY, span.until)] if day < span.until else []
                yield from self._pages(feed, day.date(), now, ([span, *rest], [*later, *rest]))
                day += _DAY
                span = PendingSpan(day, span.until)
            spans = rest

    def _pages(
        self, feed: str, day: date, now: datetime, left: tuple[list[PendingSpan], list[PendingSpan]]
    ) -> Iterator[Batch]:
        """Yield a day's pages; left are the spans to fetch before and after its last page."""
        params: dict[str, str | int] = {"date": day.isoformat(), "limit": PAGE_SIZE}
        reply = self._client.read({**params, "sort": self._sort})
        place = 1
        for _ in range(_MAX_PAGES):
            records = _records(_answers.body_of(reply, "Hugging Face", _URL))
            # An empty page is the last one, even if it links to a next one.
            following = reply.following if records else ""
            state = _pending.pending_state(left[0] if following else left[1])
            yield _batch(records, place, (feed, day.isoformat()), now.date(), state)
            place += len(records)
            if not following:
                return
            reply = self._client.read(address=following)
        msg = f"{day} has more than {_MAX_PAGES} pages: the next-page links may loop"
        raise SourceError(msg)


def configured(*, pace: RequestPace | None = None) -> HuggingFace:
    """Return the source as configured."""
    sort = config.text("sources.hugging-face.sort")
    if sort not in SORTS:
        msg = f"sources.hugging-face.sort is {visible(sort, 40)}: it must be {' or '.join(SORTS)}"
        raise ConfigurationError(msg)
    client = PoliteClient(
        f"{config.text(_URL).rstrip('/')}/api/daily_papers",
        pace or RequestPace(paths.data_dir() / "hugging-face.pace", DELAY),
        contact=config.text("sources.contact"),
    )
    return HuggingFace(client, sort)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC), time.min, UTC)


@in_time
def _records(body: bytes) -> list[Any]:
    text = body.decode("utf-8-sig", errors="replace")
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip().startswith("["):
            raise _feed.cut_off() from error
        raise _xml.not_of_kind(text, _KIND) from error
    if not isinstance(records, list):
        said = records.get("error") if isinstance(records, dict) else None
        why = f' ("{visible(said, 100)}")' if isinstance(said, str) else ""
        msg = f"the answer is not {_KIND}{why}: is {_URL} right?"
        raise SourceError(msg)
    if records and not any(isinstance(one, dict) and "paper" in one for one in records):
        msg = f"the answer is a list without papers: is {_URL} right?"
        raise SourceError(msg)
    return records


def _batch(
    records: list[Any],
    place: int,
    seen: tuple[str, str],
    today: date,
    state: dict[str, str],
) -> Batch:
    feed, day = seen
    sightings: list[Sighting] = []
    skipped: list[str] = []
    for at, record in enumerate(records, place):
        outer = record if isinstance(record, dict) else {}
        inner = outer.get("paper")
        inner = inner if isinstance(inner, dict) else {}
        try:
            paper = _paper(inner, outer, today)
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(at, _text(inner, 'id'))}: {unusable}")
            continue
        sightings.append(
            Sighting(
                paper,
                HuggingFace.name,
                feed,
                day,
                upvotes=_count(inner, "upvotes"),
                comments=_count(outer, "numComments"),
                place=at,
            )
        )
    # No announcement day: a requested day in the past is not a late announcement.
    return Batch(tuple(sightings), tuple(skipped), outcome=str(_answers.OK), state=state)


def _paper(inner: dict[str, Any], outer: dict[str, Any], today: date) -> Paper:
    found = _arxiv_services.arxiv_id(_text(inner, "id"))
    if found is None:
        msg = "no arXiv id"
        raise _feed.Unusable(msg)
    title = _text(inner, "title") or _text(outer, "title")
    abstract = _text(inner, "summary") or _text(outer, "summary")
    _feed.check_title(title, abstract)
    url, pdf_url = _arxiv_services.addresses(found[0], None)
    return Paper(
        id=found[0],
        title=title,
        abstract=abstract or None,
        authors=tuple(_authors(inner.get("authors"))),
        # The outer date lags by some hours.
        published=utc_date(_text(inner, "publishedAt") or _text(outer, "publishedAt"), today),
        url=url,
        pdf_url=pdf_url,
        code_url=_address(_text(inner, "githubRepo")),
    )


def _authors(given: object) -> Iterator[str]:
    for author in given if isinstance(given, list) else ():
        if isinstance(author, dict) and author.get("hidden") is not True:
            name = _text(author, "name")
            if name:
                yield name


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return clean(value) if isinstance(value, str) else ""


def _count(record: dict[str, Any], key: str) -> int | None:
    """Return a count, or None if it is absent, as in reduced answers."""
    value = record.get(key)
    return value if type(value) is int and 0 <= value < _MOST else None


def _address(given: str) -> str | None:
    usable = given.startswith(("https://", "http://")) and len(given) <= _MAX_URL
    return given if usable and " " not in given else None
