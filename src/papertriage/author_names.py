"""Put authors' names in one order: given name, then family name."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)
_BETWEEN = re.compile(r" ?[,;] ?(?:and )?| and ")
_MOST_COMMAS = 2


def first_last(name: str) -> str:
    """Return "van der Berg, Jr, Ada" as "Ada van der Berg Jr"; keep a name without comma."""
    if "," not in name:
        return name
    parts = [part.strip() for part in name.split(",")]
    if not parts[0] or len(parts) > _MOST_COMMAS + 1:
        return name
    suffixes = [part for part in parts[1:] if _SUFFIX.fullmatch(part)]
    given = [part for part in parts[1:] if part and part not in suffixes]
    return " ".join([*given, parts[0], *suffixes])


def author_names(line: str) -> tuple[str, ...]:
    """Return the names of arXiv's author line, without the affiliations in parentheses.

    https://info.arxiv.org/help/prep.html: names are separated by commas or "and".
    """
    # Collapse spaces first: a pattern for many of them would take quadratic time.
    parts = _BETWEEN.split(" ".join(_outside_parentheses(line).split()))
    return with_suffixes(map(str.strip, parts), " ")


def with_suffixes(parts: Iterable[str], between: str) -> tuple[str, ...]:
    """Return the non-empty parts, with "Jr." or "III" joined to the preceding name."""
    names: list[list[str]] = []
    for part in parts:
        if names and _SUFFIX.fullmatch(part):
            names[-1].append(part)
        elif part:
            names.append([part])
    return tuple(map(between.join, names))


def _outside_parentheses(text: str) -> str:
    depth = 0
    kept: list[str] = []
    for part in re.split(r"([()])", text):
        if part == "(":
            depth += 1
        elif part == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return " ".join(kept)
