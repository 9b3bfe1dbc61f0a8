"""Serve an invented arXiv as of a moment: its query API, its daily feed and OAI-PMH.

What the three show of an evening's announcement: OAI-PMH from 22:30 Eastern, the daily feed from
midnight, the query API somewhat later in the night.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, partial
from urllib.parse import parse_qsl, quote, unquote

import arxiv_world_pages as pages
from arxiv_world import (
    DAY,
    Seen,
    World,
    WorldPaper,
    announces,
    eastern,
    eastern_day,
    evening_before,
    seen,
    within,
)
from arxiv_world_query import matcher
from loopback import Answer, LoopbackServer, Request

SERVICES = ("api", "daily", "oai")
DAILY_LIMIT = 2_000
_LAST_VERSION = 5
_MOST = 10_000
_ARCHIVES = frozenset({"cs", "math", "stat", "eess", "econ", "q-bio", "q-fin"}) | pages.PHYSICS
_ATOM = "application/atom+xml"
_WRONG = {
    "badArgument": "The request includes illegal, missing or repeated arguments.",
    "badResumptionToken": "The value of the resumptionToken argument is invalid or expired.",
    "badVerb": "Value of the verb argument is not a legal OAI-PMH verb.",
    "cannotDisseminateFormat": "The metadata format is not supported.",
    "idDoesNotExist": "The identifier is unknown.",
    "noRecordsMatch": "The combination of the values of the from, until, set and metadataPrefix "
    "arguments results in an empty list.",
}
_LISTS = frozenset({"metadataPrefix", "from", "until", "set"})
# What each verb takes, and whether it must be there.
_TAKES = {
    "Identify": frozenset(),
    "ListRecords": _LISTS,
    "ListIdentifiers": _LISTS,
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a service (or all) for a while: a word of LoopbackServer's."""

    service: str
    since: datetime
    until: datetime
    word: str = "status:503:0"


@dataclass(frozen=True)
class Served:
    """An answer that was given: when (the world's time), by which service, its status and size."""

    at: datetime
    service: str
    status: int
    size: int


@dataclass(frozen=True)
class Habits:
    """How this arXiv does what its documents leave open, and what goes wrong.

    stamp and shift: OAI-PMH's datestamp is the date of the announcement in that zone (eastern or
    utc), so many days later. stale_daily are days on which the daily feed shows the batch before
    under its own date; stale_oai are evenings that OAI-PMH shows a day late. With cdn the daily
    feed answers 304 where its ETag is sent back.
    """

    stamp: str = "eastern"
    shift: int = 0
    page_size: int = 2_000
    api_delay: timedelta = timedelta(minutes=40)
    stale_daily: frozenset[date] = frozenset()
    stale_oai: frozenset[date] = frozenset()
    faults: tuple[Fault, ...] = ()
    cdn: bool = False


@dataclass
class ArxivWorldServer(LoopbackServer):
    """The three services on one port, showing the world as of now."""

    world: World | None = None
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    habits: Habits = field(default_factory=Habits)
    served: list[Served] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    path = ""

    def settings(self) -> dict[str, str]:
        """Return what makes papertriage ask this server, at once."""
        return {
            "sources.arxiv.url": f"{self.url}/api/query",
            "sources.arxiv-daily.url": self.url,
            "sources.arxiv-oai.url": f"{self.url}/oai",
            "sources.arxiv.delay": "0",
        }

    def fault(self) -> tuple[str, str]:
        """Return the fault of the service that was asked last."""
        service = _service(self.requests[-1].path)
        for fault in self._faults(service):
            word, _, value = fault.word.partition(":")
            status = int(value.partition(":")[0]) if word == "status" else 0
            self.served.append(Served(self.now, service, status, 0))
            return word, value
        return super().fault()

    def _faults(self, service: str) -> list[Fault]:
        return [
            fault
            for fault in self.habits.faults
            if fault.service in {service, "all"} and fault.since <= self.now < fault.until
        ]

    def answer(self, request: Request) -> Answer:
        """Return what a service shows now."""
        service = _service(request.path)
        found = {"api": self._api, "daily": self._daily, "oai": self._oai}.get(service)
        answer = found(request) if found else Answer("Not Found", status=404)
        size = len(answer.text.encode())
        self.served.append(Served(self.now, service, answer.status, size))
        return answer

    # What each service shows.

    def works(self, service: str) -> bool:
        """Tell whether a service answers now; who is told to wait by one may ask none of them."""
        waiting = any(
            fault.word.partition(":")[2][:3] in {"429", "406"}
            for one in SERVICES
            for fault in self._faults(one)
        )
        return not waiting and not self._faults(service)

    def out(self, service: str, evening: date) -> bool:
        """Tell whether a service shows what was announced on an evening, in an answer of now."""
        if service == "oai":
            shown = eastern(evening, 22, 30)
            return self.now >= shown + (evening in self.habits.stale_oai) * DAY
        if service == "api":
            return self.now >= eastern(evening + DAY) + self.habits.api_delay
        return evening == self.evening_listed()

    def evening_listed(self) -> date | None:
        """Return the evening whose announcements the daily feed lists now, or None."""
        evening = eastern_day(self.now) - DAY
        if not announces(evening):
            return None
        stale = eastern_day(self.now) in self.habits.stale_daily
        return evening_before(evening) if stale else evening

    def news(self, service: str, watched: Iterable[str]) -> set[str]:
        """Return the ids of the papers that a service shows of those ever announced as news."""
        watched = set(watched)
        found = set()
        for paper in self._world.papers.values():
            announced = paper.announced(watched)
            if announced is None or not self.out(service, announced[0]):
                continue
            # The daily feed is not built anew where a paper is removed later.
            at = eastern(announced[0], 20) if service == "daily" else self.now
            if paper.removed is None or paper.removed > at:
                found.add(paper.id)
        return found

    @property
    def _world(self) -> World:
        assert self.world is not None
        return self.world

    def _seen(self, service: str) -> list[Seen]:
        """Return all papers as the query API or OAI-PMH shows them."""
        # The query API is built once a night.
        until = self.now if service == "oai" else eastern(eastern_day(self.now))
        out = cache(partial(self.out, service))
        found = (seen(paper, out, until) for paper in self._world.papers.values())
        return [one for one in found if one is not None]

    # The query API.

    def _api(self, request: Request) -> Answer:
        asked = request.params
        try:
            start, size = (int(asked.get(*one)) for one in (("start", "0"), ("max_results", "10")))
            wanted = matcher(asked.get("search_query", ""))
        except ValueError as error:
            return Answer(pages.api_error(str(error), self.now), _ATOM, 400)
        if size < 1 or start + size > _MOST:
            return Answer(pages.api_error("Internal Server Error", self.now), _ATOM, 500)
        ids = {one.partition("v")[0] for one in asked.get("id_list", "").split(",") if one}
        hits = [one for one in self._seen("api") if wanted(one)]
        hits = [one for one in hits if not ids or one.paper.id in ids]
        newest = asked.get("sortBy") == "lastUpdatedDate"
        hits.sort(
            key=lambda one: (one.versions[-1 if newest else 0].submitted, one.paper.id),
            reverse=asked.get("sortOrder") != "ascending",
        )
        entries = [pages.api_entry(one) for one in hits[start : start + size]]
        return Answer(pages.api_feed(entries, len(hits), start, size, self.now), _ATOM)

    # The daily feed.

    def _daily(self, request: Request) -> Answer:
        _, form, asked = request.path.split("/", 2)
        asked, day = unquote(asked), eastern_day(self.now)
        kind = f"application/{form}+xml"
        wanted = asked.split("+")
        for one in wanted:
            archive, _, subject = one.partition(".")
            if archive not in _ARCHIVES or "*" in subject or "." in subject:
                reason = f"Bad archive '{one}'."
                title = f"Feed error for query: {asked}"
                text = pages.daily_channel(form, asked, day, title, reason, "")
                return Answer(text, kind, 400)
        text = pages.daily_feed(form, asked, day, self.listed(wanted)[:DAILY_LIMIT])
        etag = hashlib.sha256(text.encode()).hexdigest()
        headers = {"ETag": etag, "Cache-Control": "max-age=3600"}
        if self.habits.cdn and request.headers.get("If-None-Match") == etag:
            return Answer("", kind, 304, headers)
        return Answer(text, kind, headers=headers)

    def listed(self, wanted: Iterable[str]) -> list[pages.Listed]:
        """Return what the daily feed of some categories or archives lists now, in its order."""
        evening, asked = self.evening_listed(), set(wanted)
        if evening is None:
            return []
        found = [_listing(paper, evening, asked) for paper in self._world.papers.values()]
        order = ("new", "cross", "replace", "replace-cross")
        return sorted(
            (one for one in found if one is not None),
            key=lambda one: (order.index(one.kind), one.seen.paper.id),
        )

    # OAI-PMH.

    def _oai(self, request: Request) -> Answer:
        given = parse_qsl(request.query, keep_blank_values=True)
        try:
            content = self._asked(dict(given), repeated=len(given) != len(dict(given)))
        except _Refused as refused:
            code = str(refused)
            content = f"    <error code='{code}'>{_WRONG[code]}</error>\n"
            told = {} if code.startswith("bad") else dict(given)
            return Answer(pages.oai_envelope(told, content, self.now), "application/xml")
        return Answer(pages.oai_envelope(dict(given), content, self.now), "application/xml")

    def _asked(self, asked: dict[str, str], *, repeated: bool) -> str:
        verb, rest = asked.get("verb", ""), asked.keys() - {"verb"}
        if verb not in _TAKES:
            raise _Refused(_Code.BAD_VERB)
        if repeated:
            raise _Refused(_Code.BAD_ARGUMENT)
        if verb == "Identify":
            return "    <Identify><granularity>YYYY-MM-DD</granularity></Identify>\n"
        if "resumptionToken" in rest:
            if rest != {"resumptionToken"} or verb == "GetRecord":
                raise _Refused(_Code.BAD_ARGUMENT)
            return self._records(verb, self._resumed(asked["resumptionToken"]))
        if rest - _TAKES[verb] or "metadataPrefix" not in rest:
            raise _Refused(_Code.BAD_ARGUMENT)
        if asked["metadataPrefix"] not in {"arXiv", "arXivRaw"}:
            raise _Refused(_Code.NO_FORMAT)
        if verb == "GetRecord":
            return self._one(asked.get("identifier", ""), asked["metadataPrefix"])
        return self._records(verb, asked)

    def _resumed(self, token: str) -> dict[str, str]:
        if self.tokens.get(token, self.now) <= self.now:
            raise _Refused(_Code.BAD_RESUMPTION)
        return dict(parse_qsl(unquote(token)))

    def _one(self, identifier: str, prefix: str) -> str:
        for one in self._seen("oai"):
            if identifier == f"oai:arXiv.org:{one.paper.id}":
                record = pages.oai_record(one, self.datestamp(one), prefix)
                return f"    <GetRecord>\n{record}    </GetRecord>\n"
        raise _Refused(_Code.NO_ID)

    def _records(self, verb: str, asked: dict[str, str]) -> str:
        since, until = _day(asked.get("from", "0001-01-01")), _day(asked.get("until", "9999-12-31"))
        wanted = asked.get("set", "").split(":")
        if since > until or (wanted != [""] and wanted[0] not in _ARCHIVES):
            raise _Refused(_Code.BAD_ARGUMENT)
        hits = [(self.datestamp(one), one) for one in self._seen("oai") if _inside(one, wanted)]
        hits = [(stamp, one) for stamp, one in hits if since <= stamp <= until]
        hits.sort(key=lambda hit: (hit[0], hit[1].paper.id))
        skip = int(asked.get("skip", "0"))
        end = skip + self.habits.page_size
        if not hits[skip:end]:
            raise _Refused(_Code.NO_RECORDS)
        write: Callable[[Seen, date], str] = pages.oai_header
        if verb == "ListRecords":
            write = lambda one, stamp: pages.oai_record(one, stamp, asked["metadataPrefix"])  # noqa: E731 - one of two
        records = "".join(write(one, stamp) for stamp, one in hits[skip:end])
        token = self._token(verb, asked, hits[:end]) if end < len(hits) else ""
        return f"    <{verb}>\n{records}{token}    </{verb}>\n"

    def _token(self, verb: str, asked: dict[str, str], given: list[tuple[date, Seen]]) -> str:
        """Return where to continue: from the last day on, whose last record comes once more."""
        last = given[-1][0]
        skip = sum(stamp == last for stamp, _ in given) - 1
        asked = {name: asked[name] for name in ("metadataPrefix", "set", "until") if name in asked}
        asked = {"verb": verb, **asked, "from": str(last), "skip": str(skip)}
        inner = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        token = quote(inner, safe="")
        expires = datetime.combine(self.now.astimezone(UTC).date() + DAY, time(), UTC)
        self.tokens[token] = expires
        return (
            f"<resumptionToken expires='{expires:%Y-%m-%dT%H:%M:%SZ}'>{token}</resumptionToken>\n"
        )

    def datestamp(self, one: Seen) -> date:
        """Return the day on which OAI-PMH says that a record was last changed."""
        paper, utc = one.paper, self.habits.stamp == "utc"
        evenings = [version.evening for version in one.versions]
        evenings += [evening for category, evening in paper.crossed if category in one.categories]
        # 20:00 Eastern is the next day in UTC, in summer and in winter.
        announced = max(evenings) + (utc + self.habits.shift) * DAY
        changes = [change.at for change in paper.changes if change.at <= self.now]
        zone = (lambda when: when.date()) if utc else eastern_day
        return max([announced, *map(zone, changes)])


class _Code(StrEnum):
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION = "badResumptionToken"
    BAD_VERB = "badVerb"
    NO_FORMAT = "cannotDisseminateFormat"
    NO_ID = "idDoesNotExist"
    NO_RECORDS = "noRecordsMatch"


class _Refused(Exception):
    pass


def _service(path: str) -> str:
    if path.startswith("/api/"):
        return "api"
    if path.startswith(("/rss/", "/atom/")):
        return "daily"
    return "oai" if path == "/oai" else "unknown"


def _day(given: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", given):
        raise _Refused(_Code.BAD_ARGUMENT)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise _Refused(_Code.BAD_ARGUMENT) from None


def _inside(one: Seen, wanted: list[str]) -> bool:
    """Tell whether a record is in a set or in one below it; no set is all of them."""
    sets = [pages.set_of(category).split(":") for category in one.categories]
    return wanted == [""] or any(parts[: len(wanted)] == wanted for parts in sets)


def _listing(paper: WorldPaper, evening: date, asked: set[str]) -> pages.Listed | None:
    """Return a paper as the daily feed of some categories lists it for an evening, if it does."""
    crossed = {category for category, when in paper.crossed if when == evening}
    numbers = [n for n, one in enumerate(paper.versions, 1) if one.evening == evening]
    if not numbers and not crossed:
        return None
    one = seen(paper, lambda other: other <= evening, eastern(evening, 20))
    if one is None:
        return None

    version, kind = len(one.versions), ""
    primary = within(one.categories[:1], asked)
    if within(crossed, asked):
        kind = "cross"
    if 1 in numbers and within(one.categories, asked):
        kind = "new" if primary else "cross"
    elif numbers and version <= _LAST_VERSION and not kind and within(one.categories, asked):
        kind = "replace" if primary else "replace-cross"
    return pages.Listed(one, kind, version) if kind else None
