"""Read untrusted XML safely: no document types, bounded depth and attributes."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from xml.parsers import expat

from papertriage.errors import SourceError
from papertriage.text import visible

# Beyond these feedparser takes seconds to hours.
_MAX_DEPTH = 50
_MAX_ATTRIBUTES = 50
# feedparser searches all namespaces for each element, and resolves the base of each.
_MAX_NAMESPACES = 200
_MAX_BASE = 2_000
_BASES = frozenset(("base", "http://www.w3.org/xml/1998/namespace base"))
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
# Forbidden in XML 1.0 (section 2.2); abstracts contain it, and one character spoils the page.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")
# "0010FFFF" is the longest character number in practice.
_MAX_DIGITS = 8


def readable(body: bytes, kind: str, *, declared: bool = False) -> str:
    """Return the text without characters forbidden in XML; raise SourceError if it is not safe XML.

    The encoding is UTF-8 or, with declared, that of the XML declaration. kind is what was expected,
    such as "an Atom feed".
    """
    text = _FORBIDDEN.sub("", _decoded(body, declared=declared))
    if not text.strip():
        msg = "the answer is empty: try again later"
        raise SourceError(msg)
    text = _REFERENCE.sub(_allowed_reference, text)
    if _DTD.search(text[:200]) and "<html" in text[:1000].lower():
        raise not_of_kind(text, kind)
    if _DTD.search(text):
        msg = "the answer declares a document type or entities: refused"
        raise SourceError(msg)
    declaration = _DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def _decoded(body: bytes, *, declared: bool) -> str:
    named = _ENCODING.match(body[:300]) if declared else None
    encoding = "utf-8-sig"
    if named is not None:
        try:
            found = codecs.lookup(named[1].decode())
        except LookupError:
            found = None
        # UTF-7 would hide a document type; hex and zip are not text encodings.
        if found is not None and found.name != "utf-7" and found._is_text_encoding:  # noqa: SLF001 - what bytes.decode asks
            encoding = "utf-8-sig" if found.name == "utf-8" else found.name
    try:
        return body.decode(encoding, errors="replace")
    except UnicodeError:
        # "idna" and "punycode" do not support errors="replace".
        return body.decode("utf-8-sig", errors="replace")


def _allowed_reference(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    code = int(digits, 16 if match[1] else 10) if len(digits) <= _MAX_DIGITS else 0
    if code == 0 or code > sys.maxunicode or _FORBIDDEN.match(chr(code)):
        return ""
    return match[0]


def unescaped(text: str) -> str:
    """Return the text of HTML with its references resolved, overlong numeric ones removed.

    The standard library raises ValueError for numbers of more than 4,300 digits.
    """
    return unescape(_LONG_REFERENCE.sub("", text))


def fault(text: str, expected: Callable[[str], bool], kind: str) -> str | None:
    """Return why the XML is not well-formed, or None; raise SourceError for a wrong root element.

    expected checks the root's name, preceded by its namespace ("http://… feed").
    """
    depth = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 1 and not expected(name):
            raise not_of_kind(text, kind)
        if depth > _MAX_DEPTH or len(attributes) > 2 * _MAX_ATTRIBUTES:
            raise _as_no_feed()
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            if len(value) > _MAX_BASE and key.lower() in _BASES:
                raise _as_no_feed()

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("UTF-8", " ")
    parser.ordered_attributes = True
    names: set[tuple[str | None, str | None]] = set()

    def named(prefix: str | None, uri: str | None) -> None:
        names.add((prefix, uri))
        if len(names) > _MAX_NAMESPACES:
            raise _as_no_feed()

    parser.StartNamespaceDeclHandler = named
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        return str(error)
    return None


def _as_no_feed() -> SourceError:
    return SourceError("the answer has too much nesting or too many attributes: refused")


def not_of_kind(text: str, kind: str) -> SourceError:
    """Return the error for an answer of another kind, with what it looks like."""
    start = text.lstrip()[:1000].lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        looks = "HTML"
    elif start.startswith(("{", "[")):
        looks = "JSON"
    elif start.startswith("<"):
        looks = "other XML"
    else:
        looks = f'text: "{visible(text.strip(), 60)}"'
    return SourceError(f"the answer is not {kind} (looks like {looks}): is the address right?")


def elements(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every complete element of that name, with any prefix.

    Takes linear time: a lazy regular expression would take quadratic time without end tags.
    """
    opening, closing = _opening(name), re.compile(rf"</(?:[\w.-]+:)?{name}\s*>")
    begin = opening.search(text)
    while begin is not None:
        end = closing.search(text, begin.end())
        if end is None:
            return
        yield begin.start(), end.end()
        begin = opening.search(text, end.end())


def openings(text: str, name: str) -> list[int]:
    """Return where the elements of that name begin, complete or not."""
    return [match.start() for match in _opening(name).finditer(text)]


def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(?:[\w.-]+:)?{name}(?=[\s/>])")
