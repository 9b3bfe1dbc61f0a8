"""Read a page of OAI-PMH records in arXiv's own metadata format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

from papertriage.errors import SourceError
from papertriage.identifiers import bare_doi
from papertriage.models import Paper
from papertriage.sources import _feed, _xml
from papertriage.sources._arxiv_services import addresses, arxiv_id
from papertriage.sources._dates import utc_date
from papertriage.sources._time_limit import in_time
from papertriage.sources._xml import unescaped
from papertriage.text import clean, visible

# https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm, the envelope and its errors.
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
_KIND = "an OAI-PMH answer"
_ROOT = re.compile(r"<(?:[\w.-]+:)?OAI-PMH\b[^>]*>")
_TOKEN = re.compile(r"<(?:[\w.-]+:)?resumptionToken\b[^<>]*>([^<]*)<")
_LONGEST_TOKEN = 4_000
_ID = re.compile(r"<identifier>([^<]{1,200})</identifier>")


class BadToken(SourceError):
    """The server does not know its resumption token any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its papers, one line for each bad one, and where to continue ("" at the end).

    reached is the newest datestamp (an ISO day) of its records.
    """

    papers: tuple[Paper, ...] = ()
    skipped: tuple[str, ...] = ()
    size: int = 0
    total: int | None = None
    token: str = ""
    reached: str = ""
    truncated: bool = False


@in_time
def read_page(body: bytes, today: date) -> Page:
    """Return the papers of an answer; raise SourceError if it is an error, BadToken for that one.

    A bad record is skipped and named. An answer that is cut off or not well-formed is read record
    by record. noRecordsMatch is a page without records.
    """
    text = _xml.readable(body, _KIND)
    fault = _xml.fault(text, f"{_OAI[1:-1]} OAI-PMH".__eq__, _KIND)
    if fault is None:
        root = ET.fromstring(text)  # noqa: S314 - without document types nothing is expanded
        return _whole_page(root, today)
    return _damaged_page(text, today)


def _whole_page(root: ET.Element, today: date) -> Page:
    error = root.find(f"{_OAI}error")
    if error is not None:
        _raise_error(error.get("code", ""), error.text or "")
        return Page(total=0)
    records = list(enumerate(root.iter(f"{_OAI}record"), 1))
    token = root.find(f".//{_OAI}resumptionToken")
    size = token.get("completeListSize", "") if token is not None else ""
    total = int(size) if re.fullmatch("[0-9]{1,9}", size) else None
    given = (token.text or "").strip() if token is not None else ""
    return _page(records, [], today, total=total, token=given)


def _damaged_page(text: str, today: date) -> Page:
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
) -> Page:
    if len(token) > _LONGEST_TOKEN:
        msg = f"the resumption token is longer than {_LONGEST_TOKEN:,} characters: refused"
        raise SourceError(msg)
    size = len(records) + len(skipped)
    papers: list[Paper] = []
    stamps: list[str] = []
    for number, record in records:
        given_id = _text(record.find(f"{_OAI}header/{_OAI}identifier"))
        stamp = _text(record.find(f"{_OAI}header/{_OAI}datestamp"))
        if utc_date(stamp, today) is not None:
            stamps.append(stamp[:10])
        try:
            papers.append(_paper(record, today))
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(number, given_id)}: {unusable}")
    reached = max(stamps, default="")
    return Page(tuple(papers), tuple(skipped), size, total, token, reached, truncated)


def _raise_error(code: str, text: str) -> None:
    if code == "noRecordsMatch":
        return
    said = visible(f"{code}: {clean(text)}", 200)
    if code == "badResumptionToken":
        msg = f"arXiv has forgotten where to continue ({said}): try again"
        raise BadToken(msg)
    msg = f"arXiv refused the harvest: {said}"
    raise SourceError(msg)


def _paper(record: ET.Element, today: date) -> Paper:
    header = record.find(f"{_OAI}header")
    if header is not None and header.get("status") == "deleted":
        msg = "deleted at arXiv"
        raise _feed.Unusable(msg)
    data = record.find(f"{_OAI}metadata/{_ARXIV}arXiv")
    if data is None:
        msg = "no metadata"
        raise _feed.Unusable(msg)

    def text(name: str) -> str:
        return _text(data.find(_ARXIV + name))

    found = arxiv_id(text("id"))
    if found is None:
        msg = "no arXiv id"
        raise _feed.Unusable(msg)
    title, abstract = text("title"), text("abstract")
    _feed.titled(title, abstract)
    categories = tuple(dict.fromkeys(text("categories").split()))
    published = utc_date(text("created"), today)
    url, pdf_url = addresses(found[0], None)
    return Paper(
        id=found[0],
        title=title,
        abstract=abstract or None,
        authors=tuple(_authors(data)),
        published=published,
        # Absent where there is one version.
        updated=utc_date(text("updated"), today) or published,
        categories=categories,
        primary_category=categories[0] if categories else None,
        url=url,
        pdf_url=pdf_url,
        # Several are separated by blanks.
        doi=bare_doi((text("doi").split() or [""])[0]),
        comment=text("comments") or None,
    )


def _authors(data: ET.Element) -> Iterator[str]:
    for author in data.iterfind(f"{_ARXIV}authors/{_ARXIV}author"):
        parts = (_text(author.find(_ARXIV + part)) for part in ("forenames", "keyname", "suffix"))
        name = " ".join(part for part in parts if part)
        if name:
            yield name


def _text(element: ET.Element | None) -> str:
    return clean(element.text or "") if element is not None else ""
