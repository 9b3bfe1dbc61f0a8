"""Split a text into words, and fold their inflections and spellings."""

from __future__ import annotations

import re

from papertriage.text import normalized

WORD = r"[^\W_]+"
"""A sequence of letters and digits."""
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}

# fmt: off
_STOP_WORDS = frozenset([
    "an", "and", "are", "as", "at", "be", "between", "both", "but", "by", "can", "for", "from",
    "has", "have", "how", "in", "into", "is", "it", "its", "more", "not", "of", "on", "or", "our",
    "such", "than", "that", "the", "their", "these", "they", "this", "to", "we", "when", "where",
    "which", "while", "with",
])
# fmt: on
# Words up to this length keep their ending; stems keep at least this much.
_SHORTEST_S, _SHORTEST_IES, _SHORTEST_OUR, _SHORTEST_E = 3, 4, 5, 5
_SHORTEST_STEM, _SHORTEST_DOUBLE = 4, 4


def words(text: str) -> list[str]:
    """List the sequences of letters and digits in lower case.

    Ligatures and full-width forms are folded (NFKC), as in text copied from a PDF.
    """
    if text.isascii():
        # The same words as with the pattern, in a third of the time.
        return text.lower().translate(_BLANKS).split()
    return re.findall(WORD, normalized("NFKC", text).lower())


def fold(word: str) -> str:
    """Fold inflections and British spellings; stop words, numbers and single characters become "".

    After `singular`, the endings -ing, -ed, -ment and a final -e are removed if at least four
    letters remain, so that align, aligned, aligning and alignment are one word.
    """
    if len(word) == 1 or word in _STOP_WORDS or word.isdigit():
        return ""
    word = singular(word)
    for ending in ("ing", "ed", "ment"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return _undoubled(word.removesuffix(ending))
    return word.removesuffix("e") if len(word) > _SHORTEST_E else word


def singular(word: str) -> str:
    """Fold plurals, following Harman's S-stemmer (1991), and the British -isation and -our."""
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
    """Undo spelling changes before -ing and -ed: modell becomes model, optimize optimiz."""
    if stem[-1] == stem[-2] and stem[-1] not in "sz" and len(stem) > _SHORTEST_DOUBLE:
        stem = stem[:-1]
    return stem.removesuffix("e") if len(stem) > _SHORTEST_STEM else stem
