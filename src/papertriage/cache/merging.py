"""Decide what a sighting changes in a paper that is already in the cache."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from papertriage.models import Paper
from papertriage.models.authority import LINK

_MOSTLY = 0.95
_NAMES = Paper._fields[1:]
_FIELDS = len(_NAMES)
_VERSION, _UPDATED = _NAMES.index("version"), _NAMES.index("updated")
# The only fields that a post adds to a paper that other sources know.
_LINKS = frozenset(("url", "pdf_url", "doi"))
_NOTHING: dict[str, Any] = {name: Paper._field_defaults.get(name) for name in _NAMES}


class AttributedPaper(NamedTuple):
    """A paper, and the authorities of its fields.

    A single digit applies to all fields; 14 digits are one for each field after the id, in their
    order. The title's is never 0.
    """

    paper: Paper
    by: int


def merged(
    old: AttributedPaper, new: Paper, authority: int, *, wins_tie: bool = True
) -> AttributedPaper:
    """Return what the cache should hold; equal to old if nothing needs writing.

    The higher authority wins in each field (models/authority.py), and a missing value never deletes
    one. Among equals the newer version wins, then the newer date; at the same version and date the
    new paper, which may correct its own text, unless wins_tie is False.
    """
    by = authority_digits(old)
    top = max(by)
    if authority == LINK < top:
        new = _only_links(new)
    paper = old.paper
    if authority > LINK:
        # A post's text had stood in for the paper's.
        paper, by = _without_posts(paper, by)
    was, comes = _age(paper, by, authority), (new.version or 0, new.updated or "")
    wins = comes > was or (comes == was and wins_tie)
    values = list(paper)
    for place, value in enumerate(new[1:]):
        if value is None or value == ():
            continue
        if by[place] < authority or (by[place] == authority and wins):
            values[place + 1] = value
            by[place] = authority
    whole = Paper._make(values)
    return AttributedPaper(old.paper if whole == old.paper else whole, digits(by))


def authority_digits(held: AttributedPaper) -> list[int]:
    """Return the authority of each field after the id; 0 if the field is empty."""
    paper, each = held.paper, str(held.by)
    said = zip(paper[1:], each * _FIELDS if len(each) == 1 else each, strict=True)
    return [0 if value is None or value == () else int(digit) for value, digit in said]


def digits(by: Sequence[int]) -> int:
    """Encode the authorities of all fields as in AttributedPaper."""
    alike = {one for one in by if one}
    return alike.pop() if len(alike) == 1 else int("".join(map(str, by)))


def _only_links(new: Paper) -> Paper:
    return Paper(new.id, None, url=new.url, pdf_url=new.pdf_url, doi=new.doi)  # type: ignore[arg-type]  # it says no title


def _without_posts(paper: Paper, by: list[int]) -> tuple[Paper, list[int]]:
    """Return the paper without fields that come from posts linking to it, except for the links."""
    posts = [by[place] == LINK and name not in _LINKS for place, name in enumerate(_NAMES)]
    if not any(posts):
        return paper, by
    gone = {name: _NOTHING[name] for name, post in zip(_NAMES, posts, strict=True) if post}
    rest = [0 if post else one for one, post in zip(by, posts, strict=True)]
    return paper._replace(**gone), rest


def _age(paper: Paper, by: Sequence[int], authority: int) -> tuple[int, str]:
    """Return the version and date if this authority provided them."""
    version = paper.version if by[_VERSION] == authority else None
    updated = paper.updated if by[_UPDATED] == authority else None
    return version or 0, updated or ""


def reads_differently(old: Paper, new: Paper) -> bool:
    """Return whether a new version deserves another look: other words, not other spelling.

    Case, punctuation and white space do not count. In the title one changed word is enough, in the
    abstract one in twenty. A newly added abstract always counts.
    """
    if _words(old.title) != _words(new.title):
        return True
    before, after = _words(old.abstract or ""), _words(new.abstract or "")
    if before == after:
        return False
    kept = sum((Counter(before) & Counter(after)).values())
    return kept < _MOSTLY * max(len(before), len(after))


def text_changed(old: Paper, new: Paper) -> bool:
    """Return whether the text changed, so that the paper's scores are out of date."""
    return old.title != new.title or old.abstract != new.abstract


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
