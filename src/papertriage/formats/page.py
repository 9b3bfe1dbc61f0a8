"""Build self-contained HTML pages without scripts, for light and dark mode and phones."""

from __future__ import annotations

import re
from html import escape

from papertriage.formats import cells
from papertriage.formats.addresses import web_address
from papertriage.models import CachedPaper
from papertriage.text import visible

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_STYLE = """\
:root{color-scheme:light dark;--text:#1d2430;--soft:#5b6472;--line:#d9dee5;--link:#0b5cad;
--good:#17693a;--page:#fff}
@media(prefers-color-scheme:dark){:root{--text:#e4e8ee;--soft:#9aa5b4;--line:#343c48;--link:#7db7ff;
--good:#7fd6a0;--page:#14181e}}
body{background:var(--page);color:var(--text);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.1rem;margin:2rem 0 0;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;line-height:1.35;margin:0}
article{margin:1.25rem 0}p{margin:.25rem 0}a{color:var(--link)}
.facts,footer{color:var(--soft);font-size:.9rem}
.why{color:var(--good);font-size:.9rem}
blockquote{margin:.5rem 0 0;padding-left:.75rem;border-left:3px solid var(--line);
color:var(--soft)}
.day{white-space:nowrap}
.number{color:var(--soft);font-weight:400}
summary{color:var(--soft);font-size:.9rem;cursor:pointer}
section>h3{margin-top:1.25rem;font-size:1rem}
ul{padding-left:1.25rem;margin:.25rem 0}
figure{margin:1.25rem 0}figure svg{display:block;max-width:100%;height:auto}
figure rect{fill:var(--link)}
figcaption{color:var(--soft);font-size:.9rem}"""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNBROKEN = r'<span class="day">\g<0></span>'
# A mail client may remove the style sheet, but keeps inline styles.
_LAYOUT = (
    "max-width:44rem;margin:0 auto;padding:1.25rem 1rem 3rem;"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI',sans-serif"
)


def text(value: str) -> str:
    """Escape a value for the content of an element or for a quoted attribute."""
    return escape(visible(value).strip(), quote=True)


def link(value: str, address: str | None) -> str:
    """Return a link for a web address, else only the text."""
    target = web_address(address)
    if target is None:
        return text(value)
    return f'<a href="{escape(target, quote=True)}" rel="noopener noreferrer">{text(value)}</a>'


def opening(title: str, *, style: str = "") -> str:
    """Return the page up to its heading, with additional styles; closing() ends it."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{text(title)}</title>
<style>
{_STYLE}{style}
</style>
</head>
<body style="{_LAYOUT}">
<h1>{_DAY.sub(_UNBROKEN, text(title))}</h1>
"""


def closing() -> str:
    """Return the end of a page."""
    return "</body>\n</html>\n"


def article(number: int, paper: CachedPaper, *, inside: str = "") -> str:
    """Return a paper: number, linked title, authors, date, tags, reasons, and further content."""
    authors = cells.short_authors(paper.paper.authors)
    facts = (authors, cells.day(paper), cells.tags(paper), paper.paper.id)
    why = cells.why(paper)
    because = f'<p class="why">because {text(why)}</p>\n' if why else ""
    return (
        f'<article>\n<h3 dir="auto"><span class="number">{number}.</span> '
        f"{link(cells.title(paper), paper.paper.url)}</h3>\n"
        f'<p class="facts" dir="auto">{text(" · ".join(fact for fact in facts if fact))}</p>\n'
        f"{because}{inside}</article>\n"
    )
