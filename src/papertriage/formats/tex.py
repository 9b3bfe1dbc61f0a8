"""Escape text for BibTeX and LaTeX."""

from __future__ import annotations

import re
import unicodedata

from papertriage.formats import names
from papertriage.formats.math import pieces
from papertriage.formats.references import plain

# BibTeX counts braces even after a backslash, so `\{` could end a field: only balanced spellings.
_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{mark: f"\\{mark}" for mark in "%&#_$"},
}
_SPECIAL = re.compile(r"[\\{}~^%&#_$]")
# The accents of LaTeX's own encodings, by combining character.
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "\u0131": "i",
    "đ": "dj",
    "Đ": "DJ",
    "ð": "dh",
    "Ð": "DH",
    "þ": "th",
    "Þ": "TH",
}
# Latin-1 Supplement, Latin Extended-A and B, Latin Extended Additional.
_LATIN = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
# Mathematics is only kept if all of its commands typeset: none that reads, writes or defines.
_TYPESETTING = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi
Psi Omega ell hbar nabla partial infty aleph Re Im emptyset varnothing mathcal mathbb mathrm
mathbf mathsf mathit mathfrak mathscr boldsymbol bm text textit textbf textrm texttt textsc
operatorname rm bf it tt cal sf sqrt frac tfrac dfrac binom log ln exp sin cos tan tanh arg
argmin argmax min max sup inf lim det dim ker deg gcd Pr sum prod int oint bigcup bigcap leq geq
le ge lt gt neq ne ll gg approx sim simeq cong equiv propto cdot cdots ldots dots times div pm
mp to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow
mapsto rightsquigarrow in notin ni subset subseteq supset supseteq cup cap setminus forall
exists neg land lor wedge vee perp parallel mid vert Vert langle rangle lceil rceil lfloor
rfloor left right big Big bigl bigr circ bullet star ast dagger prime odot otimes oplus hat
tilde bar vec dot ddot check widehat widetilde overline underline top bot quad qquad
"""
_COMMANDS = frozenset(_TYPESETTING.split())
_SYMBOLS = frozenset(",;:!{}|_%#&$ >")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)")
_WORD = re.compile(r"([^\W_]+)|(.)", re.DOTALL)
_LONG_WORD = 4


def typesets(math: str) -> bool:
    """Return whether $math$ stays within its field and only typesets."""
    depth = 0
    for mark in math:
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    # TeX reads ^^5c as a backslash.
    if depth or "^^" in math or re.search(r"[%#&@]", _COMMAND.sub("", math)):
        return False
    return all(name in _COMMANDS or name in _SYMBOLS for name in _COMMAND.findall(math))


def _macro(match: re.Match[str]) -> str:
    letter = match[0]
    if letter in _LETTERS:
        return f"{{\\{_LETTERS[letter]}}}"
    decomposed = unicodedata.normalize("NFD", letter)
    base, accent = decomposed[0], _ACCENTS.get(decomposed[1:])
    if accent is None or not base.isascii():
        return letter
    return f"{{\\{accent}{{{base}}}}}" if accent.isalpha() else f"{{\\{accent}{base}}}"


def escaped(text: str, *, macros: bool) -> str:
    """Escape all of TeX's special characters.

    With macros, accented Latin letters become LaTeX macros, which BibTeX sorts and abbreviates as
    letters; other scripts stay UTF-8.
    """
    text = _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)
    return _LATIN.sub(_macro, text) if macros else text


def value(text: str | None, *, macros: bool) -> str:
    """Return a field's value, escaped except for balanced mathematics that only typesets."""
    parts = pieces(plain(text), typesets)
    return "".join(part if is_math else escaped(part, macros=macros) for is_math, part in parts)


def _has_title_case(text: str) -> bool:
    long_words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG_WORD][1:]
    capitals = [word for word in long_words if word[:1].isupper()]
    return 2 * len(capitals) >= len(long_words)


def title(text: str, *, macros: bool) -> str:
    """Return the title, with braces around capitals that a bibliography style must not lower.

    BERT and arXiv always get braces; Bayesian only in a title in sentence case, where a capital
    means a name.
    """
    text = plain(text)
    title_case, starts, found = _has_title_case(text), True, []
    for is_math, piece in pieces(text, typesets):
        if is_math:
            found.append(f"{{{piece}}}")
            starts = False
            continue
        for word, mark in _WORD.findall(piece):
            if word:
                named = word[0].isupper() and not (title_case or starts)
                keep = named or word[1:] != word[1:].lower()
                spelled = escaped(word, macros=macros)
                found.append(f"{{{spelled}}}" if keep else spelled)
                starts = False
            else:
                found.append(escaped(mark, macros=macros))
                starts = starts or mark in ":?!."
    return "".join(found)


def author(text: str, *, macros: bool) -> str:
    """Return "van der Berg, Jr., Ada", which BibTeX can split; a group's name is in braces."""
    family, given, suffix = names.taken_apart(plain(text))
    words = family.split(" ")
    last = len(words) - 1
    words = words[next((n for n in range(last) if not words[n][:1].islower()), last) :]
    # After a capital, a word in lower case would turn all words before it into a particle.
    whole = not given or any(word[:1].islower() for word in words[:-1])
    parts = [escaped(part, macros=macros) for part in (family, suffix, given) if part]
    return ", ".join([f"{{{parts[0]}}}" if whole else parts[0], *parts[1:]])
