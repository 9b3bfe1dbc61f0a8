"""Read a page of OAI-PMH records in arXiv's metadata formats, arXiv and arXivRaw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree as ET

from papertriage.author_names import author_names
from papertriage.dates import mail_date, utc_date
from papertriage.errors import SourceError
from papertriage.identifiers import bare_doi
from papertriage.models import Paper
from papertriage.sources import _feed, _xml
from papertriage.sources._arxiv_services import addresses, arxiv_id
from papertriage.sources._time_limit import in_time
from papertriage.sources._xml import unescaped
from papertriage.tex import unicode_text
from papertriage.text import clean, visible

# https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm, the envelope and its errors.
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_KIND = "an OAI-PMH answer"
_ROOT = re.compile(r"<(?:[\w.-]+:)?OAI-PMH\b[^>]*>")
_TOKEN = re.compile(r"<(?:[\w.-]+:)?resumptionToken\b[^<>]*>([^<]*)<")
_LONGEST_TOKEN = 4_000
_ID = re.compile(r"<identifier>([^<]{1,200})</identifier>")
# The errors for a metadata format that the server does not support.
_OTHER_FORMATS = frozenset(("cannotDisseminateFormat", "badArgument"))
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")


class BadToken(SourceError):
    """The server no longer accepts its resumption token."""


class UnknownFormat(SourceError):
    """The server does not support the requested metadata format."""


class Record(NamedTuple):
    """A paper with the day on which its record last changed (ISO, or "").

    timed is whether its dates have a time of day.
    """

    paper: Paper
    stamp: str = ""
    timed: bool = True


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One answer: its records, a line for each one skipped, and the resumption token, if any.

    reached is the newest datestamp (an ISO day) of its records.
    """

    records: tuple[Record, ...] = ()
    skipped: tuple[str, ...] = ()
    size: int = 0
    total: int | None = None
    token: str = ""
    reached: str = ""
    truncated: bool = False

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Return the papers of the records."""
        return tuple(record.paper for record in self.records)


@in_time
def read_page(body: bytes, today: date) -> OaiPage:
    """Return the records of an answer; raise SourceError if it is an error.

    Callers can recover from two of these errors, BadToken and UnknownFormat.

    A bad record is skipped and reported. A truncated or malformed answer is read record by record.
    noRecordsMatch is a page without records.
    """
    text = _xml.readable(body, _KIND)
    fault = _xml.fault(text, f"{_OAI[1:-1]} OAI-PMH".__eq__, _KIND)
    if fault is None:
        root = ET.fromstring(text)  # noqa: S314 - without document types nothing is expanded
        return _whole_page(root, today)
    return _damaged_page(text, today)


def _whole_page(root: ET.Element, today: date) -> OaiPage:
    errors = root.findall(f"{_OAI}error")
    for error in errors:
        _raise_error(error.get("code", ""), error.text or "")
    if errors:
        return OaiPage(total=0)
    records = list(enumerate(root.iter(f"{_OAI}record"), 1))
    token = root.find(f".//{_OAI}resumptionToken")
    size = token.get("completeListSize", "") if token is not None else ""
    total = int(size) if re.fullmatch("[0-9]{1,9}", size) else None
    given = (token.text or "").strip() if token is not None else ""
    return _page(records, [], today, total=total, token=given)


def _damaged_page(text: str, today: date) -> OaiPage:
    root = _ROOT.search(text[:4000])
    if root is None:
        raise _xml.not_of_kind(text, _KIND)
    records: list[tuple[int, ET.Element]] = []
    skipped: list[str] = []
    spans = list(_xml.elements(text, "record"))
    for number, (start, end) in enumerate(spans, 1):
        whole = f"{root[0]}{text[start:end]}</OAI-PMH>"
        if _xml.fault(whole, lambda _: True, _KIND) is None:
            records.append((number, ET.fromstring(whole)[0]))  # noqa: S314 - as above
        else:
            found = _ID.search(text, start, end)
            skipped.append(
                f"{_feed.named(number, found[1].strip() if found else '')}: not well-formed XML"
            )
    truncated = not text.rstrip().endswith("</OAI-PMH>")
    if truncated and len(_xml.openings(text, "record")) > len(spans):
        skipped.append(f"paper {len(spans) + 1}: cut off")
    token = _TOKEN.search(text, spans[-1][1] if spans else 0)
    given = unescaped(token[1]).strip() if token else ""
    return _page(records, skipped, today, token=given, truncated=truncated)


def _page(
    records: list[tuple[int, ET.Element]],
    skipped: list[str],
    today: date,
    *,
    total: int | None = None,
    token: str = "",
    truncated: bool = False,
) -> OaiPage:
    if len(token) > _LONGEST_TOKEN:
        msg = f"the resumption token is longer than {_LONGEST_TOKEN:,} characters: refused"
        raise SourceError(msg)
    size = len(records) + len(skipped)
    found: list[Record] = []
    stamps: list[str] = []
    for number, record in records:
        given_id = _text(record.find(f"{_OAI}header/{_OAI}identifier"))
        stamp = _text(record.find(f"{_OAI}header/{_OAI}datestamp"))
        if utc_date(stamp, today) is not None:
            stamps.append(stamp[:10])
        try:
            found.append(_record(record, stamp[:10], today))
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(number, given_id)}: {unusable}")
    reached = max(stamps, default="")
    return OaiPage(tuple(found), tuple(skipped), size, total, token, reached, truncated)


def _raise_error(code: str, text: str) -> None:
    if code == "noRecordsMatch":
        return
    said = visible(f"{code}: {clean(text)}", 200)
    if code == "badResumptionToken":
        msg = f"arXiv no longer accepts the resumption token ({said}): try again"
        raise BadToken(msg)
    msg = f"arXiv refused the harvest: {said}"
    raise (UnknownFormat if code in _OTHER_FORMATS else SourceError)(msg)


def _record(record: ET.Element, stamp: str, today: date) -> Record:
    header = record.find(f"{_OAI}header")
    if header is not None and header.get("status") == "deleted":
        msg = "deleted from arXiv"
        raise _feed.Unusable(msg)
    metadata = record.find(f"{_OAI}metadata")
    data = metadata[0] if metadata is not None and len(metadata) else None
    if data is None or data.tag not in {f"{_ARXIV}arXiv", f"{_RAW}arXivRaw"}:
        msg = "no metadata"
        raise _feed.Unusable(msg)
    raw = data.tag.startswith(_RAW)
    space = _RAW if raw else _ARXIV

    def text(name: str) -> str:
        return _text(data.find(space + name))

    found = arxiv_id(text("id"))
    if found is None:
        msg = "no arXiv id"
        raise _feed.Unusable(msg)
    title, abstract = text("title"), text("abstract")
    _feed.check_title(title, abstract)
    categories = tuple(dict.fromkeys(text("categories").split()))
    published, updated, version = _history(data, today) if raw else _days(data, today)
    url, pdf_url = addresses(found[0], version)
    # Several DOIs are separated by blanks.
    doi = bare_doi((text("doi").split() or [""])[0])
    authors = author_names(unicode_text(text("authors"))) if raw else tuple(_authors(data))
    paper = Paper(
        id=found[0],
        title=title,
        abstract=abstract or None,
        authors=authors,
        published=published,
        updated=updated,
        version=version,
        categories=categories,
        primary_category=categories[0] if categories else None,
        url=url,
        pdf_url=pdf_url,
        doi=doi,
        comment=text("comments") or None,
    )
    return Record(paper, stamp, timed=raw)


def _history(data: ET.Element, today: date) -> tuple[str | None, str | None, int | None]:
    """Return (submission of the first version, of the last one, the last one's number)."""
    dates: dict[int, str | None] = {}
    for version in data.iterfind(f"{_RAW}version"):
        number = _VERSION.fullmatch(version.get("version", ""))
        if number:
            dates[int(number[1])] = mail_date(_text(version.find(f"{_RAW}date")), today)
    if not dates:
        return None, None, None
    last = max(dates)
    return dates.get(1), dates[last], last


def _days(data: ET.Element, today: date) -> tuple[str | None, str | None, int | None]:
    """Return the same from the format arXiv, which has days without times and no version."""
    created = utc_date(_text(data.find(f"{_ARXIV}created")), today)
    updated = _text(data.find(f"{_ARXIV}updated"))
    # Absent if there is only one version.
    return created, utc_date(updated, today) or created, None


def _authors(data: ET.Element) -> Iterator[str]:
    for author in data.iterfind(f"{_ARXIV}authors/{_ARXIV}author"):
        parts = (_text(author.find(_ARXIV + part)) for part in ("forenames", "keyname", "suffix"))
        name = " ".join(part for part in parts if part)
        if name:
            yield name


def _text(element: ET.Element | None) -> str:
    return clean(element.text or "") if element is not None else ""
