"""Harvest arXiv by OAI-PMH, and resume an interrupted harvest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import partial

from papertriage import config
from papertriage.errors import InputError, SourceError
from papertriage.models import Sighting
from papertriage.sources import _answers, _arxiv_services, _feed, _oai, _pending
from papertriage.sources._http import Limits, PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources._pending import PendingSpan
from papertriage.sources.contract import Batch, Window
from papertriage.text import visible

# Answers take 29 to 67 s, up to 90 s at busy hours (October 2026); 503 with Retry-After is the
# protocol's flow control. A page of 2,000 records has about 5 MB.
LIMITS = Limits(read=120.0, total=300.0, size=50 * 2**20, attempts=5, retry_after=120.0)
_FIRST_DAY = datetime(1991, 8, 1, tzinfo=UTC)
_TRIES = 3
_URL = "sources.arxiv-oai.url"
# https://info.arxiv.org/help/oa/index.html: group:archive:category; the archives of physics form
# one group, every other archive is its own group.
_SET = re.compile(r"[A-Za-z-]{1,30}(?::[A-Za-z-]{1,30}){0,2}")
_PHYSICS = frozenset(
    {
        "astro-ph",
        "cond-mat",
        "gr-qc",
        "hep-ex",
        "hep-lat",
        "hep-ph",
        "hep-th",
        "math-ph",
        "nlin",
        "nucl-ex",
        "nucl-th",
        "physics",
        "quant-ph",
    }
)


@dataclass
class _List:
    """The pages of one list of records; whole is whether its first page is among them."""

    whole: bool
    due: int = 0
    brought: set[str] = field(default_factory=set)
    skipped: int = 0

    def lost(self, page: _oai.OaiPage, token: str) -> str:
        """Return why records must be missing from the answer to a token, "" if none are."""
        self.due = max(self.due, page.total or 0)
        if page.truncated:
            return ""
        # An empty list must be an explicit noRecordsMatch.
        if not page.size and (token or page.token or self.due or page.total is None):
            return (
                f"arXiv sent an empty page {_TRIES} times before the last record: try again later"
            )
        if page.size and not page.papers:
            return f"no record in the answer can be read ({page.skipped[0]}): try again later"
        if page.total is not None and page.total < self.due:
            now = f"arXiv now reports {page.total:,} records instead of {self.due:,}"
            return f"{now}: try again later"
        came = len(self.brought.union(paper.id for paper in page.papers))
        came += self.skipped + len(page.skipped)
        if self.whole and not page.token and came < self.due:
            return f"arXiv sent {came:,} of {self.due:,} records: try again later"
        return ""

    def add(self, page: _oai.OaiPage) -> None:
        """Add a page."""
        self.brought.update(paper.id for paper in page.papers)
        self.skipped += len(page.skipped)


class ArxivOai:
    """The OAI-PMH sets of some categories, each a feed."""

    name = "arxiv-oai"

    def __init__(self, client: PoliteClient, sets: tuple[str, ...]) -> None:
        """Harvest the sets; raises InputError for an invalid one."""
        for one in sets:
            if not _SET.fullmatch(one):
                msg = f"{visible(one, 60)} is not an OAI-PMH set of arXiv such as cs:cs:LG"
                raise InputError(msg)
        self._client = client
        self._sets = {f"{self.name}:{one}": one for one in dict.fromkeys(sets)}

    def feeds(self) -> tuple[str, ...]:
        """Return a feed for each set."""
        return tuple(self._sets)

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        """Yield a batch for each page, oldest change first; then may raise SourceError.

        The window applies to the day of a record's last change, not to its submission.
        """
        if feed not in self._sets:
            msg = f"unknown feed {visible(feed, 80)}: arxiv-oai has {', '.join(self._sets)}"
            raise InputError(msg)
        own = _pending.requested_span(window, now, _FIRST_DAY)
        own = PendingSpan(_midnight(own.since), _midnight(own.until))
        spans = _pending.spans_to_fetch(remembered.get(_pending.PENDING, ""), own)
        with self._client:
            pages = harvested(self._client, self._sets[feed], spans, now)
            yield from _answers.after_pages(_batch(page, feed, now, rest) for page, rest in pages)


def harvested(
    client: PoliteClient, name: str, spans: list[PendingSpan], now: datetime, *, form: str = "arXiv"
) -> Iterator[tuple[_oai.OaiPage, list[PendingSpan]]]:
    """Yield each page of a set, oldest change first, and the spans still to be fetched after it.

    form is the metadata format. Raises SourceError after the pages received so far.
    """
    seen: set[str] = set()
    restarted = False
    while spans:
        span = spans[0]
        if not span.token or not seen:
            # Different lists may use the same tokens.
            listed, seen = _List(whole=not span.token), set()
        try:
            page, lost = _whole_page(partial(_page, client, name, span, now, form), span, listed)
        except _oai.BadToken:
            if restarted or not span.token:
                raise
            # Tokens expire at midnight UTC; the records before this span are stored.
            restarted, spans = True, [replace(span, token=""), *spans[1:]]
            continue
        # We cannot know which records are missing: restart the list from the day reached.
        rest = [replace(span, token=""), *spans[1:]] if lost else _rest(spans, page)
        yield page, rest
        if lost:
            raise SourceError(lost)
        if page.truncated:
            raise _feed.cut_off()
        if page.token and page.token in seen:
            msg = "arXiv's resumption tokens repeat: try again later"
            raise SourceError(msg)
        listed.add(page)
        seen.add(page.token)
        spans = rest


def _whole_page(
    ask: Callable[[], _oai.OaiPage], span: PendingSpan, listed: _List
) -> tuple[_oai.OaiPage, str]:
    """Request a page, up to three times while records are missing; return it and the reason."""
    for _ in range(_TRIES):
        page = ask()
        lost = listed.lost(page, span.token)
        if not lost:
            break
    return page, lost


def _page(
    client: PoliteClient, name: str, span: PendingSpan, now: datetime, form: str
) -> _oai.OaiPage:
    params = {"verb": "ListRecords"}
    if span.token:
        # A token excludes all other arguments, and must be percent-encoded again.
        params["resumptionToken"] = span.token
    else:
        params |= {"metadataPrefix": form, "set": name}
        if span.since > _FIRST_DAY:
            params["from"] = f"{span.since:%Y-%m-%d}"
        if span.until < _midnight(now):
            params["until"] = f"{span.until:%Y-%m-%d}"
    body = _answers.body_of(client.read(params), "arXiv", _URL)
    return _oai.read_page(body, now.astimezone(UTC).date())


def configured(
    categories: tuple[str, ...] | None = None, *, pace: RequestPace | None = None
) -> ArxivOai:
    """Return the source as configured; categories replace the configured sets."""
    sets = config.names("sources.arxiv-oai.sets") if categories is None else ()
    if not sets:
        wanted = config.names("sources.arxiv.categories") if categories is None else categories
        sets = tuple(map(set_of, _arxiv_services.categories(wanted)))
    client = PoliteClient(
        config.text(_URL),
        pace or _arxiv_services.shared_pace(),
        contact=config.text("sources.contact"),
        limits=LIMITS,
    )
    return ArxivOai(client, sets)


def sets_of(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sets of some categories, without sets that are part of another."""
    sets = tuple(dict.fromkeys(map(set_of, categories)))
    return tuple(one for one in sets if not any(one.startswith(f"{other}:") for other in sets))


def set_of(category: str) -> str:
    """Return the set of a category: cs.LG is cs:cs:LG, hep-th is physics:hep-th, cs.* is cs."""
    archive, _, subject = category.removesuffix(".*").partition(".")
    if archive in _PHYSICS:
        return ":".join(part for part in ("physics", archive, subject) if part)
    return f"{archive}:{archive}:{subject}" if subject else archive


def _rest(spans: list[PendingSpan], page: _oai.OaiPage) -> list[PendingSpan]:
    """Return the spans still to be fetched after a page; a truncated page is fetched again."""
    span, *rest = spans
    if page.truncated:
        return spans
    if not page.token:
        return rest
    reached = span.since
    if page.reached:
        stamp = datetime.combine(datetime.fromisoformat(page.reached), time.min, UTC)
        reached = min(max(reached, stamp), span.until)
    return [PendingSpan(reached, span.until, page.token), *rest]


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC), time.min, UTC)


def _batch(page: _oai.OaiPage, feed: str, now: datetime, rest: list[PendingSpan]) -> Batch:
    day = now.astimezone(UTC).date().isoformat()
    sightings = tuple(Sighting(paper, ArxivOai.name, feed, day) for paper in page.papers)
    state = _pending.pending_state(rest)
    return Batch(sightings, page.skipped, page.total, outcome=str(_answers.OK), state=state)
