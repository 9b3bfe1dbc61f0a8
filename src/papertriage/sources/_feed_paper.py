"""Make a paper from an entry of any RSS or Atom feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from papertriage.dates import feed_date
from papertriage.identifiers import bare_doi, title_id
from papertriage.models import Paper
from papertriage.models.authority import ARXIV_DAILY, FEED, LINK, PUBLISHER
from papertriage.sources import _feed
from papertriage.sources._arxiv_services import addresses, arxiv_id
from papertriage.sources._feed import field, fields
from papertriage.sources._xml import unescaped
from papertriage.sources.arxiv_daily import names
from papertriage.text import clean

_MAX_URL = 2_000
_MAX_TAGS = 20
_MAX_TAG = 100
# A DOI within a publisher's address: /doi/abs/10.1145/1?af=R, /content/10.1101/2026.01.02.3v1.
_DOI_IN_ADDRESS = re.compile(
    r"/(?:doi(?:/[a-z]{1,10})?|content)/(10\.\d{4,9}/[^?#\s]{1,200})", re.IGNORECASE
)
# bioRxiv and medRxiv append the version and the kind of page.
_VERSION = re.compile(r"v([1-9][0-9]{0,2})(?:\.[a-z.-]{1,30})?$")
# Only elements of HTML and JATS: "$x<y$ and $z>w$" is mathematics.
_BLOCKS = "p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote|sec|title"
_INLINE = "i|b|em|strong|sub|sup|a|span|img|small|u|tt|code|font|italic|bold|sc|figure|section"
_TAG = re.compile(
    rf"</?(?:jats:)?(?:({_BLOCKS})|{_INLINE})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE
)
_ARXIV = "arxiv.org"
# The ids in arXiv's daily feeds, and the prefix of their abstracts.
_DAILY_ID = "oai:arxiv.org:"
_DAILY = re.compile(
    r"arXiv:\S{1,40}\s{1,9}Announce Type:\s{0,9}\S{1,20}\s{0,9}(?:Abstract:\s{0,9})?"
)
_RESOLVERS = frozenset(("doi.org", "dx.doi.org"))
# The site has three labels in example.co.uk and example.ac.jp.
_COUNTRY, _SHORT = 2, 3
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?){1,4}|[A-Z]{1,3}")


def paper_and_authority(entry: Any, today: date, url: str, head: Any) -> tuple[Paper, int]:  # noqa: ANN401 - feedparser has no types
    """Return the paper of an entry of the feed at url, and its authority (models/authority.py).

    An entry is the record of its paper if it is in arXiv's own feed with an arXiv id, or if it has
    a DOI and its page is on the feed's own site; otherwise it is a post that links to a paper.
    """
    paper = paper_of(entry, today)
    authority = _authority(entry, paper, url, head)
    if authority != LINK:
        return paper, authority
    # A post may link to any version, not only the newest.
    arxiv = paper.id.startswith("arxiv:")
    pdf_url = addresses(paper.id, None)[1] if arxiv else paper.pdf_url
    return paper._replace(version=None, pdf_url=pdf_url, doi=None if arxiv else paper.doi), LINK


def _authority(entry: Any, paper: Paper, url: str, head: Any) -> int:  # noqa: ANN401 - feedparser has no types
    host = _host(url)
    if paper.id.startswith("title:"):
        return FEED
    if not paper.id.startswith("doi:"):
        own = arxiv_id(field(entry, "id")) is not None
        return ARXIV_DAILY if own and _site(host) == _ARXIV else LINK
    recorded = any(bare_doi(field(entry, key)) for key in ("prism_doi", "dc_identifier"))
    page = _host(field(entry, "link"))
    if not page or page in _RESOLVERS:
        return PUBLISHER if recorded else LINK
    sites = {_site(one) for one in (host, _host(field(head, "link")))} - {""}
    if sites:
        return PUBLISHER if _site(page) in sites else LINK
    # The feed's address is an IP address, and it links to no site.
    return PUBLISHER if recorded else LINK


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _site(host: str) -> str:
    """Return the registered domain of a host; "" for an IP address or a name without a dot."""
    labels = host.split(".")
    if len(labels) == 1 or labels[-1].isdigit() or ":" in host:
        return ""
    country = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and len(labels[-2]) <= _SHORT
    return ".".join(labels[-3 if country else -2 :])


def paper_of(entry: Any, today: date) -> Paper:  # noqa: ANN401 - feedparser has no types
    """Return the paper of an entry; raise Unusable if it has no title.

    The paper's id is the arXiv id in the entry's id or link, else the DOI (prism:doi,
    dc:identifier, id or link), else an id made from the title.
    """
    title, abstract = _plain(entry, "title"), _plain(entry, "summary") or _content(entry)
    _feed.check_title(title, abstract)
    link = _address(field(entry, "link"))
    doi, version = _doi(entry)
    found = arxiv_id(field(entry, "id")) or arxiv_id(link or "") or arxiv_id(doi or "")
    pdf_url = None
    if found is not None:
        paper_id, version = found
        link, pdf_url = addresses(paper_id, version)
    else:
        paper_id = f"doi:{doi}" if doi else title_id(title)
    authors = [name for one in fields(entry, "authors", "name") for name in _names(one)]
    if field(entry, "id").lower().startswith(_DAILY_ID):
        abstract = _DAILY.sub("", abstract, count=1)
        authors = [name for one in fields(entry, "authors", "name") for name in names(one)]
    tags = (tag for tag in fields(entry, "tags", "term") if len(tag) <= _MAX_TAG)
    published = field(entry, "published") or field(entry, "prism_publicationdate")
    updated = field(entry, "updated")
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract or None,
        authors=tuple(authors),
        published=feed_date(published or updated, today),
        updated=feed_date(updated, today),
        version=version,
        categories=tuple(dict.fromkeys(tags))[:_MAX_TAGS],
        url=link or (f"https://doi.org/{doi}" if doi else None),
        pdf_url=pdf_url,
        doi=doi,
    )


def _doi(entry: Any) -> tuple[str | None, int | None]:  # noqa: ANN401 - feedparser has no types
    """Return the DOI, and the version if the link has one."""
    link = field(entry, "link")
    inside = _DOI_IN_ADDRESS.search(link)
    preprint = _VERSION.search(inside[1]) if inside and inside[1].startswith("10.1101/") else None
    version = int(preprint[1]) if preprint else None
    for key in ("prism_doi", "dc_identifier", "id", "link"):
        doi = bare_doi(field(entry, key))
        if doi is not None:
            return doi, version
    if inside is None:
        return None, None
    return bare_doi(_VERSION.sub("", inside[1]) if preprint else inside[1]), version


def _plain(entry: Any, key: str) -> str:  # noqa: ANN401 - feedparser has no types
    """Return a title or an abstract without the markup that feeds put into it."""
    text = field(entry, key)
    detail = dict.get(entry, f"{key}_detail")
    kind = dict.get(detail, "type") if isinstance(detail, dict) else None
    marked = _TAG.search(text) is not None
    if marked:
        text = _TAG.sub(lambda tag: " " if tag[1] else "", text)
    # Only HTML is still escaped here; in plain text "&amp;" is meant literally.
    if marked or kind in {"text/html", "application/xhtml+xml"}:
        text = unescaped(text)
    return clean(text)


def _content(entry: Any) -> str:  # noqa: ANN401 - feedparser has no types
    for one in dict.get(entry, "content") or ():
        if isinstance(one, dict):
            return _plain({"value": one.get("value"), "value_detail": one}, "value")
    return ""


def _names(given: str) -> Iterator[str]:
    """Yield the names in "Doe, J., Roe, A." or "Doe, J.; Roe, A."; any other text is one name."""
    if ";" in given:
        yield from (name for name in map(clean, given.split(";")) if name)
        return
    parts = [part.strip() for part in given.split(",")]
    surnames, initials = parts[::2], parts[1::2]
    if len(surnames) == len(initials) and all(map(_INITIALS.fullmatch, initials)):
        pairs = zip(surnames, initials, strict=True)
        yield from (f"{initial} {surname}" for surname, initial in pairs)
    else:
        yield given


def _address(given: str) -> str | None:
    """Return a link if it is safe to open: feeds may contain javascript: and file: links."""
    usable = given.lower().startswith(("https://", "http://")) and len(given) <= _MAX_URL
    return given if usable and " " not in given else None
