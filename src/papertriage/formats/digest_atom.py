"""Render a digest as an Atom feed with one entry (RFC 4287) that holds the HTML."""

from __future__ import annotations

from html import escape
from uuid import NAMESPACE_URL, uuid5

from papertriage.formats import digest as parts
from papertriage.formats import digest_html
from papertriage.models.digest import Digest
from papertriage.text import visible

_FEED = uuid5(NAMESPACE_URL, "papertriage:digests")


def _xml(text: str) -> str:
    return escape(visible(text))


def digest_text(digest: Digest) -> str:
    """Return the feed; its entry's id only depends on the day and the options."""
    entry = uuid5(_FEED, "\n".join((digest.day, *digest.asked)).encode("utf-8", "replace").decode())
    made = visible(digest.made or f"{digest.day}T00:00:00Z")
    title, summary = _xml(parts.heading(digest)), _xml(parts.opening(digest))
    content = escape(digest_html.body(digest))
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{_FEED.urn}</id>
<title>papertriage digests</title>
<updated>{made}</updated>
<author><name>papertriage</name></author>
<entry>
<id>{entry.urn}</id>
<title>{title}</title>
<updated>{made}</updated>
<summary>{summary}</summary>
<content type="html">{content}</content>
</entry>
</feed>
"""
