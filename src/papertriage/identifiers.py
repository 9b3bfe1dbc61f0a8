"""Recognise paper ids in the forms that people and feeds write."""

from __future__ import annotations

import re
from functools import cache

from papertriage.text import normalized

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.NNNN(N) since 2007, before that
# archive(.SC)/YYMMNNN.
_ARXIV = r"(?:\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Za-z]{2})?/\d{7})"
_VERSION = r"(?:v([1-9]\d{0,8}))?"
_ARXIV_ID = rf"(?:arxiv:\s*)?({_ARXIV}){_VERSION}"
_ARXIV_URL = (
    rf"(?:https?://)?(?:[a-z]+\.)?(?:arxiv\.org/(?:abs|pdf|html|format|ps)/|alphaxiv\.org/abs/"
    rf"|huggingface\.co/papers/|hf\.co/papers/)({_ARXIV}){_VERSION}(?:\.pdf)?/?(?:[?#].*)?"
)
_ARXIV_DOI = rf"10\.48550/arxiv\.({_ARXIV}){_VERSION}"
_OF_ARXIV = "10.48550/"
_DOI = r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)"

_TITLE_ID = r"title:[0-9a-f]{16}(?:-[0-9a-f]{6})?"
_LONGEST_NAME = 200
# Different works may share a shorter title ("Editorial", "Introduction", "Reply").
_TELLING_WORDS = 4

# The lengths of 0704.0001 and 1501.00001.
_SINCE_2007 = (9, 10)
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


@cache
def _pattern(text: str) -> re.Pattern[str]:
    # Compiled on demand: each takes a millisecond, and most runs see only arXiv ids.
    return re.compile(text, re.IGNORECASE)


def _arxiv(match: re.Match[str]) -> tuple[str, int | None]:
    name = match[1]
    if "/" in name:
        # The subject class is not part of an old id: math.GT/0309136 is math/0309136.
        archive, number = name.lower().split("/")
        name = f"{archive.split('.')[0]}/{number}"
    return f"arxiv:{name}", int(match[2]) if match[2] else None


def versioned_id(text: str) -> tuple[str, int | None] | None:
    """Return (id without version, version) of an arXiv id, URL or DOI, else None."""
    text = text.strip()
    # Three times as fast as the patterns, and enough for nearly all ids in arXiv's own files.
    if text[4:5] == "." and len(text) in _SINCE_2007 and text.isascii():
        year_and_month, _, number = text.partition(".")
        if year_and_month.isdecimal() and number.isdecimal():
            return f"arxiv:{text}", None
    # An arXiv id never starts like a bare DOI.
    if not text.startswith("10."):
        match = _pattern(_ARXIV_ID).fullmatch(text) or _pattern(_ARXIV_URL).fullmatch(text)
        if match:
            return _arxiv(match)
    match = _pattern(_DOI).fullmatch(text)
    if match is None:
        return None
    # DOIs are case-insensitive (ISO 26324): store them in lower case.
    doi = match[1].lower()
    of_arxiv = _pattern(_ARXIV_DOI).fullmatch(match[1]) if doi.startswith(_OF_ARXIV) else None
    return _arxiv(of_arxiv) if of_arxiv else (f"doi:{doi}", None)


def paper_id(text: str) -> str | None:
    """Return the id in the text, without its version, or None if it is not one."""
    found = versioned_id(text)
    return found[0] if found else None


def lasting_id(text: str) -> tuple[str, int | None] | None:
    """Return (id without version, version) of an id that is valid everywhere, else None.

    Such are arXiv ids, DOIs and title ids. Anything else, such as "3" or a citation key, has a
    meaning only in its own file.
    """
    if text.startswith("title:"):
        return (text, None) if _pattern(_TITLE_ID).fullmatch(text) else None
    return versioned_id(text)


def bare_doi(text: str) -> str | None:
    """Return a DOI in any spelling as "10.…", or None."""
    match = _pattern(_DOI).fullmatch(text.strip())
    return match[1].lower() if match else None


def title_id(title: str) -> str:
    """Return the id of a paper that has only a title; case and punctuation do not matter."""
    # Imported here because hashlib loads OpenSSL, and few papers lack another id.
    import hashlib

    if title.isascii():
        # Eight times as fast as a regular expression.
        letters = title.lower().encode().translate(None, _NO_LETTERS)
    else:
        folded = normalized("NFKC", title).casefold()
        letters = "".join(c for c in folded if c.isalnum()).encode()
    return f"title:{hashlib.sha256(letters or title.encode()).hexdigest()[:16]}"


def is_telling(title: str) -> bool:
    """Return whether a title is long enough to identify a work."""
    return len(title.split()) >= _TELLING_WORDS


def told_apart(title: str, by: str) -> str:
    """Return the id of one of several works with the same title, distinguished by `by`."""
    import hashlib

    return f"{title_id(title)}-{hashlib.sha256(by.encode()).hexdigest()[:6]}"


def id_for(title: str, name: str) -> str:
    """Return the id of a paper from its title and the name that its file gives it.

    The name counts only if the title is too short to identify a work.
    """
    return title_id(title) if is_telling(title) else told_apart(title, name)


def source_id(source: str, name: str, title: str) -> str:
    """Return the id of a paper from a third-party source, which gives it a name."""
    lasting = lasting_id(name)
    if lasting:
        return lasting[0]
    if not is_usable_name(name):
        return title_id(title)
    return name if name.startswith(f"{source}:") else f"{source}:{name}"


def is_usable_name(name: str) -> bool:
    """Return whether the name that a file or a source gives a paper is one short word."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and " " not in name
