"""Clean text from outside, for the cache and for a terminal."""

from __future__ import annotations

import re
from typing import Literal

# C0, DEL and C1 without white space. Lone surrogates cannot be encoded as UTF-8.
# Patterns are compiled on demand: most runs never need them.
_CONTROL = "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
_SURROGATE = "[\ud800-\udfff]"
# The last two code points of each plane from 1 to 14: noncharacters.
_LAST = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(1 << 16, 15 << 16, 1 << 16)
)
# Characters that reorder, hide or stack text: bidi controls (UAX #9), zero-width characters, tag
# characters, private use, interlinear annotation, line and paragraph separators. Also
# noncharacters, which HTML and XML forbid.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    f"\ud800-\udfff\ue000-\uf8ff{_LAST}\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"

# Matches every combining mark; no language puts a hundred of them on one letter.
_MANY_MARKS = 100
_MARKS_RUN = rf"([^\w\s\x00-\x7f]{{{_MANY_MARKS}}})[^\w\s\x00-\x7f]+"


def clean(text: str) -> str:
    """Collapse white space and drop control characters; keep LaTeX and Unicode as given."""
    # str.split splits at the same white space as \s, eight times as fast.
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return " ".join(re.sub(_CONTROL, "", re.sub(_SURROGATE, "\ufffd", text)).split())


def visible(text: str, limit: int = 20_000) -> str:
    """Return the text as one line without terminal codes, of at most `limit` characters."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = re.sub(r"\s+", " ", text)
    if text.isascii() and text.isprintable():
        return text
    text = re.sub(_UNSAFE, "\ufffd", text)
    return re.sub(f"({_MARKS}{{8}}){_MARKS}+", r"\1", text)


def visible_lines(text: str) -> str:
    """Apply visible() to each line, keeping the spaces that indent and align it."""
    lines = (re.split("( {2,})", line) for line in text.split("\n"))
    return "\n".join(
        "".join(part if part.strip(" ") == "" else visible(part) for part in parts)
        for parts in lines
    )


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return the text in a Unicode normal form, keeping only the first 100 marks of a run.

    CPython sorts the marks on a letter in quadratic time.
    """
    # Imported here because an ASCII search does not need it.
    import unicodedata

    # A mark takes at least two bytes; encoding takes 1 us, the pattern 20 us.
    if len(text.encode("utf-8", "surrogatepass")) - len(text) > _MANY_MARKS:
        text = re.sub(_MARKS_RUN, r"\1", text)
    return unicodedata.normalize(form, text)


def counted(number: int, noun: str) -> str:
    """Return "1 paper", "1,200 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
