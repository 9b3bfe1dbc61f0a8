"""Speak the arXiv API on the loopback, with invented papers and scripted faults.

The shape is the real one (status, headers, order of elements); the papers are invented.
`python tests/arxiv_server.py --port 8080 --papers 800` serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from xml.sax.saxutils import escape

from loopback import Answer, LoopbackServer, Request

NEWEST = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)

_SUBJECTS = (
    ("Aligning Language Models with Human Preferences", "reward models and preference tuning"),
    ("Score Matching for Diffusion Models", "the denoising process of a diffusion model"),
    ("Robustness under Distribution Shift", "out-of-distribution generalization of classifiers"),
    ("Causal Discovery from Interventions", "the causal graph behind observational data"),
    ("Faster Sparse Matrix Products", "memory traffic of sparse kernels"),
)
_METHODS = ("a Simple Bound", "Random Restarts", "Weak Supervision", "Adaptive Steps", "Two Views")
_PEOPLE = ("Ada Example", "Bob Sample", "Mei Invented", "Jürgen Groß", "Ana de la Cruz", "0")
_CATEGORIES = (("cs.LG", "stat.ML"), ("cs.CL",), ("stat.ML", "cs.LG"), ("cs.LG",), ("math.OC",))

_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
"""


@dataclass(frozen=True)
class InventedPaper:
    """What the server knows of a paper."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    published: datetime
    version: int = 1


def invented_papers(
    number: int, newest: datetime = NEWEST, apart: timedelta = timedelta(minutes=1)
) -> tuple[InventedPaper, ...]:
    """Return papers, oldest first, the last one submitted at newest."""
    papers = []
    for n in range(number):
        subject, matter = _SUBJECTS[n % len(_SUBJECTS)]
        method = _METHODS[n // len(_SUBJECTS) % len(_METHODS)]
        published = newest - (number - 1 - n) * apart
        papers.append(
            InventedPaper(
                id=f"{published:%y%m}.{n % 100_000:05}",
                title=f"{subject} by {method}, Part {n + 1}",
                abstract=f"We study {matter}. With $x_{n} < y$ we show that {method.lower()} helps "
                f"in {n + 2} of {n + 3} cases & is never worse.",
                authors=(_PEOPLE[n % len(_PEOPLE)], _PEOPLE[(n + 1) % len(_PEOPLE)]),
                categories=_CATEGORIES[n % len(_CATEGORIES)],
                published=published,
            )
        )
    return tuple(papers)


class ArxivServer(LoopbackServer):
    """The API; its faults are those of LoopbackServer and some of its own.

    error:STATUS (an Error feed), empty-page, nothing (an empty page whose total is 0), deep,
    bad-paper, odd-dates, duplicate, no-total, total:N.
    """

    path = "/api/query"

    def __init__(
        self,
        papers: tuple[InventedPaper, ...] = (),
        script: dict[int, str] | None = None,
        always: str = "",
        port: int = 0,
    ) -> None:
        super().__init__(script or {}, always, port)
        self.papers = papers

    def answer(self, request: Request) -> Answer:
        """Return the page that is asked for."""
        return Answer(page(self.papers, request.params), "application/atom+xml")

    def spoilt(self, word: str, value: str, answer: Answer) -> Answer:
        """Return the answer as a fault of its content leaves it."""
        if word == "error":
            return replace(answer, text=error_feed("start must be an integer"), status=int(value))
        return replace(answer, text=_spoilt(word, value, answer.text, self.papers))


def found(papers: tuple[InventedPaper, ...], query: str) -> list[InventedPaper]:
    """Return the papers that a search_query names by its categories and its window."""
    wanted = re.findall(r"cat:([\w.*-]+)", query)
    window = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query)
    since, until = window.groups() if window else ("0" * 12, "9" * 12)
    return [
        paper
        for paper in papers
        if (not wanted or any(fnmatchcase(c, one) for c in paper.categories for one in wanted))
        and since <= f"{paper.published:%Y%m%d%H%M}" <= until
    ]


def page(papers: tuple[InventedPaper, ...], params: dict[str, str]) -> str:
    """Return the answer to a request as the API writes it."""
    hits = found(papers, params.get("search_query", ""))
    hits.sort(key=lambda paper: paper.published, reverse=params.get("sortOrder") != "ascending")
    start, size = int(params.get("start", "0")), int(params.get("max_results", "10"))
    return feed([entry(paper) for paper in hits[start : start + size]], len(hits), start, size)


def feed(entries: list[str], total: int, start: int = 0, size: int = 100) -> str:
    """Return a feed of entries."""
    return (
        f"{_HEAD}  <id>https://arxiv.org/api/SW52ZW50ZWQ</id>\n"
        f"  <title>arXiv Query: search_query=invented&amp;start={start}</title>\n"
        "  <updated>2026-03-13T12:00:00Z</updated>\n"
        '  <link href="https://arxiv.org/api/query" type="application/atom+xml"/>\n'
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n" + "".join(entries) + "</feed>"
    )


def entry(paper: InventedPaper) -> str:
    """Return a paper as the API writes it."""
    name = f"{paper.id}v{paper.version}"
    when = f"{paper.published:%Y-%m-%dT%H:%M:%SZ}"
    categories = "".join(
        f'    <category term="{term}" scheme="http://arxiv.org/schemas/atom"/>\n'
        for term in paper.categories
    )
    authors = "".join(
        f"    <author>\n      <name>{escape(author)}</name>\n    </author>\n"
        for author in paper.authors
    )
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{name}</id>\n"
        f"    <title>{escape(paper.title)}</title>\n    <updated>{when}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf"'
        ' title="pdf"/>\n'
        f"    <summary>{escape(paper.abstract)}</summary>\n{categories}"
        f"    <published>{when}</published>\n"
        f'    <arxiv:primary_category term="{paper.categories[0]}"/>\n{authors}  </entry>\n'
    )


def error_feed(text: str) -> str:
    """Return the feed with which the API reports an error."""
    address = f"https://arxiv.org/api/errors#{text.replace(' ', '_')}"
    body = (
        f"  <entry>\n    <id>{address}</id>\n    <title>Error</title>\n"
        "    <updated>2026-03-13T12:00:00Z</updated>\n"
        f'    <link href="{address}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{escape(text)}</summary>\n"
        "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n"
    )
    return feed([body], 1, 0, 1)


_BAD_PAPER = (
    "  <entry>\n    <id>http://arxiv.org/abs/2603.99999v1</id>\n    <title>Fish & Chips</title>\n"
)


def _spoilt(word: str, value: str, text: str, papers: tuple[InventedPaper, ...]) -> str:
    if word == "bad-paper":
        return text.replace("  <entry>", f"{_BAD_PAPER}  </entry>\n  <entry>", 1)
    if word == "odd-dates":
        # The first three papers: no date, year 0, year 9999.
        text = re.sub(r"<published>[^<]*</published>", "", text, count=1)
        for year in ("0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z"):
            text = re.sub(r"<published>2[^<]*<", f"<published>{year}<", text, count=1)
        return text
    if word == "duplicate":
        return text.replace("</feed>", "".join(map(entry, papers[:1])) + "</feed>")
    replaced = {
        "empty-page": re.sub(r"  <entry>.*</entry>\n", "", text, flags=re.DOTALL),
        "nothing": feed([], 0),
        "deep": _HEAD + "<a>" * 100_000,
        "no-total": re.sub(r"  <opensearch:totalResults>.*\n", "", text),
        "total": re.sub(r"(totalResults>)\d+", rf"\g<1>{value}", text),
    }
    return replaced.get(word, text)


def main() -> None:
    """Serve invented papers until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--papers", type=int, default=800)
    parser.add_argument("--always", default="", help="a fault for every request")
    parser.add_argument("--apart", type=float, default=60.0, help="seconds between two papers")
    given = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    papers = invented_papers(given.papers, now, timedelta(seconds=given.apart))
    with ArxivServer(papers, always=given.always, port=given.port) as server:
        print(server.url, flush=True)  # noqa: T201 - the one thing its caller needs
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
