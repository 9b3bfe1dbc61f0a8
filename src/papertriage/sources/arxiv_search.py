"""Search the arXiv API page by page, within a window of submission times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.models import Sighting
from papertriage.sources import _answers, _arxiv_services, _atom, _pending
from papertriage.sources._http import PoliteClient, Reply
from papertriage.sources._pace import RequestPace
from papertriage.sources._pending import PendingSpan
from papertriage.sources.contract import Batch, Window
from papertriage.text import visible

# The API serves 10,000 results; the manual's 30,000 end in status 500.
MAX_RESULTS = 10_000
# https://info.arxiv.org/help/api/user-manual.html: slices of at most 2,000.
MAX_PAGE = 2_000
_TRIES = 3
_FIRST_PAPER = datetime(1991, 8, 1, tzinfo=UTC)


class ArxivSearch:
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
        """Search the categories, a query, or both; raises InputError if one is invalid."""
        self._client = client
        # A query alone needs no categories.
        wanted = categories or query is None
        self._categories = _arxiv_services.categories(categories) if wanted else ()
        self._query = None if query is None else _query(query)
        self._page_size = min(page_size, MAX_PAGE)

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed: the categories, then the query."""
        parts = ["+".join(self._categories), self._query or ""]
        return (f"{self.name}:{' '.join(part for part in parts if part)}",)

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield a batch for each page, oldest submission first; then may raise SourceError.

        Oldest first, so that papers submitted meanwhile are added at the end. Newest first, each of
        them would move a paper to the next page, where it is received twice, and a withdrawn one
        would make us miss a paper. And an interrupted window continues at a page's newest paper.
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv has {self.feeds()[0]}"
            raise InputError(msg)
        spans = _pending.spans_to_fetch(remembered.get(_pending.PENDING, ""), _own(window, now))
        with self._client:
            yield from _answers.after_pages(self._asked_spans(feed, spans, now))

    def _asked_spans(self, feed: str, spans: list[PendingSpan], now: datetime) -> Iterator[Batch]:
        before = 0
        while spans:
            first, *rest = spans
            total = 0
            for page, total, left in self._pages(first, now.date()):
                yield _batch(page, feed, now, before + total, [left, *rest] if left else rest)
            before += total
            spans = rest

    def search_query(self, since: datetime, until: datetime) -> str:
        """Return the API's search_query; parts are in parentheses, as it has no precedence."""
        parts = []
        if self._categories:
            terms = [term for name in self._categories for term in _arxiv_services.searched(name)]
            parts.append(f"({' OR '.join(f'cat:{term}' for term in terms)})")
        if self._query is not None:
            parts.append(f"({self._query})")
        parts.append(f"submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]")
        return " AND ".join(parts)

    def _pages(
        self, span: PendingSpan, today: date
    ) -> Iterator[tuple[_atom.AtomPage, int, PendingSpan | None]]:
        """Yield each page, the total of the span, and the span still to be fetched after it."""
        total, due, start, left = 0, 0, 0, span
        while True:
            asked = min(self._page_size, MAX_RESULTS - start)
            page, lost = self._page(span, start, asked, today, due)
            total, due = max(total, page.total or 0), max(due, page.total or 0)
            if lost:
                # We cannot know which papers are missing: fetch this page again next time.
                yield page, total, left
                raise SourceError(lost)
            # A page may have fewer papers than requested, or one too many: do not skip any.
            start += min(page.size, asked)
            left = _left(span, page)
            whole = page.total is not None and not page.truncated
            if whole and start >= due:
                yield page, total, None
                return
            yield page, total, left
            if page.truncated:
                msg = "the answer is truncated: try again later"
                raise SourceError(msg)
            if page.total is None:
                msg = "the answer has no totalResults: more papers may follow"
                raise SourceError(msg)
            if start >= MAX_RESULTS:
                if left.since <= span.since:
                    msg = f"arXiv has more than {MAX_RESULTS:,} papers of one minute: choose fewer "
                    raise SourceError(msg + "categories")
                span, start, due = left, 0, due - start

    def _page(
        self, span: PendingSpan, start: int, size: int, today: date, due: int
    ) -> tuple[_atom.AtomPage, str]:
        """Request one page, up to three times while papers are missing from it.

        due is the span's total according to earlier pages. Returns the last answer, and what is
        wrong with it ("" for nothing); raises SourceError if it has no papers at all. Empty pages
        and shrinking totals are a known fault of the API; taking one for the end would silently
        lose papers.
        """
        params: dict[str, str | int] = {
            "search_query": self.search_query(span.since, span.until),
            "start": start,
            "max_results": size,
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        for _ in range(_TRIES):
            page = _atom.read_page(_body(self._client.read(params), today), today)
            due = max(due, page.total or 0)
            lost = _lost(page, start, due)
            if not lost and (page.truncated or page.total is not None):
                break
        if lost and not page.size:
            raise SourceError(lost)
        return page, lost


def configured(
    categories: tuple[str, ...] | None = None,
    *,
    query: str | None = None,
    pace: RequestPace | None = None,
) -> ArxivSearch:
    """Return the source as configured.

    A configured query replaces the configured categories; categories given here restrict it.
    """
    query = query or config.text("sources.arxiv.query").strip() or None
    if categories is None:
        categories = () if query else config.names("sources.arxiv.categories")
    address, contact = config.text("sources.arxiv.url"), config.text("sources.contact")
    return ArxivSearch(
        PoliteClient(address, pace or _arxiv_services.shared_pace(), contact=contact),
        categories,
        query=query,
        page_size=int(config.number("sources.arxiv.page-size")),
    )


def _query(given: str) -> str:
    """Return a query with balanced parentheses and quotes; raise InputError for any other."""
    query = " ".join(given.split())
    unquoted = re.sub(r'"[^"]*"', "", query)
    depth = 0
    for character in unquoted:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    if depth or '"' in unquoted or not query or not query.isprintable():
        msg = f"{visible(given, 80)} is not a valid query: are quotes and parentheses closed?"
        raise InputError(msg)
    return query


def _own(window: Window, now: datetime) -> PendingSpan:
    span = _pending.requested_span(window, now, _FIRST_PAPER)
    # The API counts in minutes: include the current one.
    until = (span.until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    return PendingSpan(span.since, until)


def _left(span: PendingSpan, page: _atom.AtomPage) -> PendingSpan:
    """Return the rest of the span, from the minute of the newest paper, which may have more."""
    seen = [paper.published for paper in page.papers if paper.published is not None]
    newest = max((datetime.fromisoformat(text) for text in seen), default=span.since)
    return PendingSpan(min(max(span.since, newest.replace(second=0)), span.until), span.until)


def _lost(page: _atom.AtomPage, start: int, due: int) -> str:
    """Return why papers must be missing from a page, "" if none are."""
    if not page.size and not page.truncated and start < due:
        return f"arXiv sent an empty page {_TRIES} times before the last paper: try again later"
    if page.size and not page.papers:
        return f"no paper in the answer can be read ({page.skipped[0]}): try again later"
    if page.total is not None and page.total < due:
        # A paper withdrawn meanwhile looks the same, but fetching the rest again costs little.
        return f"arXiv now reports {page.total:,} papers instead of {due:,}: try again later"
    if page.total is not None and page.total < len({paper.id for paper in page.papers}):
        return "arXiv sent more papers than it reports: try again later"
    return ""


def _body(reply: Reply, today: date) -> bytes:
    """Return the body of an answer with status 200; raise SourceError for any other."""
    if reply.status != _answers.OK:
        try:
            # With any status there may be an Error feed, which gives a reason.
            _atom.read_page(reply.body, today)
        except SourceError as error:
            if str(error).startswith(_atom.REFUSED):
                raise
    return _answers.body_of(reply, "arXiv", "sources.arxiv.url")


def _batch(
    page: _atom.AtomPage, feed: str, now: datetime, total: int, left: list[PendingSpan]
) -> Batch:
    day = now.astimezone(UTC).date().isoformat()
    sightings = tuple(Sighting(paper, ArxivSearch.name, feed, day) for paper in page.papers)
    state = _pending.pending_state(left)
    return Batch(sightings, page.skipped, total, outcome=str(_answers.OK), state=state)
