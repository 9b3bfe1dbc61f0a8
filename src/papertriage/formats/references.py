"""Build what all bibliography formats need of a paper: its key, its date, its text."""

from __future__ import annotations

import re
from datetime import date

from papertriage.models import Paper
from papertriage.text import clean, normalized

_DATE = re.compile(r"([1-9]\d{3})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)")
# Characters that BibTeX, biber, pandoc and org-cite all accept in a key. BibTeX ignores case in
# keys, so that capitals are escaped too.
_OUTSIDE_KEY = re.compile(r"[^a-z0-9:./-]")
_LONGEST_KEY = 200
# LaTeX fails on control characters (bidi embeddings, overrides and isolates, zero-width spaces,
# tags), and XML forbids noncharacters. The joiners and marks needed for spelling in Persian or in
# emoji stay.
_STEERING = re.compile(
    "[\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)


def key(paper: Paper) -> str:
    """Return the paper's citation key: its id, with characters not allowed in keys as _xx.

    It only depends on the id, and never changes with other papers, titles or versions.
    """
    spelled = _OUTSIDE_KEY.sub(
        lambda match: "".join(f"_{byte:02x}" for byte in match[0].encode("utf-8", "replace")),
        clean(paper.id),
    )
    if len(spelled) <= _LONGEST_KEY:
        return spelled
    import hashlib

    return f"{spelled[:_LONGEST_KEY]}_{hashlib.sha256(spelled.encode()).hexdigest()[:16]}"


def plain(text: str | None) -> str:
    """Return the text as one line of composed Unicode without invisible controls."""
    text = clean(text or "")
    if text.isascii():
        return text
    return clean(normalized("NFC", _STEERING.sub("", text)))


def date_parts(paper: Paper) -> tuple[int, ...]:
    """Return (year, month, day) of the paper, as far as known and valid."""
    match = _DATE.match(paper.published or paper.announced or "")
    if match is None:
        return ()
    parts = tuple(int(part) for part in match.groups() if part)
    try:
        date(*(*parts, 1, 1)[:3])
    except ValueError:
        return parts[:1]
    return parts


def remark(paper: Paper) -> str:
    """Return "version 2; 12 pages": the version and the authors' comment."""
    version = f"version {paper.version}" if paper.version else ""
    return "; ".join(part for part in (version, plain(paper.comment)) if part)
