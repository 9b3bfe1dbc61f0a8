"""Make what Atom and JSON Feed both need: a fixed id, fixed dates, and HTML."""

from __future__ import annotations

import re

from papertriage.formats import cells
from papertriage.formats.addresses import web_address
from papertriage.formats.page import text
from papertriage.models import CachedPaper
from papertriage.text import visible

# RFC 3339, as both formats want it; half a date or no zone is no time of day.
_TIME = re.compile(
    r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z)?",
    re.ASCII,
)
NEVER = "1970-01-01T00:00:00Z"
"""The time of what has none."""


def urn(name: str) -> str:
    """Return a UUID of the name as an IRI (RFC 9562, version 5, in the namespace of URLs)."""
    import hashlib
    from uuid import NAMESPACE_URL, UUID

    name = f"papertriage:{name}".encode("utf-8", "replace").decode()
    digest = hashlib.sha1(NAMESPACE_URL.bytes + name.encode(), usedforsecurity=False).digest()
    return f"urn:uuid:{UUID(bytes=digest[:16], version=5)}"


def plain(value: str) -> str:
    """Return the text as one line that XML can hold and that steers no reader."""
    return visible(value).strip()


def came(paper: CachedPaper) -> str:
    """Return when the paper came into the cache: the one time of it that never changes.

    A feed's entry is "updated" then, so that no new version and no training makes it new again.
    """
    return _time(paper.came) or NEVER


def published(paper: CachedPaper) -> str | None:
    """Return when the paper was published, or None; a date alone is its first second."""
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
    """Return what a reader shows under the title, as HTML: facts, abstract, reasons.

    No number of it moves with the day: neither scores, nor ranks, nor upvotes.
    """
    facts = (cells.short_authors(paper.paper.authors, 10), cells.day(paper), paper.paper.id)
    # Of the topic, not of the pick: that comes and goes with the days.
    why = cells.why(paper._replace(pick=None))
    parts = [" · ".join(fact for fact in facts if fact), paper.paper.abstract or ""]
    parts += [paper.paper.comment or "", f"because {why}" if why else ""]
    return "".join(
        f'<p dir="auto">{text(plain(part))}</p>' for part in parts if part and not part.isspace()
    )


def address(paper: CachedPaper) -> str | None:
    """Return the paper's web address, else that of its DOI."""
    doi = paper.paper.doi
    return web_address(paper.paper.url) or web_address(f"https://doi.org/{doi}" if doi else None)
