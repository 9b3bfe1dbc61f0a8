"""Speak the arXiv API on the loopback, with invented papers and scripted faults.

The shape is the real one (status, headers, order of elements); the papers are invented.
`python tests/arxiv_server.py --port 8080 --papers 800` serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import gzip
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

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


@dataclass(frozen=True)
class Request:
    """A request that came: when (monotonic seconds), with what."""

    at: float
    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class ArxivServer:
    """A server for a `with` block; script says what goes wrong at which request (1 is the first).

    A fault is a word, or "word:value":
    status:N (a plain body), status:N:SECONDS (with Retry-After), error:STATUS (an Error feed),
    html, json, empty (no body), empty-page, truncated, lost (fewer bytes than announced),
    gzip, gzip-cut, gzip-damaged, gzip-stacked, bomb, doctype, deep, latin-1, bad-paper,
    duplicate, no-total, total:N, redirect:URL, reset, hang:SECONDS, drip:SECONDS (a byte each
    10 ms), drip-open:SECONDS (the same with no length announced).
    `always` holds for every request that the script leaves out.
    """

    papers: tuple[InventedPaper, ...] = ()
    script: dict[int, str] = field(default_factory=dict)
    always: str = ""
    port: int = 0
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Listen on the loopback, in a thread."""
        self._server = _Listener(self)
        self.port = self._server.server_address[1]
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and wait for the answers under way."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Return the address for sources.arxiv.url."""
        return f"http://127.0.0.1:{self.port}/api/query"

    def fault(self) -> tuple[str, str]:
        """Return (fault, its value) for the newest request."""
        word, _, value = self.script.get(len(self.requests), self.always).partition(":")
        return word, value


def found(papers: tuple[InventedPaper, ...], query: str) -> list[InventedPaper]:
    """Return the papers that a search_query names by its categories and its window."""
    wanted = set(re.findall(r"cat:([\w.*-]+)", query))
    window = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query)
    since, until = window.groups() if window else ("0" * 12, "9" * 12)
    return [
        paper
        for paper in papers
        if (not wanted or wanted & set(paper.categories))
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
_HTML = "<!DOCTYPE html>\n<html><body><h1>Welcome to the hotel network</h1></body></html>"


def _spoilt(word: str, value: str, text: str, server: ArxivServer) -> str:
    """Return the answer's text as a fault of its content leaves it."""
    if word == "bad-paper":
        return text.replace("  <entry>", f"{_BAD_PAPER}  </entry>\n  <entry>", 1)
    if word == "duplicate":
        return text.replace("</feed>", "".join(map(entry, server.papers[:1])) + "</feed>")
    if word == "doctype":
        bomb = '<!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<feed'
        return text.replace("<feed", bomb, 1)
    replaced = {
        "html": _HTML,
        "json": '{"error": "invented"}',
        "empty": "",
        "empty-page": re.sub(r"  <entry>.*</entry>\n", "", text, flags=re.DOTALL),
        "truncated": text[: int(len(text) * 0.6)],
        "deep": _HEAD + "<a>" * 100_000,
        "no-total": re.sub(r"  <opensearch:totalResults>.*\n", "", text),
        "total": re.sub(r"(totalResults>)\d+", rf"\g<1>{value}", text),
    }
    return replaced.get(word, text)


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(32 * 2**20))


def _packed(word: str, body: bytes) -> tuple[bytes, str]:
    """Return (body, Content-Encoding) for the faults of compression."""
    if word == "gzip":
        return gzip.compress(body), "gzip"
    if word == "gzip-cut":
        return gzip.compress(body)[:-20], "gzip"
    if word == "gzip-damaged":
        return b"\x1f\x8b\x08\x00" + b"\xff" * 60, "gzip"
    if word == "gzip-stacked":
        return gzip.compress(gzip.compress(body)), "gzip, gzip"
    if word == "bomb":
        return _bomb(), "gzip"
    return body, ""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, arxiv: ArxivServer) -> None:
        super().__init__(("127.0.0.1", arxiv.port), _Handler)
        self.arxiv = arxiv

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that leave early: several faults make them."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        arxiv = self.server.arxiv
        parts = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(time.monotonic(), parts.path, params, dict(self.headers))
        arxiv.requests.append(request)
        word, value = arxiv.fault()
        if word == "status":
            status, _, after = value.partition(":")
            body = b"Rate exceeded." if status == "429" else _HTML.encode()
            self._answer(int(status), body, "text/plain", {"Retry-After": after})
        elif word == "error":
            body = error_feed("start must be an integer").encode()
            self._answer(int(value), body)
        elif word == "redirect":
            self._answer(301, b"", headers={"Location": value})
        elif word == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            # The socket closes with its last user, and then by a reset: it lingers for no time.
            self.rfile.close()
            self.connection.close()
        else:
            self._page(params, word, value)

    def _page(self, params: dict[str, str], word: str, value: str) -> None:
        arxiv = self.server.arxiv
        if word == "hang":
            arxiv.stopped.wait(float(value))
        text = _spoilt(word, value, page(arxiv.papers, params), arxiv)
        encoding = "latin-1" if word == "latin-1" else "utf-8"
        body, packed = _packed(word, text.encode(encoding))
        if word in {"lost", "drip", "drip-open"}:
            self._slowly(body, float(value or 0), announced=word != "drip-open")
        else:
            self._answer(200, body, headers={"Content-Encoding": packed})

    def _slowly(self, body: bytes, seconds: float, *, announced: bool) -> None:
        """Send some bytes, then nothing; or a byte each 10 ms for some seconds."""
        self.close_connection = True
        self.send_response(200)
        if announced:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for at in range(int(seconds * 100) or 1):
            self.wfile.write(body[at : at + 1])
            self.server.arxiv.stopped.wait(0.01)

    def _answer(
        self,
        status: int,
        body: bytes,
        kind: str = "application/atom+xml",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


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
