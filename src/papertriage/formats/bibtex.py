"""Write papers as BibTeX, with the fields of arXiv's own export."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, names
from papertriage.formats.math import pieces
from papertriage.models import CachedPaper, Paper
from papertriage.text import clean

# BibTeX counts braces even behind a backslash, so `\{` could end a field: only balanced spellings.
_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{mark: f"\\{mark}" for mark in "%&#_$"},
}
_SPECIAL = re.compile(r"[\\{}~^%&#_$]")
# Mathematics stays as given only with commands that typeset: none that reads, writes or defines.
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
_STOP_WORDS = frozenset(
    ("a", "an", "and", "as", "at", "by", "do", "for", "from", "in", "is", "of", "on", "the", "to")
)
_LONG_WORD = 4


def _typesets(math: str) -> bool:
    """Tell whether $math$ stays within its field and does nothing but typeset."""
    depth = 0
    for mark in math:
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    # TeX reads ^^5c as a backslash.
    if depth or "^^" in math or re.search(r"[%#&@]", _COMMAND.sub("", math)):
        return False
    return all(name in _COMMANDS or name in _SYMBOLS for name in _COMMAND.findall(math))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def _value(text: str) -> str:
    parts = pieces(clean(text), _typesets)
    return "".join(part if is_math else _escaped(part) for is_math, part in parts)


def _has_title_case(text: str) -> bool:
    long_words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG_WORD][1:]
    capitals = [word for word in long_words if word[:1].isupper()]
    return 2 * len(capitals) >= len(long_words)


def _title(text: str) -> str:
    """Return the title, its capitals braced where a bibliography style must not lower them.

    BERT and arXiv always; Bayesian only in a title in sentence case: there a capital means a name.
    """
    text = clean(text)
    title_case, starts, found = _has_title_case(text), True, []
    for is_math, piece in pieces(text, _typesets):
        if is_math:
            found.append(f"{{{piece}}}")
            starts = False
            continue
        for word, mark in _WORD.findall(piece):
            if word:
                named = word[0].isupper() and not (title_case or starts)
                keep = named or word[1:] != word[1:].lower()
                found.append(f"{{{word}}}" if keep else word)
                starts = False
            else:
                found.append(_escaped(mark))
                starts = starts or mark in ":?!."
    return "".join(found)


def _author(name: str) -> str:
    name = clean(name)
    return f"{{{_escaped(name)}}}" if names.is_group(name) else _escaped(name)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def _suffix(number: int) -> str:
    """Return the letters of a number: none of 0, then a to z, aa, ab and so on."""
    suffix = ""
    while number:
        number, letter = divmod(number - 1, 26)
        suffix = chr(ord("a") + letter) + suffix
    return suffix


def _key(paper: Paper, taken: dict[str, int]) -> str:
    """Return lastname + year + word; a, b, c … tell papers apart that share it.

    taken holds every key with the number of the suffix that was last given to it.
    """
    family = _ascii(names.family_given(clean(paper.authors[0]))[0]) if paper.authors else ""
    year = re.sub(r"\D", "", (paper.published or paper.announced or "")[:4])
    words = filter(None, map(_ascii, clean(paper.title).split(" ")))
    word = next((word for word in words if word not in _STOP_WORDS), "")
    stem = f"{family[:30] or 'anonymous'}{year}{word[:30]}"
    number, key = taken.get(stem, 0), stem
    while key in taken:
        number += 1
        key = stem + _suffix(number)
    taken[key] = 0
    taken[stem] = number
    return key


def _fields(cached: CachedPaper) -> Iterator[tuple[str, str | None]]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    yield "title", _title(paper.title)
    yield "author", " and ".join(_author(name) for name in paper.authors if clean(name))
    yield "year", _value((paper.published or paper.announced or "")[:4])
    if number:
        yield "eprint", _value(number)
        yield "archivePrefix", "arXiv"
        # Zotero reads eprint only beside eprinttype, biblatex either.
        yield "eprinttype", "arxiv"
        yield "primaryClass", _value(paper.primary_category or "")
    yield "doi", _escaped(clean(addresses.doi(paper) or ""))
    yield "url", addresses.web_address(paper.url)
    yield "abstract", _value(paper.abstract or "")
    yield "keywords", ", ".join(_value(score.topic) for score in cached.topics if score.tagged)


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield an entry a paper as the papers are read; only the keys are remembered."""
    taken: dict[str, int] = {}
    for paper in papers:
        lines = [f"  {name} = {{{value}}},\n" for name, value in _fields(paper) if value]
        yield f"@misc{{{_key(paper.paper, taken)},\n{''.join(lines)}}}\n\n"
