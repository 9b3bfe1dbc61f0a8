"""Turn the TeX of a bibliography into Unicode and keep mathematics as given."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MATH = re.compile(r"(?<!\\)\$\$?[^$]+(?<!\\)\$\$?|\\\([^$]+?\\\)")
_TIE = re.compile(r"(?<!\\)~")
# Each piece of mathematics travels as one character of the private use area.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FIRST, _LAST = 0xE000, 0xF8FF
# 20,000 characters take 130 ms.
_LONGEST = 20_000


def unicode_text(text: str) -> str:
    r"""Return `Jürgen Groß` of `J{\"u}rgen Gro{\ss}`; what cannot be read as TeX stays as it is.

    Ligatures such as -- and `` stay too, for arXiv's own texts have them.
    """
    if "\\" not in text and "{" not in text and "}" not in text and "~" not in text:
        return text
    math: list[str] = []

    def kept(match: re.Match[str]) -> str:
        math.append(match[0])
        return chr(_FIRST + len(math) - 1)

    text = _PRIVATE.sub("", text)
    plain = _TIE.sub(" ", _MATH.sub(kept, text))
    if len(math) > _LAST - _FIRST or len(text) > _LONGEST:
        return text
    if "\\" not in plain:
        decoded = plain.replace("{", "").replace("}", "")
    else:
        try:
            decoded = _decoder()(plain)
        except Exception:  # noqa: BLE001 - whatever the library makes of bad TeX, the text is kept
            return text
    return _PRIVATE.sub(lambda match: _restored(match[0], math), decoded)


def _restored(mark: str, math: list[str]) -> str:
    place = ord(mark) - _FIRST
    return math[place] if place < len(math) else ""


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str], str]:
    # 21 ms of CPU, and few files need it.
    from pylatexenc import latex2text

    def macro(name: str, text: str, arguments: str = "") -> Any:
        spec = macrospec.std_macro(name, arguments) if arguments else None
        if spec is not None:
            walker_macros.append(spec)
        return latex2text.MacroTextSpec(name, simplify_repl=text)

    from pylatexenc import latexwalker, macrospec

    walker_macros: list[Any] = []
    ours = [
        macro("textbraceleft", "{"),
        macro("textbraceright", "}"),
        macro("textasciicircum", "^"),
        macro("cite", "", "[{"),
        macro("url", "%s", "{"),
        # Without a specification of its own pylatexenc 2.11 raises IndexError here.
        macro("href", "%(2)s", "{{"),
    ]
    texts = latex2text.get_default_latex_context_db().filter_context(
        exclude_categories=["nonascii-specials"]
    )
    texts.add_context_category("papertriage", macros=ours, prepend=True)
    walker = latexwalker.get_default_latex_context_db()
    walker.add_context_category("papertriage", macros=walker_macros, prepend=True)
    converter = latex2text.LatexNodes2Text(
        latex_context=texts, math_mode="verbatim", keep_comments=True
    )

    def decoded(text: str) -> str:
        result = converter.latex_to_text(text, latex_context=walker, tolerant_parsing=True)
        return str(result)

    return decoded
