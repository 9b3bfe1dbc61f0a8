"""Convert the TeX of a bibliography to Unicode, but keep mathematics."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Mathematics, and characters of the private use area.
_KEPT = re.compile(r"(?<!\\)\$\$?[^$]++(?<!\\)\$\$?|\\\((?:[^$\\]|\\[^$()])++\\\)|[\ue000-\uf8ff]")
_TIE = re.compile(r"(?<!\\)~")
# In TeX these begin a comment or mathematics; in abstracts they are literal, as in "50% of $5".
_BARE = re.compile(r"(?<!\\)[%$]")
# Each formula is replaced by one character of that area.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FIRST, _LAST = 0xE000, 0xF8FF
# 20,000 characters take 130 ms.
_LONGEST = 20_000


def unicode_text(text: str) -> str:
    r"""Return `J{\"u}rgen Gro{\ss}` as `Jürgen Groß`; keep text that cannot be read as TeX.

    Ligatures such as -- and `` are kept too, as in arXiv's own texts.
    """
    if "\\" not in text and "{" not in text and "}" not in text and "~" not in text:
        return text
    if len(text) > _LONGEST:
        return text
    math: list[str] = []

    def kept(match: re.Match[str]) -> str:
        math.append(match[0])
        return chr(min(_FIRST + len(math) - 1, _LAST))

    plain = _TIE.sub(" ", _KEPT.sub(kept, text))
    if len(math) > _LAST - _FIRST:
        return text
    if "\\" not in plain:
        decoded = plain.replace("{", "").replace("}", "")
    else:
        try:
            decoded = _decoder()(_BARE.sub(r"\\\g<0>", plain))
        except Exception:  # noqa: BLE001 - keep the text if the library fails
            return text
    return _PRIVATE.sub(lambda match: _restored(match[0], math), decoded)


def _restored(mark: str, math: list[str]) -> str:
    place = ord(mark) - _FIRST
    return math[place] if place < len(math) else ""


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str], str]:
    # Slow to import, and rarely needed.
    from pylatexenc import latex2text, latexwalker, macrospec

    texts = latex2text.get_default_latex_context_db().filter_context(
        exclude_categories=["nonascii-specials"]
    )
    replacements = {
        "textbraceleft": "{",
        "textbraceright": "}",
        "textasciicircum": "^",
        "cite": "",
        "url": "%s",
        "href": "%(2)s",
    }
    texts.add_context_category(
        "papertriage",
        macros=[latex2text.MacroTextSpec(*pair) for pair in replacements.items()],
        prepend=True,
    )
    walker = latexwalker.get_default_latex_context_db()
    # Without this specification pylatexenc 2.11 raises IndexError on \href{a}{b}.
    walker.add_context_category(
        "papertriage", macros=[macrospec.std_macro("href", "{{")], prepend=True
    )
    converter = latex2text.LatexNodes2Text(
        latex_context=texts, math_mode="verbatim", keep_comments=True
    )

    def decoded(text: str) -> str:
        result = converter.latex_to_text(text, latex_context=walker, tolerant_parsing=True)
        return str(result)

    return decoded
