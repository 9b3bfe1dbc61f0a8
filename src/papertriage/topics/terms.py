"""Terms: folded words and word pairs of a paper, the same in training and tagging."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

MIN_ABSTRACT_WORDS = 5
"""Fewer words than this ("n/a", "Withdrawn.") are no abstract."""
TITLE_WEIGHT = 3
"""How often a term of the title counts; by cross-validation 3 is better than 2 and 2 than 1."""

_WORD = r"[^\W_]+"
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_MEMORY = 200_000
# fmt: off
_STOP_WORDS = frozenset([
    "an", "and", "are", "as", "at", "be", "between", "both", "but", "by", "can", "for", "from",
    "has", "have", "how", "in", "into", "is", "it", "its", "more", "not", "of", "on", "or", "our",
    "such", "than", "that", "the", "their", "these", "they", "this", "to", "we", "when", "where",
    "which", "while", "with",
])
# fmt: on
# Words no longer than these keep the ending; stems keep at least this much.
_SHORTEST_S, _SHORTEST_IES, _SHORTEST_OUR, _SHORTEST_E = 3, 4, 5, 5
_SHORTEST_STEM, _SHORTEST_DOUBLE = 4, 4


class _Folded(dict[str, str]):
    """Folded form per word, remembered: most words of a text were met before."""

    def __missing__(self, word: str) -> str:
        """Fold a new word; what an endless stream brings is not all remembered."""
        folded = fold(word)
        if len(self) < _MEMORY:
            self[word] = folded
        return folded


_folded = _Folded()


class Reading(NamedTuple):
    """A paper's words as written and folded, side by side, and its terms with repetitions."""

    written: list[str]
    folded: list[str]
    terms: list[str]
    has_abstract: bool


def read(title: str, abstract: str | None) -> Reading:
    """Read a paper; the title's terms count three times, no pair joins title and abstract."""
    written = words(title)
    folded = list(map(_folded.__getitem__, written))
    found = _terms(folded) * TITLE_WEIGHT
    abstract_words = words(abstract) if abstract else []
    if len(abstract_words) < MIN_ABSTRACT_WORDS:
        return Reading(written, folded, found, has_abstract=False)
    abstract_folded = list(map(_folded.__getitem__, abstract_words))
    found += _terms(abstract_folded)
    return Reading(
        [*written, "", *abstract_words], [*folded, "", *abstract_folded], found, has_abstract=True
    )


def words(text: str) -> list[str]:
    """List the lower-case runs of letters and digits.

    Ligatures and full-width forms are folded (NFKC), as in text copied from a PDF.
    """
    if text.isascii():
        # The same words as by the pattern in a third of the time.
        return text.lower().translate(_BLANKS).split()
    return re.findall(_WORD, unicodedata.normalize("NFKC", text).lower())


def fold(word: str) -> str:
    """Fold inflections and British spellings; stop words, numbers and single characters become "".

    After `singular`, the endings -ing, -ed, -ment and a final -e go where at least four letters
    stay, so that align, aligned, aligning and alignment are one word.
    """
    if len(word) == 1 or word in _STOP_WORDS or word.isdigit():
        return ""
    word = singular(word)
    for ending in ("ing", "ed", "ment"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return _undoubled(word.removesuffix(ending))
    return word.removesuffix("e") if len(word) > _SHORTEST_E else word


def singular(word: str) -> str:
    """Fold plurals, after Harman's S-stemmer (1991), and the British -isation and -our."""
    if len(word) > _SHORTEST_S and word[-1] == "s":
        if word.endswith("ies") and len(word) > _SHORTEST_IES:
            word = word[:-3] + "y"
        elif word[-2] not in "sui":
            word = word[:-1]
    if word.endswith("isation"):
        return word[:-7] + "ization"
    if word.endswith("our") and len(word) > _SHORTEST_OUR:
        return word[:-3] + "or"
    return word


def _undoubled(stem: str) -> str:
    """Undo what -ing and -ed did to a stem: modell is model, optimize is optimiz."""
    if stem[-1] == stem[-2] and stem[-1] not in "sz" and len(stem) > _SHORTEST_DOUBLE:
        stem = stem[:-1]
    return stem.removesuffix("e") if len(stem) > _SHORTEST_STEM else stem


def as_written(reading: Reading, term: str) -> str:
    """Show a term as the paper first writes it: `language_model` as "language models"."""
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
    found = [(fold(match[0].lower()), *match.span()) for match in re.finditer(_WORD, text)]
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
