"""Clean text from outside, for the cache and for a terminal."""

from __future__ import annotations

import re
from typing import Literal

# C0, DEL and C1 without their white space: none of them is text. Lone surrogates cannot be encoded
# as UTF-8 at all.
# Patterns are compiled where a text needs them: most starts never pay for them.
_CONTROL = "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
_SURROGATE = "[\ud800-\udfff]"
# The last two of every plane between the first and those of private use.
_LAST = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(1 << 16, 15 << 16, 1 << 16)
)
# What may move the cursor's reading order, hide, or stack up: bidi controls (UAX #9), zero-width
# characters, tag characters, private use, interlinear annotation, line and paragraph separators.
# And noncharacters, which neither HTML nor XML has.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    f"\ud800-\udfff\ue000-\uf8ff{_LAST}\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"

# Every combining mark is one of these, and no language puts a hundred on one letter.
_MANY_MARKS = 100
_MARKS_RUN = rf"([^\w\s\x00-\x7f]{{{_MANY_MARKS}}})[^\w\s\x00-\x7f]+"


def clean(text: str) -> str:
    """Fold white space and drop control characters; keep LaTeX and Unicode as given."""
    # str.split knows the white space of \s and takes an eighth of its time on an abstract.
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return " ".join(re.sub(_CONTROL, "", re.sub(_SURROGATE, "\ufffd", text)).split())


def visible(text: str, limit: int = 20_000) -> str:
    """Return the text as one line that no terminal takes as codes, at most limit characters."""
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
    """Make each line visible, and keep the blanks that indent and align it."""
    lines = (re.split("( {2,})", line) for line in text.split("\n"))
    return "\n".join(
        "".join(part if part.strip(" ") == "" else visible(part) for part in parts)
        for parts in lines
    )


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return the text in a normal form of Unicode; of a run of marks only the first 100 count.

    CPython sorts the marks on a letter in time with the square of their number.
    """
    # Loaded where a text needs it: a cold search of ASCII does not.
    import unicodedata

    # A mark takes two bytes or more; encoding takes a microsecond, the pattern twenty.
    if len(text.encode("utf-8", "surrogatepass")) - len(text) > _MANY_MARKS:
        text = re.sub(_MARKS_RUN, r"\1", text)
    return unicodedata.normalize(form, text)


def counted(number: int, noun: str) -> str:
    """Return "1 paper", "1,200 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
