"""Read a page of the arXiv API: an Atom feed, and never more than that."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.parsers import expat

import feedparser

from papertriage.errors import SourceError
from papertriage.identifiers import bare_doi, versioned_id
from papertriage.models import Paper
from papertriage.sources._dates import utc_date
from papertriage.text import clean, visible

_ATOM = "http://www.w3.org/2005/Atom"
# Beyond these feedparser takes seconds to hours: 10,000 attributes 8 s, 200,000 levels 13 s.
_MAX_DEPTH = 50
_MAX_ATTRIBUTES = 50
# No abstract is longer than a few thousand characters; what is, is no abstract.
_MAX_FIELD = 200_000
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTRY = re.compile(r"<entry\b.*?</entry\s*>", re.DOTALL)
_OPEN_ENTRY = re.compile(r"<entry\b")
_ROOT = re.compile(r"<(?:[\w.-]+:)?feed\b[^>]*>")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
# What XML 1.0 forbids (section 2.2); abstracts carry it, and one such character costs the page.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# "0010FFFF" is the longest number of a character that anyone writes.
_MAX_DIGITS = 8
_ID = re.compile(r"<id>\s*([^<]{1,100}?)\s*</id>")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its papers, one line for each bad one, how many stood on it, and the total."""

    papers: tuple[Paper, ...]
    skipped: tuple[str, ...]
    size: int
    total: int | None
    truncated: bool = False


class _Unusable(Exception):  # noqa: N818 - a reason to skip one paper, not a failure
    pass


def read_page(body: bytes, today: date) -> Page:
    """Return the papers of an answer; raise SourceError if it is an error or no Atom feed.

    A bad paper is skipped and named. An answer that is cut off or not well-formed is read paper
    by paper: the whole ones come, the others are named.
    """
    text = _readable(body)
    fault = _fault(text)
    parsed = _parsed(text) if fault is None else None
    if parsed is not None:
        return _page(list(enumerate(parsed.entries, 1)), _total(parsed), today, [])
    return _page_by_paper(text, today)


def _readable(body: bytes) -> str:
    """Decode as UTF-8, which arXiv always sends, and drop what XML does not allow."""
    text = _FORBIDDEN.sub("", body.decode("utf-8-sig", errors="replace"))
    if not text.strip():
        msg = "the answer is empty: try again later"
        raise SourceError(msg)
    text = _REFERENCE.sub(_allowed_reference, text)
    if _DTD.search(text[:200]) and "<html" in text[:1000].lower():
        raise _not_a_feed(text)
    if _DTD.search(text):
        msg = "the answer declares a document type or entities: refused"
        raise SourceError(msg)
    return _DECLARATION.sub("", text, count=1)


def _allowed_reference(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    code = int(digits, 16 if match[1] else 10) if len(digits) <= _MAX_DIGITS else 0
    if code == 0 or code > sys.maxunicode or _FORBIDDEN.match(chr(code)):
        return ""
    return match[0]


def _fault(text: str) -> str | None:
    """Return why the XML is not well-formed, or None; raise SourceError if it is no feed."""
    depth = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 1 and name != f"{_ATOM} feed":
            raise _not_a_feed(text)
        if depth > _MAX_DEPTH or len(attributes) > 2 * _MAX_ATTRIBUTES:
            msg = "the answer is nested or filled with attributes as no feed is: refused"
            raise SourceError(msg)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("UTF-8", " ")
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        if not _ROOT.search(text[:2000]):
            raise _not_a_feed(text) from error
        return str(error)
    return None


def _not_a_feed(text: str) -> SourceError:
    start = text.lstrip()[:1000].lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        kind = "HTML"
    elif start.startswith(("{", "[")):
        kind = "JSON"
    elif start.startswith("<"):
        kind = "other XML"
    else:
        kind = f'text: "{visible(text.strip(), 60)}"'
    return SourceError(f"the answer is not an Atom feed (looks like {kind}): is the address right?")


def _parsed(text: str) -> Any:  # noqa: ANN401 - feedparser has no types
    """Return feedparser's result, or None where it fails: it raised on 1,026 of 20,000 mutants."""
    data = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>' + text.encode())
    try:
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # noqa: BLE001 - KeyError, UnicodeError, ValueError, OverflowError so far
        return None
    return None if parsed.get("bozo") or not parsed.get("version") else parsed


def _page_by_paper(text: str, today: date) -> Page:
    """Read a page that does not parse as a whole, one paper at a time."""
    root = _ROOT.search(text)
    first = _OPEN_ENTRY.search(text)
    head = text[root.start() : first.start() if first else len(text)] if root else ""
    entries: list[tuple[int, Any]] = []
    skipped: list[str] = []
    blocks = _ENTRY.findall(text)
    for number, block in enumerate(blocks, 1):
        whole = f"{root[0] if root else ''}{block}</feed>"
        parsed = _parsed(whole) if _fault(whole) is None else None
        if parsed is None or not parsed.entries:
            skipped.append(f"{_name(number, _ID.search(block))}: not well-formed XML")
        else:
            entries.append((number, parsed.entries[0]))
    parsed_head = _parsed(head + "</feed>")
    total = _total(parsed_head) if parsed_head is not None else None
    truncated = not text.rstrip().endswith("</feed>")
    if truncated and len(_OPEN_ENTRY.findall(text)) > len(blocks):
        skipped.append(f"paper {len(blocks) + 1}: cut off")
    return _page(entries, total, today, skipped, truncated=truncated)


def _page(
    entries: list[tuple[int, Any]],
    total: int | None,
    today: date,
    skipped: list[str],
    *,
    truncated: bool = False,
) -> Page:
    size = len(entries) + len(skipped)
    papers: list[Paper] = []
    for number, entry in entries:
        _refuse_error(entry)
        try:
            papers.append(_paper(entry, today))
        except _Unusable as unusable:
            name = _name(number, re.search("(.+)", _text(entry, "id")))
            skipped.append(f"{name}: {unusable}")
    return Page(tuple(papers), tuple(skipped), size, total, truncated)


def _name(number: int, found: re.Match[str] | None) -> str:
    return f"paper {number}" + (f" ({visible(found[1], 80)})" if found else "")


def _total(parsed: Any) -> int | None:  # noqa: ANN401 - feedparser has no types
    value = _text(parsed.feed, "opensearch_totalresults")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _refuse_error(entry: Any) -> None:  # noqa: ANN401 - feedparser has no types
    # With status 400 today, with 200 before November 2025.
    if _text(entry, "title") == "Error" and "/api/errors" in _text(entry, "id"):
        summary = visible(_text(entry, "summary"), 200)
        msg = f"arXiv refused the query: {summary or 'it gives no reason'}"
        raise SourceError(msg)


def _text(entry: Any, key: str) -> str:  # noqa: ANN401 - feedparser has no types
    # Not entry.get: feedparser answers "updated" with "published", and warns.
    value = dict.get(entry, key)
    return clean(value) if isinstance(value, str) else ""


def _paper(entry: Any, today: date) -> Paper:  # noqa: ANN401 - feedparser has no types
    found = versioned_id(_text(entry, "id"))
    if found is None or not found[0].startswith("arxiv:"):
        msg = "no arXiv id"
        raise _Unusable(msg)
    paper_id, version = found
    bare = paper_id.removeprefix("arxiv:")
    title, abstract = _text(entry, "title"), _text(entry, "summary")
    # "0" is a title (arXiv 2104.12255).
    if title == "":
        msg = "no title"
        raise _Unusable(msg)
    if max(len(title), len(abstract)) > _MAX_FIELD:
        msg = f"a field is longer than {_MAX_FIELD:,} characters"
        raise _Unusable(msg)
    categories = tuple(dict.fromkeys(_values(entry, "tags", "term")))
    primary = next(_values({"one": [dict.get(entry, "arxiv_primary_category")]}, "one", "term"), "")
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract or None,
        authors=tuple(_values(entry, "authors", "name")),
        published=utc_date(_text(entry, "published"), today),
        updated=utc_date(_text(entry, "updated"), today),
        version=version,
        categories=categories,
        primary_category=primary or (categories[0] if categories else None),
        url=f"https://arxiv.org/abs/{bare}",
        pdf_url=f"https://arxiv.org/pdf/{bare}{f'v{version}' if version else ''}",
        doi=bare_doi(_text(entry, "arxiv_doi")),
        comment=_text(entry, "arxiv_comment") or None,
    )


def _values(entry: Any, key: str, field: str) -> Iterator[str]:  # noqa: ANN401 - feedparser has no types
    for part in dict.get(entry, key) or ():
        value = _text(part, field) if isinstance(part, dict) else ""
        if value:
            yield value
