"""Format papers for Org mode: a heading for each, with its facts in a property drawer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, entries, references
from papertriage.formats.math import pieces
from papertriage.formats.tex import typesets
from papertriage.models import CachedPaper

# Org has no escape character: its manual ("Escape Character") recommends a zero-width space, which
# acts as a space where emphasis, links, macros, timestamps, targets, footnotes, snippets, entities,
# sub- and superscripts begin.
_SPACE = "\u200b"
_MARKS = re.compile(r"[\\*/_=~+\[\]<>{}$^@|:#&%]")
# "a)" may start a list as well.
_WORD = re.compile(r"[^\W\d_](?![.)])")
_TAG = re.compile(r"[^\w@#%]")


# Syntax that Org reads before mathematics, and that its HTML export would pass on.
_BEFORE_MATH = re.compile(r"\[\[|\]\]|\{\{\{|[<\[]\d{4}-|fn:|://|<[A-Za-z/!?]")


def _is_math(math: str) -> bool:
    return typesets(math) and not _BEFORE_MATH.search(math)


def escaped(text: str) -> str:
    """Escape the text as one line of Org; balanced mathematics stays."""
    parts = pieces(entries.plain(text), _is_math)
    line = "".join(
        part if is_math else _MARKS.sub(lambda match: match[0] + _SPACE, part)
        for is_math, part in parts
    )
    # These could start a heading, a list, a table, a keyword or a drawer.
    return line if not line or _WORD.match(line) else f"{_SPACE}{line}"


def _heading(paper: CachedPaper) -> str:
    title = escaped(paper.paper.title) or "(no title)"
    address = addresses.web_address(paper.paper.url)
    # Any word that begins a heading may be a TODO keyword for somebody, but a link is not. Readers
    # other than Emacs end a link at the first bracket.
    linked = address and not re.search(r"[\[\]]", title)
    text = f"[[{address}][{title}]]" if linked else f"{_SPACE}{title.removeprefix(_SPACE)}"
    tags = (_TAG.sub("_", entries.plain(s.topic)) for s in paper.topics if s.tagged)
    drawn = ":".join(tag for tag in tags if tag)
    return f"* {text} :{drawn}:\n" if drawn else f"* {text}\n"


def _properties(cached: CachedPaper) -> Iterator[tuple[str, str]]:
    paper = cached.paper
    published = references.date_parts(paper)
    whole = "-".join(f"{part:02}" for part in published)
    yield "CUSTOM_ID", references.key(paper)
    yield "AUTHORS", "; ".join(entries.authors(cached))
    # An inactive timestamp requires a full date.
    yield "PUBLISHED", f"[{whole}]" if published[2:] else whole
    yield "CATEGORIES", " ".join(paper.categories)
    yield "DOI", addresses.doi(paper) or ""
    yield "URL", addresses.web_address(paper.url) or ""
    yield "PDF", addresses.web_address(paper.pdf_url) or ""
    yield "COMMENT", references.remark(paper)
    yield "DECISION", cached.decision or ""


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield a heading for each paper, with properties and abstract, as the papers are read."""
    for paper in papers:
        found = ((name, entries.plain(value)) for name, value in _properties(paper))
        drawer = "".join(f":{name}: {value}\n" for name, value in found if value)
        abstract = escaped(paper.paper.abstract or "")
        body = f"{abstract}\n" if abstract else ""
        yield f"{_heading(paper)}:PROPERTIES:\n{drawer}:END:\n{body}"
