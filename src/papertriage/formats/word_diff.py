"""Show word by word what a new version changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Change = Literal["same", "gone", "new"]


# In words; the longest arXiv abstracts have about 300.
_LONGEST = 1_000


class Stretch(NamedTuple):
    """Consecutive words, and whether they were kept, removed or added."""

    change: Change
    words: str


def stretches(old: str, new: str) -> Iterator[Stretch]:
    """Yield the words of both texts in reading order, removed ones before their replacement."""
    from difflib import SequenceMatcher

    before, after = old.split(), new.split()
    # autojunk treats words that recur in a long text as noise, and would mark "the" as removed;
    # without it, a hostile text of one repeated word takes time quadratic in its length.
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
