"""Recognise paper ids in whatever form a person or a feed writes them."""

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
# A shorter title ("Editorial", "Introduction", "Reply") is shared by different works.
_TELLING_WORDS = 4

# The lengths of 0704.0001 and 1501.00001.
_SINCE_2007 = (9, 10)
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


@cache
def _pattern(text: str) -> re.Pattern[str]:
    # Each takes a millisecond to compile, and most starts meet arXiv ids alone.
    return re.compile(text, re.IGNORECASE)


def _arxiv(match: re.Match[str]) -> tuple[str, int | None]:
    name = match[1]
    if "/" in name:
        # The subject class is no part of an old id: math.GT/0309136 is math/0309136.
        archive, number = name.lower().split("/")
        name = f"{archive.split('.')[0]}/{number}"
    return f"arxiv:{name}", int(match[2]) if match[2] else None


def versioned_id(text: str) -> tuple[str, int | None] | None:
    """Return (id without version, version) of an arXiv id, URL or DOI, else None."""
    text = text.strip()
    # A third of what the patterns take, for nearly all ids of arXiv's own files.
    if text[4:5] == "." and len(text) in _SINCE_2007 and text.isascii():
        year_and_month, _, number = text.partition(".")
        if year_and_month.isdecimal() and number.isdecimal():
            return f"arxiv:{text}", None
    # No arXiv id begins as a bare DOI does.
    if not text.startswith("10."):
        match = _pattern(_ARXIV_ID).fullmatch(text) or _pattern(_ARXIV_URL).fullmatch(text)
        if match:
            return _arxiv(match)
    match = _pattern(_DOI).fullmatch(text)
    if match is None:
        return None
    # DOIs are case-insensitive (ISO 26324); lower case is the one spelling kept here.
    doi = match[1].lower()
    of_arxiv = _pattern(_ARXIV_DOI).fullmatch(match[1]) if doi.startswith(_OF_ARXIV) else None
    return _arxiv(of_arxiv) if of_arxiv else (f"doi:{doi}", None)


def paper_id(text: str) -> str | None:
    """Return the id that the text names, without version, or None."""
    found = versioned_id(text)
    return found[0] if found else None


def lasting_id(text: str) -> tuple[str, int | None] | None:
    """Return (id without version, version) of an id that means one work wherever it stands.

    That is an arXiv id, a DOI, and the id of a title. Everything else, such as "3" or a citation
    key, means something to the file that gives it, and to no other: None.
    """
    if text.startswith("title:"):
        return (text, None) if _pattern(_TITLE_ID).fullmatch(text) else None
    return versioned_id(text)


def bare_doi(text: str) -> str | None:
    """Return "10.…" of a DOI in any spelling, or None."""
    match = _pattern(_DOI).fullmatch(text.strip())
    return match[1].lower() if match else None


def title_id(title: str) -> str:
    """Return the id of a paper known by its title alone; case and punctuation do not matter."""
    # hashlib loads OpenSSL, and only papers without any other id need it.
    import hashlib

    if title.isascii():
        # An eighth of what a regular expression takes.
        letters = title.lower().encode().translate(None, _NO_LETTERS)
    else:
        folded = normalized("NFKC", title).casefold()
        letters = "".join(c for c in folded if c.isalnum()).encode()
    return f"title:{hashlib.sha256(letters or title.encode()).hexdigest()[:16]}"


def is_telling(title: str) -> bool:
    """Say whether a title is long enough to be that of one work alone."""
    return len(title.split()) >= _TELLING_WORDS


def told_apart(title: str, by: str) -> str:
    """Return the id of one of several works of a title, which what stands in `by` tells apart."""
    import hashlib

    return f"{title_id(title)}-{hashlib.sha256(by.encode()).hexdigest()[:6]}"


def id_for(title: str, name: str) -> str:
    """Return the id of a paper that a file calls by a name which means nothing elsewhere.

    Where a title tells little, two names in a file are two works.
    """
    return title_id(title) if is_telling(title) else told_apart(title, name)


def source_id(source: str, name: str, title: str) -> str:
    """Return the id of a paper that a source of another distribution calls by a name."""
    lasting = lasting_id(name)
    if lasting:
        return lasting[0]
    if not is_usable_name(name):
        return title_id(title)
    return name if name.startswith(f"{source}:") else f"{source}:{name}"


def is_usable_name(name: str) -> bool:
    """Say whether a name that a file or a source gives a paper is short, and one word."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and " " not in name
