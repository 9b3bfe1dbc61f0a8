"""Only let web addresses through, escaped for every format."""

from __future__ import annotations

import re

from papertriage.models import Paper

_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
# RFC 3986 without the brackets and quotes that end a link in markdown, HTML, BibTeX or a mail.
_OUTSIDE = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&*+,;=%]")
# A DOI may contain characters that a URL may not:
# https://www.doi.org/doi-handbook/HTML/character-set.html.
_OUTSIDE_DOI = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&*+,;=()<>\[\]]")
_LONGEST = 2_000


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def web_address(address: str | None) -> str | None:
    """Return an http or https address with unsafe characters percent-encoded, or None."""
    if address is None:
        return None
    address = address.strip()
    if len(address) > _LONGEST or not _WEB.match(address):
        return None
    return _OUTSIDE.sub(_percent, address)


def arxiv_number(paper: Paper) -> str | None:
    """Return "2510.02252" or "hep-th/9901001", or None if the paper is not from arXiv."""
    return paper.id.removeprefix("arxiv:") if paper.id.startswith("arxiv:") else None


def doi(paper: Paper) -> str | None:
    """Return the paper's DOI, or the one registered by arXiv."""
    number = arxiv_number(paper)
    if paper.doi:
        return paper.doi
    return f"10.48550/arXiv.{number}" if number else None


def verbatim_doi(paper: Paper) -> str:
    """Return the DOI unescaped for BibTeX and biblatex, without characters that end a field."""
    return _OUTSIDE_DOI.sub(_percent, doi(paper) or "")
