"""Find the balanced $…$ mathematics in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# As in pandoc (tex_math_dollars): no space inside the dollars, no digit after the last, so that
# "from $5 to $6" is money. A backslash escapes the next character.
_MATH = re.compile(r"\\.|(\$(?!\s)(?:[^\\$]|\\.)++(?<!\s)\$)(?!\d)")


def pieces(text: str, is_safe: Callable[[str], bool]) -> Iterator[tuple[bool, str]]:
    """Yield (is mathematics, piece); mathematics rejected by is_safe is text."""
    start = 0
    for match in _MATH.finditer(text):
        if match[1] and is_safe(match[1][1:-1]):
            if match.start() > start:
                yield False, text[start : match.start()]
            yield True, match[1]
            start = match.end(1)
    if start < len(text):
        yield False, text[start:]
