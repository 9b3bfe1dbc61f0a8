"""Evaluate the value of a BibTeX field: braces, quotes, numbers, macros, joined by #."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MARK = re.compile(r'\\.|[{}"]', re.DOTALL)
_ENDS = re.compile(r"\s*(?:#|\Z)")
# A macro of macros of macros would grow without end.
_LONGEST = 1_000_000
_WORD = re.compile(r'[^\s#{}"]+')


def value_of(raw: str, macros: Mapping[str, str]) -> str:
    """Return the text of `{a} # jan # "b"`; an undefined macro is kept as it is.

    macros has names in lower case. Raises ValueError if text follows a closing brace or quote,
    because a comma is missing there, and for a text of more than 1 MB.
    """
    parts, size = [], 0
    for part in _parts(raw.strip(), macros):
        size += len(part)
        if size > _LONGEST:
            msg = "too long"
            raise ValueError(msg)
        parts.append(part)
    return "".join(parts)


def _parts(raw: str, macros: Mapping[str, str]) -> Iterator[str]:
    position = 0
    while position < len(raw):
        mark = raw[position]
        word = _WORD.match(raw, position)
        if mark in '{"':
            end = _closing(raw, position)
            yield raw[position + 1 : end]
            position = end + 1
            # Slicing the rest would copy it for every part.
            if not _ENDS.match(raw, position):
                msg = "a comma is missing"
                raise ValueError(msg)
        elif word:
            yield macros.get(word[0].lower(), word[0])
            position = word.end()
        else:
            position += 1


def _closing(raw: str, start: int) -> int:
    """Return the position of the brace or quote that closes the one at start, or the end."""
    depth = 0
    for match in _MARK.finditer(raw, start + 1):
        mark = match[0]
        if mark == "{":
            depth += 1
        elif depth == 0 and mark == ("}" if raw[start] == "{" else '"'):
            return match.start()
        elif mark == "}" and depth:
            depth -= 1
    return len(raw)
