"""Bring authors' names into the one order that the cache holds: given name, family name."""

from __future__ import annotations

import re

_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+")
_MOST_COMMAS = 2


def first_last(name: str) -> str:
    """Return "Ada van der Berg Jr" of "van der Berg, Jr, Ada"; a name without comma as it is."""
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
    names: list[str] = []
    for part in _BETWEEN.split(_outside_parentheses(line)):
        name = " ".join(part.split())
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        elif name:
            names.append(name)
    return tuple(names)


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
