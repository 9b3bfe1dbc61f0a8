"""Format papers as a markdown list whose titles are plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertriage.formats import cells
from papertriage.formats.addresses import web_address
from papertriage.formats.math import pieces
from papertriage.models import CachedPaper
from papertriage.text import visible

# Characters that CommonMark, GitHub, pandoc or Obsidian interpret anywhere: for emphasis, code,
# links, HTML, tables and mathematics; and for mentions, tags, highlights, attributes and comments.
_MARKS = re.compile(r"[\\`*_{}\[\]<>&|~$^@#]|==|%%|:(?=//|[\w+-]{1,40}:)|(?i:(?<=www)\.)")
_AT_START = re.compile(r"(\d{1,9})([.)])|[-+=:%]")


def _is_plain_math(math: str) -> bool:
    """Return whether $math$ is also safe as plain text: it opens no link, image, code or HTML."""
    brackets = re.sub(r"\[[^\[\]]*\](?![\[(:])", "", math)
    return not re.search(r"[`\[\]&~@#|]|://|www|<[A-Za-z/!?]", brackets)


def escaped(text: str) -> str:
    """Escape the text as one line of markdown; balanced mathematics stays."""
    text = visible(text).strip()
    parts = pieces(text, _is_plain_math)
    line = "".join(
        part if is_math else _MARKS.sub(lambda match: re.sub(r"(.)", r"\\\1", match[0]), part)
        for is_math, part in parts
    )
    start = _AT_START.match(line)
    if start:
        line = (f"{start[1]}\\{start[2]}" if start[1] else f"\\{start[0]}") + line[start.end() :]
    return line


def link(text: str, address: str | None) -> str:
    """Return a link for a web address, else only the text."""
    target = web_address(address)
    return f"[{escaped(text)}]({target})" if target else escaped(text)


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one list item per paper as the papers are read."""
    for paper in papers:
        authors = cells.short_authors(paper.paper.authors)
        facts = (authors, cells.day(paper), cells.tags(paper), paper.paper.id)
        line = ", ".join(escaped(fact) for fact in facts if fact)
        yield f"- {link(cells.title(paper), paper.paper.url)}  \n  {line}\n"
