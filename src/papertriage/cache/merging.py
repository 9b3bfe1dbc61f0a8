"""Decide what a sighting changes in a paper that is already in the cache."""

from __future__ import annotations

import re
from collections import Counter

from papertriage.models import Paper

_MOSTLY = 0.95


def merged(old: Paper, new: Paper) -> Paper:
    """Return the paper that the cache should hold; equal to old when nothing is to be written.

    The newer version wins field by field, but never wipes what it does not say; an older or equal
    version only fills gaps, except that the same version may correct its own text.
    """
    first, second = (new, old) if _rank(new) >= _rank(old) else (old, new)
    whole = with_gaps_filled(first, second)._replace(id=old.id)
    return old if whole == old else whole


def with_gaps_filled(first: Paper, second: Paper) -> Paper:
    """Return the first paper, with what it does not say from the second."""
    gaps = {
        name: getattr(second, name)
        for name in Paper._fields
        if getattr(first, name) in (None, ()) and getattr(second, name) not in (None, ())
    }
    return first._replace(**gaps) if gaps else first


def reads_differently(old: Paper, new: Paper) -> bool:
    """Say whether a new version is worth another look: other words, not other spelling.

    Case, punctuation and white space do not count. In the title one word is enough, in the
    abstract one in twenty. An abstract where there was none is worth a look.
    """
    if _words(old.title) != _words(new.title):
        return True
    before, after = _words(old.abstract or ""), _words(new.abstract or "")
    if before == after:
        return False
    kept = sum((Counter(before) & Counter(after)).values())
    return kept < _MOSTLY * max(len(before), len(after))


def text_changed(old: Paper, new: Paper) -> bool:
    """Say whether the paper reads differently, so that its scores are out of date."""
    return old.title != new.title or old.abstract != new.abstract


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _rank(paper: Paper) -> tuple[int, str]:
    return paper.version or 0, paper.updated or ""
