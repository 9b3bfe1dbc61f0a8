"""Shorten the headers of a mail before the standard library parses them."""

from __future__ import annotations

from email.policy import Compat32

# A Date has 40 characters, a Content-Type with its boundary 150; RFC 5322 allows 998 a line.
_LONGEST = 2_000


class _ShortHeaders(Compat32):
    """Headers of at most 2,000 characters: parsing their parameters takes quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST]


SHORT_HEADERS = _ShortHeaders()
"""The email package's policy for reading mails."""
