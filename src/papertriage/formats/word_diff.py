"""Write word by word what a new version changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Change = Literal["same", "gone", "new"]


# Words; the longest abstract of arXiv has about 300.
_LONGEST = 1_000


class Stretch(NamedTuple):
    """Some words, and what became of them."""

    change: Change
    words: str


def stretches(old: str, new: str) -> Iterator[Stretch]:
    """Yield the words of both texts in reading order, what is gone before what replaced it."""
    from difflib import SequenceMatcher

    before, after = old.split(), new.split()
    # autojunk takes words that recur in a long text for noise, and "the" for gone; without it a
    # hostile text of one word repeated takes time with the square of its length.
    long = max(len(before), len(after)) > _LONGEST
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=long).get_opcodes():
        if tag == "equal":
            yield Stretch("same", " ".join(before[a:b]))
            continue
        if a < b:
            yield Stretch("gone", " ".join(before[a:b]))
        if c < d:
            yield Stretch("new", " ".join(after[c:d]))


def plain(old: str, new: str) -> str:
    """Return the diff with [-gone-] and {+new+} words, as `git diff --word-diff` marks them."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return " ".join(marks[found.change].format(found.words) for found in stretches(old, new))
