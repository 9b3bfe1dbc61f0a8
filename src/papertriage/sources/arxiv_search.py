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

# The API's source pages over 10,000 results; the manual's 30,000 end in status 500.
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
        """Search the categories, a query, or both; raises InputError for a wrong one of them."""
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
        """Yield a batch a page, oldest submission first; raise SourceError after what came.

        Oldest first, because papers that arrive meanwhile then join at the end: sorted the other
        way each of them would push a paper over to the next page, where it comes twice, or, when
        one is withdrawn, lets one slip by unseen. And it makes the newest paper of a page the
        point from which an interrupted window is continued.
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv has {self.feeds()[0]}"
            raise InputError(msg)
        spans = _pending.to_ask(remembered.get(_pending.PENDING, ""), _own(window, now))
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
        """Return the API's search_query; every part in parentheses, for it knows no precedence."""
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
        """Yield each page, the papers of the whole span, and what is left to ask after it."""
        total, due, start, left = 0, 0, 0, span
        while True:
            asked = min(self._page_size, MAX_RESULTS - start)
            page, lost = self._page(span, start, asked, today, due)
            total, due = max(total, page.total or 0), max(due, page.total or 0)
            if lost:
                # Nobody knows which ones such a page lacks: what was left before it still is.
                yield page, total, left
                raise SourceError(lost)
            # A page may hold fewer papers than asked for, or one too many: neither may skip any.
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
        """Ask for one page, up to three times while papers that are due are not in it.

        due is how many papers the span has by the pages before. Returns the last answer, and what
        is wrong with it ("" for nothing); raises SourceError where it has no papers at all. Empty
        pages and totals that shrink are a known fault of the API; taking one for the end would
        lose the rest of the day without a word.
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
    """Return the source as config.toml describes it.

    A configured query takes the place of the configured categories; categories given here
    narrow it.
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
    """Return a search_query that stays inside the parentheses put round it."""
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
    span = _pending.asked(window, now, _FIRST_PAPER)
    # The API counts in minutes: the one that has begun belongs to the window.
    until = (span.until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    return PendingSpan(span.since, until)


def _left(span: PendingSpan, page: _atom.AtomPage) -> PendingSpan:
    """Return the span from the newest paper read on, whose minute may hold more."""
    seen = [paper.published for paper in page.papers if paper.published is not None]
    newest = max((datetime.fromisoformat(text) for text in seen), default=span.since)
    return PendingSpan(min(max(span.since, newest.replace(second=0)), span.until), span.until)


def _lost(page: _atom.AtomPage, start: int, due: int) -> str:
    """Return what shows that papers are missing from a page, "" for nothing."""
    if not page.size and not page.truncated and start < due:
        return f"arXiv sent an empty page {_TRIES} times before the last paper: try again later"
    if page.size and not page.papers:
        return f"no paper in the answer can be read ({page.skipped[0]}): try again later"
    if page.total is not None and page.total < due:
        # One that was withdrawn meanwhile does the same, and asking for the rest costs little.
        return f"arXiv now reports {page.total:,} papers instead of {due:,}: try again later"
    if page.total is not None and page.total < len({paper.id for paper in page.papers}):
        return "arXiv sent more papers than it reports: try again later"
    return ""


def _body(reply: Reply, today: date) -> bytes:
    """Return the body of an answer with papers; raise SourceError for any other."""
    if reply.status != _answers.OK:
        try:
            # Any status may come with an Error feed, and that says more.
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
    state = _pending.kept(left)
    return Batch(sightings, page.skipped, total, outcome=str(_answers.OK), state=state)
