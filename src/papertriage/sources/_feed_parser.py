"""Read a feed with feedparser's handler, without its quadratic parts."""

from __future__ import annotations

import io
import re
import xml.sax
from functools import lru_cache
from typing import Any
from xml.sax.handler import feature_external_ges, feature_namespaces

from feedparser.api import StrictFeedParser

# Anchored at the start of a word, so that a long word is scanned only once.
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++(?:\?subject=\S++)?"
)


class FeedParser(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's handler, with its results in `version`, `feeddata` and `entries`.

    The two overridden methods take quadratic time in feedparser: one searches for an e-mail
    address from every letter of an author, one compares each tag with all others.
    """

    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self) -> None:
        """Expect UTF-8."""
        super().__init__("", None, "utf-8")
        self._known: dict[int, set[tuple[str, str | None, str | None]]] = {}

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        details, author = context.get(f"{key}s"), context.get(key)
        # An author without <name>: RSS has "ada@example.org (Ada Example)".
        if author and details and not details[-1] and (name := _name(author)):
            details[-1]["name"] = name

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tags = self._get_context().setdefault("tags", [])
        if not (term or scheme or label):
            return
        if term:
            known = self._known.setdefault(id(tags), set())
            if (term, scheme, label) in known:
                return
            known.add((term, scheme, label))
        # One without a term gets the element's text.
        tags.append({"term": term, "scheme": scheme, "label": label})


@lru_cache(maxsize=100)
def _name(author: str) -> str:
    """Return the author's name without an e-mail address and parentheses."""
    found = _ADDRESS.search(author)
    if found is None:
        return author
    author = author.replace(found[0], "")
    for nothing in ("()", "<>", "&lt;&gt;"):
        author = author.replace(nothing, "")
    return author.strip().removeprefix("(").removesuffix(")").strip()


def parse(text: str) -> Any:  # noqa: ANN401 - feedparser has no types
    """Return the handler that has read a feed; a bad feed may raise any exception.

    The text must be well-formed and must not declare a document type.
    """
    handler = FeedParser()
    reader = xml.sax.make_parser()  # noqa: S317 - without document types nothing is expanded
    reader.setFeature(feature_namespaces, True)
    reader.setFeature(feature_external_ges, False)
    reader.setContentHandler(handler)
    reader.setErrorHandler(handler)
    source = xml.sax.xmlreader.InputSource()
    source.setEncoding("utf-8")
    source.setByteStream(io.BytesIO(text.encode()))
    reader.parse(source)
    return handler
