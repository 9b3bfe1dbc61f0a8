"""Build what Atom and JSON Feed share: permanent ids, permanent dates, and HTML."""

from __future__ import annotations

import re

from papertriage.formats import cells
from papertriage.formats.addresses import web_address
from papertriage.formats.page import text
from papertriage.models import CachedPaper
from papertriage.text import visible

# RFC 3339, as both formats require; incomplete dates and times without a zone do not match.
_TIME = re.compile(
    r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z)?",
    re.ASCII,
)
NEVER = "1970-01-01T00:00:00Z"
"""The time of entries that have none."""


def urn(name: str) -> str:
    """Return a UUID of the name as an IRI (RFC 9562, version 5, in the URL namespace)."""
    import hashlib
    from uuid import NAMESPACE_URL, UUID

    name = f"papertriage:{name}".encode("utf-8", "replace").decode()
    digest = hashlib.sha1(NAMESPACE_URL.bytes + name.encode(), usedforsecurity=False).digest()
    return f"urn:uuid:{UUID(bytes=digest[:16], version=5)}"


def plain(value: str) -> str:
    """Return the text as one line that is valid XML without control characters."""
    return visible(value).strip()


def came(paper: CachedPaper) -> str:
    """Return when the paper was added to the cache: its only date that never changes.

    A feed entry's "updated" is that time, so that no new version and no training shows it again.
    """
    return _time(paper.came) or NEVER


def published(paper: CachedPaper) -> str | None:
    """Return when the paper was published, or None; a date alone means its first second."""
    first = paper.paper.published or paper.paper.announced
    return _time(first) if first else None


def _time(moment: str) -> str | None:
    if not _TIME.fullmatch(moment):
        return None
    return moment if "T" in moment else f"{moment}T00:00:00Z"


def title(paper: CachedPaper) -> str:
    """Return the whole title, never empty."""
    return plain(paper.paper.title) or "(no title)"


def authors(paper: CachedPaper) -> list[str]:
    """Return the names that are not empty."""
    return [name for name in map(plain, paper.paper.authors) if name]


def tags(paper: CachedPaper) -> list[str]:
    """Return the tagged topics, then the categories."""
    topics = [score.topic for score in paper.topics if score.tagged]
    return [tag for tag in map(plain, [*topics, *paper.paper.categories]) if tag]


def content(paper: CachedPaper) -> str:
    """Return the HTML that a feed reader shows below the title: facts, abstract, reasons.

    Contains no number that changes from day to day: no scores, ranks or upvotes.
    """
    facts = (cells.short_authors(paper.paper.authors, 10), cells.day(paper), paper.paper.id)
    # From the topic rather than the pick, which comes and goes with the days.
    why = cells.why(paper._replace(pick=None))
    parts = [" · ".join(fact for fact in facts if fact), paper.paper.abstract or ""]
    parts += [paper.paper.comment or "", f"because {why}" if why else ""]
    return "".join(
        f'<p dir="auto">{text(plain(part))}</p>' for part in parts if part and not part.isspace()
    )


def address(paper: CachedPaper) -> str | None:
    """Return the paper's web address, or else that of its DOI."""
    doi = paper.paper.doi
    return web_address(paper.paper.url) or web_address(f"https://doi.org/{doi}" if doi else None)
