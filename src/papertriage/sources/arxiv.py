"""Read the arXiv API: a search, page by page, within a window of submission times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from papertriage import config, paths
from papertriage.errors import InputError, SourceError
from papertriage.models import Sighting
from papertriage.sources import _atom
from papertriage.sources._http import PoliteClient, Reply
from papertriage.sources._pace import Pace
from papertriage.sources.contract import Batch, Window
from papertriage.text import visible

# The API's source pages over 10,000 results; the manual's 30,000 end in status 500.
MAX_RESULTS = 10_000
# https://info.arxiv.org/help/api/user-manual.html: slices of at most 2,000.
MAX_PAGE = 2_000
_EMPTY_TRIES = 3
_FIRST_PAPER = datetime(1991, 8, 1, tzinfo=UTC)
# https://arxiv.org/category_taxonomy: cs.LG, hep-th, cond-mat.mes-hall; cs.* is a wildcard.
_CATEGORY = re.compile(r"([a-z]+(?:-[a-z]+)*)(?:\.(\*|[a-z]+(?:-[a-z]+)*))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Span:
    """The minutes of one query, both ends included, and how far it has been read."""

    since: datetime
    until: datetime
    start: int = 0


class Arxiv:
    """One search of the arXiv API, as one feed."""

    name = "arxiv"

    def __init__(
        self,
        client: PoliteClient,
        categories: tuple[str, ...],
        *,
        query: str | None = None,
        page_size: int = 100,
    ) -> None:
        """Search the categories, a query, or both; raises InputError for a wrong one of them."""
        if not categories and query is None:
            msg = "no categories to fetch: name some, such as --categories cs.LG,stat.ML"
            raise InputError(msg)
        self._client = client
        self._categories = tuple(dict.fromkeys(map(_category, categories)))
        self._query = None if query is None else _query(query)
        self._page_size = min(page_size, MAX_PAGE)

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed: the categories, then the query."""
        parts = ["+".join(self._categories), self._query or ""]
        return (f"{self.name}:{' '.join(part for part in parts if part)}",)

    def batches(self, feed: str, window: Window, now: datetime) -> Iterator[Batch]:
        """Yield a batch a page, oldest submission first; raise SourceError after what came.

        Oldest first, because papers that arrive meanwhile then join at the end: sorted the other
        way each of them would push a paper over to the next page, where it comes twice, or, when
        one is withdrawn, lets one slip by unseen.
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv has {self.feeds()[0]}"
            raise InputError(msg)
        pages = 0
        try:
            with self._client:
                for page, total in self._pages(_span(window, now), now.date()):
                    pages += 1
                    yield _batch(page, feed, now, total)
        except SourceError as error:
            if pages == 0:
                raise
            fault, colon, advice = str(error).partition(": ")
            msg = f"{fault} after page {pages}{colon}{advice}"
            raise SourceError(msg) from error

    def search_query(self, since: datetime, until: datetime) -> str:
        """Return the API's search_query; every part in parentheses, for it knows no precedence."""
        parts = []
        if self._categories:
            parts.append(f"({' OR '.join(f'cat:{name}' for name in self._categories)})")
        if self._query is not None:
            parts.append(f"({self._query})")
        parts.append(f"submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]")
        return " AND ".join(parts)

    def _pages(self, span: _Span, today: date) -> Iterator[tuple[_atom.Page, int | None]]:
        first_total: int | None = None
        while True:
            page = self._page(span, today)
            first_total = page.total if first_total is None else max(first_total, page.total or 0)
            yield page, first_total
            span = replace(span, start=span.start + page.size)
            if page.truncated:
                msg = "the answer is truncated: try again later"
                raise SourceError(msg)
            if page.total is None:
                msg = "the answer has no totalResults: whether more papers follow is unknown"
                raise SourceError(msg)
            if span.start >= page.total:
                return
            if span.start >= MAX_RESULTS:
                span = _rest(span, page)

    def _page(self, span: _Span, today: date) -> _atom.Page:
        """Ask for one page, up to three times while it is empty and papers are due.

        Empty pages in the middle are a known fault of the API; taking one for the end would
        lose the rest of the day without a word.
        """
        params: dict[str, str | int] = {
            "search_query": self.search_query(span.since, span.until),
            "start": span.start,
            "max_results": min(self._page_size, MAX_RESULTS - span.start),
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        for _ in range(_EMPTY_TRIES):
            page = _atom.read_page(_body(self._client.read(params), today), today)
            if page.size or page.truncated or span.start >= (page.total or 0):
                return page
        msg = f"arXiv sent an empty page {_EMPTY_TRIES} times where papers are due: try again later"
        raise SourceError(msg)


def configured(
    categories: tuple[str, ...] | None = None, *, query: str | None = None, pace: Pace | None = None
) -> Arxiv:
    """Return the source as config.toml describes it; categories replace the configured ones."""
    # All of arXiv's services share one file: the limit holds for them together.
    pace = pace or Pace(paths.data_dir() / "arxiv.pace", config.number("sources.arxiv.delay"))
    address, contact = config.text("sources.arxiv.url"), config.text("sources.contact")
    return Arxiv(
        PoliteClient(address, pace, contact=contact),
        config.names("sources.arxiv.categories") if categories is None else categories,
        query=query,
        page_size=int(config.number("sources.arxiv.page-size")),
    )


def _category(given: str) -> str:
    """Return a category in arXiv's spelling; whatever could change the query is refused."""
    match = _CATEGORY.fullmatch(given.strip())
    if match is None:
        msg = f"{visible(given, 60)} is no arXiv category: they look like cs.LG or hep-th"
        raise InputError(msg)
    archive, subject = match[1].lower(), match[2]
    if subject is None:
        return archive
    # Two letters are written large (cs.LG), longer names small (physics.optics).
    return f"{archive}.{subject.upper() if len(subject) == 2 else subject.lower()}"  # noqa: PLR2004 - said above


def _query(given: str) -> str:
    """Return a search_query that stays inside the parentheses put round it."""
    query = " ".join(given.split())
    unquoted = re.sub(r'"[^"]*"', "", query)
    depth = 0
    for character in unquoted:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    if depth or '"' in unquoted or not query or not query.isprintable():
        msg = f"{visible(given, 80)}: not a search (are its quotes and parentheses closed?)"
        raise InputError(msg)
    return query


def _span(window: Window, now: datetime) -> _Span:
    since = max((window.since or _FIRST_PAPER).astimezone(UTC), _FIRST_PAPER)
    until = (window.until or now).astimezone(UTC)
    # The API counts in minutes: the one that has begun belongs to the window.
    until = (until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    if since > until:
        msg = f"the window ends ({until:%Y-%m-%d %H:%M}) before it begins ({since:%Y-%m-%d %H:%M})"
        raise InputError(msg)
    return _Span(since, until)


def _rest(span: _Span, page: _atom.Page) -> _Span:
    """Return the window from the newest paper read on: the API pages no further in this one."""
    seen = [paper.published for paper in page.papers if paper.published is not None]
    newest = max((datetime.fromisoformat(text) for text in seen), default=span.since)
    since = newest.replace(second=0)
    if not span.since < since <= span.until:
        msg = f"arXiv has more than {MAX_RESULTS:,} papers at one time: ask for fewer categories"
        raise SourceError(msg)
    return _Span(since, span.until)


def _body(reply: Reply, today: date) -> bytes:
    """Return the body of an answer with papers; raise SourceError for any other."""
    if reply.status == 200:  # noqa: PLR2004 - OK (RFC 9110 section 15.3.1)
        return reply.body
    try:
        _atom.read_page(reply.body, today)
        said = ""
    except SourceError as error:
        said = str(error)
    if said.startswith("arXiv refused"):
        raise SourceError(said)
    fault = f"{reply.status} {reply.reason}".rstrip()
    advice = {
        403: "arXiv has blocked this address, ask no more until you know why",
        404: "is sources.arxiv.url right?",
        429: "arXiv asks for a pause, try again in 15 minutes",
    }.get(reply.status, "try again later")
    if reply.retry_after:
        minutes = min(reply.retry_after, 86_400.0) / 60
        advice = f"arXiv asks to wait, try again in {max(1, round(minutes))} minutes"
    msg = f"{fault}: {advice}"
    raise SourceError(msg)


def _batch(page: _atom.Page, feed: str, now: datetime, total: int | None) -> Batch:
    day = now.astimezone(UTC).date().isoformat()
    sightings = tuple(Sighting(paper, Arxiv.name, feed, day) for paper in page.papers)
    return Batch(sightings, page.skipped, total)
