"""Read an RSS or Atom feed with feedparser, paper by paper if it is damaged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from papertriage.errors import SourceError
from papertriage.sources import _feed_parser, _xml
from papertriage.sources._time_limit import in_time
from papertriage.text import clean, visible

# Real feeds have fewer: arXiv's API and daily feeds stop at 2,000.
MAX_ENTRIES = 5_000
# Real abstracts have a few thousand characters at most.
MAX_FIELD = 200_000

ATOM = "an Atom feed"
ANY = "an RSS or Atom feed"
_ROOTS = {
    ATOM: ("http://www.w3.org/2005/Atom feed",),
    ANY: (
        "http://www.w3.org/2005/Atom feed",
        "http://purl.org/atom/ns# feed",
        "rss",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns# RDF",
    ),
}
_ROOT = re.compile(r"<((?:[\w.-]+:)?(feed|rss|RDF))\b[^>]*>")
_ERROR = re.compile(
    r"(?:feed |internal |server |http )*error\b|[45]\d\d\b|(?:page |feed )?not found\b|forbidden\b"
    r"|access denied\b|(?:service )?(?:temporarily )?unavailable\b|too many requests\b"
    r"|rate (?:limit )?exceeded\b|bad (?:gateway|request)\b|(?:gateway )?time-?out\b"
    r"|(?:down for |under |scheduled )?maintenance\b|just a moment\b",
    re.IGNORECASE,
)
_ID = re.compile(r"<(?:id|guid|link)\b[^<>]{0,100}>([^<]{1,200})</")


class Unusable(Exception):
    """Why one paper is skipped."""


@dataclass(frozen=True, slots=True)
class Feed:
    """feedparser's result for the feed, and for each entry with its number in the feed.

    size counts the entries, skipped ones included; truncated is whether the feed was cut off.
    """

    head: Any
    entries: tuple[tuple[int, Any], ...]
    skipped: tuple[str, ...] = ()
    size: int = 0
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """The feed's opening tags, the name of its entries' element, and its closing tags."""

    root: str
    element: str
    closing: str

    @property
    def opening(self) -> str:
        return self.root + ("<channel>" if self.closing.startswith("</channel>") else "")


@in_time
def read_feed(body: bytes, kind: str, *, declared: bool = False) -> Feed:
    """Return the entries; raise SourceError if it is not a feed of that kind (ATOM or ANY).

    declared is whether to trust the encoding in the XML declaration. A bad entry is skipped and
    reported. A truncated or malformed feed is read entry by entry: complete entries are returned,
    the others reported. At most MAX_ENTRIES are read.
    """
    text = _xml.readable(body, kind, declared=declared)
    frame = _frame(text)
    excess = ""
    if frame is not None:
        text, excess = _cut(text, frame)
    fault = _xml.fault(text, _ROOTS[kind].__contains__, kind)
    parsed = _parsed(text) if fault is None else None
    if parsed is not None:
        entries = tuple(enumerate(parsed.entries, 1))
        feed = Feed(parsed.feeddata, entries, size=len(entries))
    elif frame is None:
        raise _xml.not_of_kind(text, kind)
    else:
        feed = _by_entry(text, frame, kind)
    return replace(feed, skipped=(*feed.skipped, excess)) if excess else feed


def _frame(text: str) -> _Frame | None:
    root = _ROOT.search(text[:4000])
    if root is None:
        return None
    closing = f"</{root[1]}>"
    if root[2] == "rss":
        closing = "</channel>" + closing
    return _Frame(root[0], "entry" if root[2] == "feed" else "item", closing)


def _cut(text: str, frame: _Frame) -> tuple[str, str]:
    starts = _xml.openings(text, frame.element)
    if len(starts) <= MAX_ENTRIES:
        return text, ""
    excess = f"paper {MAX_ENTRIES + 1:,} and {len(starts) - MAX_ENTRIES - 1:,} more: too many"
    return text[: starts[MAX_ENTRIES]] + frame.closing, excess


def _parsed(text: str) -> Any:  # noqa: ANN401 - feedparser has no types
    """Return feedparser's result, or None if it fails: on damaged feeds it raises many errors."""
    try:
        parsed = _feed_parser.parse(text)
    except Exception:  # noqa: BLE001 - KeyError, UnicodeError, ValueError, OverflowError and others
        return None
    return None if parsed.bozo or not parsed.version else parsed


def _by_entry(text: str, frame: _Frame, kind: str) -> Feed:
    """Read a feed that cannot be parsed as a whole, one entry at a time."""
    begin = text.find(frame.root)
    starts = _xml.openings(text, frame.element)
    head = text[begin : starts[0] if starts else len(text)]
    entries: list[tuple[int, Any]] = []
    skipped: list[str] = []
    blocks = [text[start:end] for start, end in _xml.elements(text, frame.element)]
    for number, block in enumerate(blocks, 1):
        whole = f"{frame.opening}{block}{frame.closing}"
        fault = _xml.fault(whole, _ROOTS[kind].__contains__, kind)
        parsed = _parsed(whole) if fault is None else None
        if parsed is None or not parsed.entries:
            found = _ID.search(block)
            why = "cannot be parsed" if fault is None else "not well-formed XML"
            skipped.append(f"{named(number, found[1].strip() if found else '')}: {why}")
        else:
            entries.append((number, parsed.entries[0]))
    parsed_head = _parsed(head + frame.closing)
    truncated = not text.rstrip().endswith(frame.closing.removeprefix("</channel>"))
    if not starts and not truncated:
        # The damaged part may have held papers: do not take it for a day without papers.
        msg = "the answer is not well-formed XML and contains no papers: try again later"
        raise SourceError(msg)
    if truncated and len(starts) > len(blocks):
        skipped.append(f"paper {len(blocks) + 1}: cut off")
    return Feed(
        parsed_head.feeddata if parsed_head is not None else {},
        tuple(entries),
        tuple(skipped),
        len(entries) + len(skipped),
        truncated,
    )


def named(number: int, given_id: str) -> str:
    """Return "paper 7 (its id)", the beginning of the line that says why it was skipped."""
    return f"paper {number}" + (f" ({visible(given_id, 80)})" if given_id else "")


def field(entry: Any, key: str) -> str:  # noqa: ANN401 - feedparser has no types
    """Return a field's text, cleaned; "" if it is absent."""
    # Not entry.get: feedparser returns "published" for "updated", with a warning.
    value = dict.get(entry, key)
    return clean(value) if isinstance(value, str) else ""


def fields(entry: Any, key: str, part: str) -> Iterator[str]:  # noqa: ANN401 - feedparser has no types
    """Yield a subfield of each item of a list, such as the name of each author."""
    for one in dict.get(entry, key) or ():
        value = field(one, part) if isinstance(one, dict) else ""
        if value:
            yield value


def check_title(title: str, abstract: str) -> None:
    """Raise Unusable for a paper without a title or with an overlong abstract."""
    # "0" is a title (arXiv 2104.12255).
    if title == "":
        msg = "no title"
        raise Unusable(msg)
    if len(abstract) > MAX_FIELD:
        msg = f"a field is longer than {MAX_FIELD:,} characters"
        raise Unusable(msg)


def refuse_empty(feed: Feed) -> None:
    """Raise SourceError for a feed without papers that is an error in disguise.

    Every version of RSS and Atom requires a title; servers and proxies send errors as feeds.
    """
    if feed.size:
        return
    title = field(feed.head, "title")
    if not title or _ERROR.match(title):
        said = f'the title "{visible(title, 80)}"' if title else "no title"
        msg = f"the feed has no papers and {said}: try again later"
        raise SourceError(msg)


def cut_off() -> SourceError:
    """Return the error for a truncated answer."""
    return SourceError("the answer is truncated: try again later")
