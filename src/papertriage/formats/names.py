"""Split an author's name as bibliographies require."""

from __future__ import annotations

import re
from typing import NamedTuple

_GROUP = re.compile(
    r"\b(?:collaborations?|team|group|consortium|community|project|et al)\b|\band\b|&|[{}]",
    re.IGNORECASE,
)
# Particles that are sometimes capitalised; none of them is a middle name.
_PARTICLES = frozenset(("de", "del", "von"))
_PAIRS = frozenset(
    ("de la", "de las", "de los", "van de", "van den", "van der", "von der", "von den")
)
_JOINING = frozenset(("e", "i", "y"))
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


class Name(NamedTuple):
    """An author's name; groups and single words only have a family name."""

    family: str
    given: str = ""
    suffix: str = ""


def taken_apart(name: str) -> Name:
    """Split "Ada van der Berg Jr." or "van der Berg, Jr., Ada" into ("van der Berg", "Ada", "Jr.").

    As in BibTeX, the family name begins with the first word in lower case.
    """
    if " " not in name or _GROUP.search(name):
        return Name(name)
    if "," not in name:
        return _of_words(name.split(" "))
    return _of_parts(name)


def _of_parts(name: str) -> Name:
    family, *rest = (part.strip() for part in name.split(","))
    suffix = next((part for part in rest if part.lower() in _SUFFIXES), "")
    given = [part for part in rest if part and part != suffix]
    if family and suffix and not given and " " in family:
        return _of_words([*family.split(" "), suffix])
    if family and len(given) == 1 and _has_letter(given[0]):
        return Name(family, given[0], suffix)
    return Name(name)


def _of_words(words: list[str]) -> Name:
    suffix = words.pop() if words[1:-1] and words[-1].lower() in _SUFFIXES else ""
    last = len(words) - 1
    start = next((n for n in range(1, last) if _begins_family(words, n)), last)
    if start > 1 and words[start] in _JOINING:
        # José Ortega y Gasset: the first family name precedes the conjunction.
        start -= 1
    given = " ".join(words[:start])
    if not _has_letter(given):
        return Name(" ".join([*words, suffix]).rstrip())
    return Name(" ".join(words[start:]), given, suffix)


def _has_letter(given: str) -> bool:
    return any(letter.isalpha() for letter in given)


def _begins_family(words: list[str], n: int) -> bool:
    word = words[n]
    if word.lower() in _PARTICLES or f"{word} {words[n + 1]}".lower() in _PAIRS:
        return True
    # With the given name in lower case too, case means nothing; "b." is an initial.
    return word[0].islower() and not words[0][0].islower() and not word.endswith(".")
