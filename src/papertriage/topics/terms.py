"""Terms: the words and word pairs of a title and an abstract, the same in training and tagging."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_WORD = re.compile(r"[^\W_]{2,}")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
MIN_ABSTRACT_WORDS = 5
"""Fewer words than this ("n/a", "Withdrawn.") are no abstract."""


def words(text: str) -> list[str]:
    """Lower-case runs of at least two letters or digits.

    Ligatures and full-width forms are folded (NFKC), as in text copied from a PDF.
    """
    if text.isascii():
        # The same words as by the pattern in a third of the time: 11 us an abstract, not 35.
        return [word for word in text.lower().translate(_BLANKS).split() if len(word) > 1]
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def has_abstract(abstract: str | None) -> bool:
    """Tell whether there is enough text to be called an abstract."""
    return abstract is not None and len(words(abstract[:200])) >= MIN_ABSTRACT_WORDS


def terms(title: str, abstract: str | None) -> list[str]:
    """List the words, then the pairs of neighbouring words joined by `_`; the title counts twice.

    No pair joins the title's last word to the abstract's first.
    """
    found = words(title)
    found += map("_".join, pairwise(found.copy()))
    found += found
    if abstract:
        abstract_words = words(abstract)
        found += abstract_words
        found += map("_".join, pairwise(abstract_words))
    return found


def readable(term: str) -> str:
    """Show a term as it stands in a text: `world_models` is "world models"."""
    return term.replace("_", " ")
