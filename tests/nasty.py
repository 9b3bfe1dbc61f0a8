"""Write texts of any length that a careless pattern or loop reads in the square of the time."""

from __future__ import annotations

from collections.abc import Iterator

# What the forms of files, feeds, exports and queries take for syntax, and what they fold or count.
_MARKS = (
    *("\\", "\\(", "\\)", "\\{", "\\n", '\\"', "$", "$$", "{", "}", "{}", "(", ")", "()", "[", "]"),
    *("<", ">", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<p ", "&", "&#", "&#1", "&amp;"),
    *(
        ",",
        ";",
        ":",
        ".",
        "-",
        "--",
        "_",
        "^",
        "~",
        "#",
        "%",
        "@",
        "*",
        "|",
        "/",
        "?",
        "=",
        "+",
        "!",
    ),
    *('"', "'", "`", '""', '"a"', "a", "A", "1", "0", "É", "\u0315\u0300", "\u200b", "\ue000", "ß"),
    *(" ", "  ", "\t", "\n", "\r", "\r\n", "\n\n", "\x85", "\u3000", " a", " A", "a ", "\\\\\n"),
    *(" and ", "and ", " AND ", ", jr", "a, ", "a;", "a.", "a@", "a@a.", "a:", "a-a", "-a", "v1"),
    *("{a} # ", "a # ", "@a{", "@a{a,\n", "\n@", "TY  - ", "\nKW  - a", "---", "arxiv.", "arxiv:"),
    *("10.1000/", "http://", "www.", "daily", "to Mon 1 ", '{"a":1},', "[{", "$a", "a$ ", "OR "),
)
_ENDS = ("", "x", "\x00", ")", "}", '"', "$", ">", "\n", "!")


def repeats(size: int) -> Iterator[tuple[str, str]]:
    """Yield (name, text of that many characters): each mark again and again, and what follows it.

    Opened and never closed, by turns with another, behind a long word, before a bad last character.
    """
    for place, mark in enumerate(_MARKS):
        other, end = _MARKS[(7 * place + 3) % len(_MARKS)], _ENDS[place % len(_ENDS)]
        shapes = {
            "again": mark,
            "with another": mark + other,
            "with a word": f"{mark}word",
            "with a blank": f"{mark} ",
        }
        for shape, unit in shapes.items():
            text = unit * (size // len(unit) + 1)
            yield f"{mark!r} {shape}", text[: size - len(end)] + end
        for filler in ("a", " ", "\n", "1", "-"):
            yield f"{mark!r} then {filler!r}", (mark + filler * size)[: size - 1] + (end or "x")
