"""Split a paper into terms: folded words and word pairs, the same in training and tagging."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from papertriage.topics.words import WORD, fold, words

MIN_ABSTRACT_WORDS = 5
"""Texts with fewer words ("n/a", "Withdrawn.") are not abstracts."""
TITLE_WEIGHT = 3
"""How often a term of the title counts; 3 beats 2 and 2 beats 1 in cross-validation."""

_MEMORY = 200_000


class _Folded(dict[str, str]):
    """The folded form of each word seen, since most words recur."""

    def __missing__(self, word: str) -> str:
        """Fold a new word; the memory is bounded, even for an endless stream."""
        folded = fold(word)
        if len(self) < _MEMORY:
            self[word] = folded
        return folded


_folded = _Folded()


class PaperTerms(NamedTuple):
    """A paper's words as written and folded, in parallel, and its terms with repetitions."""

    written: list[str]
    folded: list[str]
    terms: list[str]
    has_abstract: bool


def read(title: str, abstract: str | None) -> PaperTerms:
    """Read a paper; the title's terms count three times, and no pair joins title and abstract."""
    written = words(title)
    folded = list(map(_folded.__getitem__, written))
    found = _terms(folded) * TITLE_WEIGHT
    abstract_words = words(abstract) if abstract else []
    if len(abstract_words) < MIN_ABSTRACT_WORDS:
        return PaperTerms(written, folded, found, has_abstract=False)
    abstract_folded = list(map(_folded.__getitem__, abstract_words))
    found += _terms(abstract_folded)
    return PaperTerms(
        [*written, "", *abstract_words], [*folded, "", *abstract_folded], found, has_abstract=True
    )


def as_written(reading: PaperTerms, term: str) -> str:
    """Return a term as the paper first writes it: `language_model` as "language models"."""
    first, _, second = term.partition("_")
    folded, place = reading.folded, -1
    while True:
        place = folded.index(first, place + 1)
        if not second:
            return reading.written[place]
        if folded[place + 1 : place + 2] == [second]:
            return f"{reading.written[place]} {reading.written[place + 1]}"


def find_term(text: str, term: str) -> list[tuple[int, int]]:
    """Find where a text holds a term of the evidence, in any inflection, as (start, end)."""
    wanted = list(map(fold, words(term)))
    found = [(fold(match[0].lower()), *match.span()) for match in re.finditer(WORD, text)]
    spans = []
    for place in range(len(found) - len(wanted) + 1):
        here = found[place : place + len(wanted)]
        if wanted and [word for word, _, _ in here] == wanted:
            spans.append((here[0][1], here[-1][2]))
    return spans


def _terms(folded: list[str]) -> list[str]:
    found = list(filter(None, folded))
    found += [f"{first}_{second}" for first, second in pairwise(folded) if first and second]
    return found
