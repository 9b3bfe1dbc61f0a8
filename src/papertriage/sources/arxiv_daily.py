"""Read arXiv's daily feeds: the newest announcement day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from papertriage import config
from papertriage.dates import feed_day
from papertriage.errors import ConfigurationError, InputError, SourceError
from papertriage.identifiers import bare_doi
from papertriage.models import Paper, Sighting
from papertriage.sources import _answers, _arxiv_services, _feed
from papertriage.sources._feed import field, fields
from papertriage.sources._http import PoliteClient
from papertriage.sources._pace import RequestPace
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


class Refused(SourceError):
    """arXiv has no such feed, because a category is wrong."""


class ArxivDaily:
    """The daily feed of some categories, as one feed."""

    name = "arxiv-daily"

    def __init__(self, client: PoliteClient, categories: tuple[str, ...]) -> None:
        """Read the feed at the client's address, which must be that of the categories."""
        self._client = client
        self._categories = categories

    def feeds(self) -> tuple[str, ...]:
        """Return the one feed, named after its categories."""
        return (f"{self.name}:{'+'.join(self._categories)}",)

    def batches(
        self,
        feed: str,
        window: Window,  # noqa: ARG002 - the feed has only the newest day
        now: datetime,
        remembered: Mapping[str, str],
    ) -> Iterator[Batch]:
        """Yield one batch with the newest day's papers, empty if nothing was announced.

        Raises SourceError after it if papers are missing. A batch already received under an earlier
        day keeps that day: arXiv has served yesterday's papers as today's (cs.AI on 2026-08-12).
        """
        if feed not in self.feeds():
            msg = f"unknown feed {visible(feed, 80)}: arxiv-daily has {self.feeds()[0]}"
            raise InputError(msg)
        headers = _answers.conditional(remembered.get("etag", ""), remembered.get("modified", ""))
        with self._client:
            reply = self._client.read(headers=headers)
        if reply.status == _answers.NOT_MODIFIED and headers:
            announced = remembered.get("announced") or None
            yield Batch((), announced=announced, outcome=str(reply.status))
            return
        if reply.status != _answers.OK:
            _refuse_error(reply.body)
        found = _feed.read_feed(_answers.body_of(reply, "arXiv", _URL), _feed.ANY)
        _refuse_titled(found)
        _feed.refuse_empty(found)
        batch = _batch(found, feed, now, remembered)
        fault = _fault(found)
        # The validators of an incomplete feed would hide the rest behind a 304.
        unread = fault or (batch.skipped and not batch.sightings)
        validators = {} if unread else {"etag": reply.etag, "modified": reply.modified}
        yield replace(batch, state={**batch.state, **validators})
        if fault is not None:
            raise fault


def configured(
    categories: tuple[str, ...] | None = None, *, pace: RequestPace | None = None
) -> ArxivDaily:
    """Return the source as configured; categories replace the configured ones."""
    if categories is None:
        own = config.names("sources.arxiv-daily.categories")
        categories = own or config.names("sources.arxiv.categories")
    categories = _arxiv_services.categories(categories)
    kind = config.text("sources.arxiv-daily.format")
    if kind not in FORMATS:
        msg = f"sources.arxiv-daily.format is {visible(kind, 40)}: it must be rss or atom"
        raise ConfigurationError(msg)
    wanted = "+".join(categories)
    client = PoliteClient(
        f"{config.text(_URL).rstrip('/')}/{kind}/{wanted}",
        pace or _arxiv_services.shared_pace(),
        contact=config.text("sources.contact"),
    )
    return ArxivDaily(client, categories)


def _refuse_error(body: bytes) -> None:
    """Raise SourceError with arXiv's reason if a refusal is a feed that gives one."""
    try:
        found = _feed.read_feed(body, _feed.ANY)
    except SourceError:
        return
    _refuse_titled(found)


def _refuse_titled(found: _feed.Feed) -> None:
    if field(found.head, "title").startswith("Feed error"):
        why = visible(field(found.head, "subtitle"), 200) or "no reason given"
        msg = f"arXiv refused the feed: {why}: are the categories right?"
        raise Refused(msg)


def _fault(found: _feed.Feed) -> SourceError | None:
    if found.truncated:
        return _feed.cut_off()
    if found.size >= LIMIT:
        msg = f"the feed is full ({LIMIT:,} papers), some may be missing: choose fewer categories"
        return SourceError(msg)
    return None


def _batch(found: _feed.Feed, feed: str, now: datetime, remembered: Mapping[str, str]) -> Batch:
    today = now.astimezone(UTC).date()
    announced = _announced(found, today)
    guids = sorted(field(entry, "id") for _, entry in found.entries)
    mark = hashlib.sha256("\n".join(guids).encode()).hexdigest()[:32] if guids else ""
    if mark and mark == remembered.get("guids"):
        announced = remembered.get("announced") or announced
    day = announced or today.isoformat()
    sightings: list[Sighting] = []
    skipped = list(found.skipped)
    for number, entry in found.entries:
        try:
            paper = _paper(entry, announced)
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(number, field(entry, 'id'))}: {unusable}")
        else:
            kind = _announce_type(entry)
            sightings.append(Sighting(paper, ArxivDaily.name, feed, day, announce_type=kind))
    # An empty feed does not replace the state of the last batch.
    state = {"guids": mark, "announced": announced or ""} if mark and not found.truncated else {}
    outcome = str(_answers.OK)
    return Batch(tuple(sightings), tuple(skipped), found.size, announced, outcome, state)


def _announced(found: _feed.Feed, today: date) -> str | None:
    """Return the announcement day: the Eastern day of the feed's date, in Atom of a paper's."""
    dated = [field(found.head, "published")]
    dated += [field(entry, "published") for _, entry in found.entries]
    # The feed is built just after midnight Eastern; an empty Atom feed has no other date.
    dated.append(field(found.head, "updated"))
    days = (feed_day(text, _ZONE, today) for text in dated)
    return next((day for day in days if day is not None), None)


def _announce_type(entry: Any) -> str | None:  # noqa: ANN401 - feedparser has no types
    kind = field(entry, "arxiv_announce_type").lower()
    prefix = _PREFIX.match(field(entry, "summary"))
    if kind not in _TYPES and prefix is not None:
        kind = prefix[1].lower()
    return kind if kind in _TYPES else None


def _paper(entry: Any, announced: str | None) -> Paper:  # noqa: ANN401 - feedparser has no types
    found = _arxiv_services.arxiv_id(field(entry, "id"))
    found = found or _arxiv_services.arxiv_id(field(entry, "link"))
    if found is None:
        msg = "no arXiv id"
        raise _feed.Unusable(msg)
    paper_id, version = found
    title = field(entry, "title")
    abstract = _PREFIX.sub("", field(entry, "summary"), count=1)
    _feed.check_title(title, abstract)
    categories = tuple(dict.fromkeys(fields(entry, "tags", "term")))
    url, pdf_url = _arxiv_services.addresses(paper_id, version)
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract or None,
        authors=tuple(name for one in fields(entry, "authors", "name") for name in names(one)),
        announced=announced,
        version=version,
        categories=categories,
        # arXiv lists the primary category first.
        primary_category=categories[0] if categories else None,
        url=url,
        pdf_url=pdf_url,
        doi=bare_doi(field(entry, "arxiv_doi")),
    )


def names(creators: str) -> tuple[str, ...]:
    """Return the names in "Mei Lin (Univ. of Nowhere, Dept. of X), Bo Li", without affiliations."""
    kept: list[str] = []
    depth = 0
    for character in creators:
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    # An unclosed parenthesis is not an affiliation: keep the names after it.
    text = creators if depth else "".join(kept)
    found: list[list[str]] = []
    for part in (" ".join(part.split()) for part in text.split(",")):
        if found and _SUFFIX.fullmatch(part):
            found[-1].append(part)
        elif part:
            found.append([part])
    return tuple(map(", ".join, found))
