"""Take an author's name apart the way bibliographies need it."""

from __future__ import annotations

import re

_GROUP = re.compile(
    r"\b(?:collaborations?|team|group|consortium|community|project|et al)\b|\band\b|&|[{}]",
    re.IGNORECASE,
)
_PARTICLE_WORDS = (
    "af al av bin da de del della den der di do dos du el la las le los ten ter van von zu"
)
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


def is_group(name: str) -> bool:
    """Tell whether a name is a collaboration's or one word: no bibliography takes it apart."""
    return " " not in name or name.count(",") > 1 or _GROUP.search(name) is not None


def family_given(name: str) -> tuple[str, str]:
    """Return ("van der Berg", "Ada") of "Ada van der Berg" or "van der Berg, Ada".

    The given name is empty for groups and single words; a suffix such as Jr. follows it.
    """
    if is_group(name):
        return name, ""
    if "," in name:
        family, given = name.split(",")
        return family.strip(), given.strip()
    words = name.split(" ")
    suffix = words.pop() if words[1:-1] and words[-1].lower() in _SUFFIXES else ""
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    given = " ".join(words[:start])
    return " ".join(words[start:]), f"{given}, {suffix}" if suffix else given
