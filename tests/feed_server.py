"""Speak arXiv's daily feeds and OAI-PMH, the Hugging Face daily papers, and a journal's feed.

The shapes are the real ones (status, headers, order of elements); the papers are invented.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from arxiv_server import InventedPaper
from loopback import Answer, LoopbackServer, Request

DAY = date(2026, 3, 13)
ODD_DATES = ("", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z")


class _PaperServer(LoopbackServer):
    """A server of papers; faults of their own: bad-paper, odd-dates, duplicate, empty-page."""

    def __init__(
        self,
        papers: tuple[InventedPaper, ...] = (),
        script: dict[int, str] | None = None,
        always: str = "",
    ) -> None:
        super().__init__(script or {}, always)
        self.papers = papers


class DailyServer(_PaperServer):
    """rss.arxiv.org: /rss/cs.LG+stat.ML and /atom/…; day is what the feed says it is.

    Every fourth paper is new, cross, replace and replace-cross. Faults: feed-error (400), full
    (2,000 papers), those of _PaperServer. With cdn, it answers 304 where nothing has changed.
    """

    path = ""
    day = DAY
    cdn = False
    types = ("new", "cross", "replace", "replace-cross")

    def answer(self, request: Request) -> Answer:
        """Return the feed, or 304."""
        items = [self.item(n, paper, request) for n, paper in enumerate(self.papers)]
        etag = hashlib.sha256("".join(items).encode()).hexdigest()
        if self.cdn and request.headers.get("If-None-Match") == etag:
            return Answer("", status=304, headers={"ETag": etag})
        text = self.channel("".join(items), request)
        headers = {"ETag": etag, "Last-Modified": "Fri, 13 Mar 2026 04:00:11 GMT"}
        return Answer(text, "application/rss+xml", headers=headers)

    def channel(self, items: str, request: Request, title: str = "", reason: str = "") -> str:
        """Return a feed around items."""
        title = title or f"{request.path.split('/')[-1].replace('+', ', ')} updates on arXiv.org"
        reason = escape(reason or "updates on the arXiv.org e-print archive.")
        names = (
            'xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"'
        )
        if request.path.startswith("/atom/"):
            return (
                f"<?xml version='1.0' encoding='UTF-8'?>\n"
                f'<feed {names} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">\n'
                f"  <id>http://rss.arxiv.org{request.path}</id>\n  <title>{title}</title>\n"
                f"  <updated>{self.day}T04:00:11+00:00</updated>\n"
                f"  <subtitle>{reason}</subtitle>\n{items}</feed>\n"
            )
        return (
            f"<?xml version='1.0' encoding='UTF-8'?>\n<rss {names} version=\"2.0\">\n"
            f"  <channel>\n    <title>{title}</title>\n    <link>http://rss.arxiv.org/</link>\n"
            f"    <description>{reason}</description>\n"
            f"    <lastBuildDate>{self.day:%a, %d %b %Y} 04:00:11 +0000</lastBuildDate>\n"
            f"    <pubDate>{self.day:%a, %d %b %Y} 00:00:00 -0400</pubDate>\n"
            "    <skipDays>\n      <day>Sunday</day>\n      <day>Saturday</day>\n"
            f"    </skipDays>\n{items}  </channel>\n</rss>\n"
        )

    def item(self, number: int, paper: InventedPaper, request: Request) -> str:
        """Return a paper as the feed writes it."""
        kind = self.types[number % len(self.types)]
        name = f"{paper.id}v{paper.version}"
        text = escape(f"arXiv:{name} Announce Type: {kind} \nAbstract: {paper.abstract}")
        people = escape(", ".join(paper.authors) + " (Univ. of Nowhere, Inst. of Placeholders)")
        atom = request.path.startswith("/atom/")
        categories = "".join(
            f'<category term="{one}"/>' if atom else f"<category>{one}</category>"
            for one in paper.categories
        )
        rest = (
            f"{categories}<arxiv:announce_type>{kind}</arxiv:announce_type>"
            f"<dc:creator>{people}</dc:creator>"
        )
        if atom:
            return (
                f"<entry><id>oai:arXiv.org:{name}</id><title>{escape(paper.title)}</title>"
                f"<updated>{self.day}T04:00:11.5+00:00</updated>"
                f'<link href="https://arxiv.org/abs/{paper.id}" rel="alternate"/>'
                f"<summary>{text}</summary>{rest}"
                f"<published>{self.day}T00:00:00-04:00</published></entry>\n"
            )
        return (
            f"<item><title>{escape(paper.title)}</title>"
            f"<link>https://arxiv.org/abs/{paper.id}</link><description>{text}</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{name}</guid>{rest}'
            f"<pubDate>{self.day:%a, %d %b %Y} 00:00:00 -0400</pubDate></item>\n"
        )

    def spoilt(self, word: str, _: str, answer: Answer) -> Answer:
        """Return the answer as a fault of its content leaves it."""
        text = answer.text
        if word == "feed-error":
            request = Request(0.0, "/rss/cs.XX", {}, {})
            reason = "Bad archive 'cs.XX'. Valid archives are: cs, math."
            text = self.channel("", request, "Feed error for query: cs.XX", reason)
            return replace(answer, text=text, status=400)
        first = re.search(r"<(item|entry)>.*?</\1>\n", text, re.DOTALL)
        if first is None:
            return answer
        if word == "full":
            text = text.replace(first[0], first[0] * 2_000)
        return replace(answer, text=_spoilt_xml(word, text, first[0]))


class JournalServer(_PaperServer):
    """A journal's RSS feed with DOIs, at any path; faults as those of _PaperServer."""

    path = "/rss.xml"
    etag = 'W/"1"'

    def answer(self, request: Request) -> Answer:
        """Return the feed, or 304."""
        if request.headers.get("If-None-Match") == self.etag:
            return Answer("", status=304)
        items = "".join(
            f"<item><title><![CDATA[{paper.title.replace('Sparse', '<i>Sparse</i>')}]]></title>"
            f"<link>https://journal.example.org/doi/abs/10.1000/{paper.id}?af=R</link>"
            f"<description><![CDATA[<p>{escape(paper.abstract)}</p>]]></description>"
            f"<prism:doi>10.1000/{paper.id}</prism:doi>"
            + "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in paper.authors)
            + f"<pubDate>{format_datetime(paper.published)}</pubDate></item>\n"
            for paper in self.papers
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">\n'
            "<channel><title>Invented Journal</title><link>https://journal.example.org/</link>"
            f"<description>None</description>\n{items}</channel></rss>\n"
        )
        return Answer(text, "application/rss+xml", headers={"ETag": self.etag})

    def spoilt(self, word: str, _: str, answer: Answer) -> Answer:
        """Return the answer as a fault of its content leaves it."""
        first = re.search(r"<item>.*\n", answer.text)
        return replace(answer, text=_spoilt_xml(word, answer.text, first[0] if first else ""))


class OaiServer(_PaperServer):
    """oaipmh.arxiv.org: ListRecords in pages of page_size, with opaque tokens.

    Faults: bad-token, refused (badArgument), nothing (noRecordsMatch), same-token, sized
    (completeListSize), deleted, those of _PaperServer. A token of another server, or one that
    came damaged, is a bad one too.
    """

    path = "/oai"
    page_size = 5

    def answer(self, request: Request) -> Answer:
        """Return the page that is asked for."""
        asked = dict(request.params)
        start = 0
        if "resumptionToken" in asked:
            if set(asked) != {"verb", "resumptionToken"}:
                return self.error("badArgument")
            parts = re.fullmatch(
                r"set%3D(.*)%26from%3D(.*)%26skip%3D(\d+)", asked["resumptionToken"]
            )
            if parts is None:
                return self.error("badResumptionToken")
            asked |= {"set": unquote(parts[1]), "from": parts[2]}
            start = int(parts[3])
        since, until = asked.get("from", "0"), asked.get("until", "9")
        wanted = asked.get("set", "").split(":")[-1]
        hits = [
            paper
            for paper in self.papers
            if since <= f"{paper.published:%Y-%m-%d}" <= until
            and any(one.split(".")[-1] == wanted for one in paper.categories)
        ]
        if not hits:
            return self.error("noRecordsMatch")
        shown = hits[start : start + self.page_size]
        token = ""
        if start + self.page_size < len(hits):
            left = f"set%3D{quote(asked['set'], safe='')}%26from%3D{since}"
            token = f"{left}%26skip%3D{start + self.page_size}"
            token = f"<resumptionToken expires='2026-03-14T00:00:00Z'>{token}</resumptionToken>\n"
        records = "".join(map(_record, shown))
        return self.envelope(f"<ListRecords>\n{records}{token}</ListRecords>\n")

    def envelope(self, content: str) -> Answer:
        """Return the answer around the content."""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
            "<responseDate>2026-03-13T12:00:00Z</responseDate>\n"
            f"<request verb='ListRecords'>http://oaipmh.arxiv.org/oai</request>\n{content}</OAI-PMH>\n"
        )
        return Answer(text, "application/xml")

    def error(self, code: str) -> Answer:
        """Return an error, which comes with status 200."""
        return self.envelope(f"<error code='{code}'>An invented reason.</error>\n")

    def spoilt(self, word: str, value: str, answer: Answer) -> Answer:
        """Return the answer as a fault of its content leaves it."""
        if word == "nothing":
            return self.error("noRecordsMatch")
        if word in {"bad-token", "refused"}:
            return self.error("badResumptionToken" if word == "bad-token" else "badArgument")
        text = answer.text
        if word == "same-token":
            text = re.sub(r"skip%3D\d+", "skip%3D5", text)
        if word == "sized":
            text = text.replace("<resumptionToken", f"<resumptionToken completeListSize='{value}'")
        if word == "deleted":
            text = re.sub(r"<metadata>.*</metadata>", "", text, count=1)
            text = text.replace("<header>", "<header status='deleted'>", 1)
        first = re.search(r"<record>.*\n", text)
        return replace(answer, text=_spoilt_xml(word, text, first[0] if first else ""))


class HuggingFaceServer(_PaperServer):
    """huggingface.co/api/daily_papers: the papers of one day, in pages with a Link header.

    Faults: rate (429 with RateLimit), error-object, endless (every page names a next one),
    elsewhere (the next page is on another site), those of _PaperServer.
    """

    path = ""
    page_size = 100

    def answer(self, request: Request) -> Answer:
        """Return the page that is asked for."""
        hits = [
            _daily(number, paper)
            for number, paper in enumerate(self.papers)
            if f"{paper.published:%Y-%m-%d}" == request.params.get("date")
        ]
        start = int(request.params.get("p", "0")) * self.page_size
        headers = {"RateLimit": '"api";r=499;t=287'}
        if start + self.page_size < len(hits):
            following = int(request.params.get("p", "0")) + 1
            link = f"{request.path}?date={request.params['date']}&p={following}"
            headers["Link"] = f'<{link}>; rel="next"'
        text = json.dumps(hits[start : start + self.page_size], ensure_ascii=False)
        return Answer(text, "application/json; charset=utf-8", headers=headers)

    def spoilt(self, word: str, value: str, answer: Answer) -> Answer:
        """Return the answer as a fault of its content leaves it."""
        if word == "rate":
            headers = {"RateLimit": f'"api";r=0;t={value}'}
            return Answer("Too many", status=429, headers=headers)
        if word == "error-object":
            return replace(answer, text='{"error": "Invented reason"}')
        if word in {"endless", "elsewhere"}:
            link = "/api/daily_papers?p=0&date=2026-03-13"
            link = link if word == "endless" else "http://127.0.0.2/api"
            return replace(answer, headers={"Link": f'<{link}>; rel="next"'})
        try:
            records = json.loads(answer.text)
        except ValueError:
            return answer
        if word == "bad-paper":
            records.insert(0, {"paper": {"id": "no id", "title": "Fish"}, "numComments": None})
        if word == "duplicate":
            records += records[:1]
        if word == "empty-page":
            records = []
        if word == "odd-dates":
            for record, odd in zip(records, ODD_DATES, strict=False):
                record["publishedAt"] = record["paper"]["publishedAt"] = odd
        return replace(answer, text=json.dumps(records, ensure_ascii=False))


def _spoilt_xml(word: str, text: str, first: str) -> str:
    if word == "bad-paper":
        text = text.replace(
            first, re.sub("<title>.*</title>", "<title>Fish & Chips", first) + first, 1
        )
    if word == "duplicate":
        text = text.replace(first, first * 2, 1)
    if word == "empty-page":
        text = re.sub(r"<(item|entry|record)>.*?</\1>\n", "", text, flags=re.DOTALL)
    if word == "odd-dates":
        for odd in ODD_DATES:
            element = r"(<(pubDate|published|created|updated)>)[^<]*[1-8][^<]*(?=</)"
            text = re.sub(element, rf"\g<1>{odd}", text, count=2)
    return text


def _record(paper: InventedPaper) -> str:
    day = f"{paper.published:%Y-%m-%d}"
    authors = "".join(
        f"<author><keyname>{escape(name.split()[-1])}</keyname>"
        f"<forenames>{escape(' '.join(name.split()[:-1]))}</forenames></author>"
        for name in paper.authors
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper.id}</identifier>"
        f"<datestamp>{day}</datestamp><setSpec>cs:cs:LG</setSpec></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.id}</id><created>{day}</created>'
        f"<authors>{authors}</authors><title>{escape(paper.title)}</title>"
        f"<categories>{' '.join(paper.categories)}</categories><comments>12 pages</comments>"
        f"<abstract>{escape(paper.abstract)}</abstract></arXiv></metadata></record>\n"
    )


def _daily(number: int, paper: InventedPaper) -> dict[str, Any]:
    when = f"{paper.published:%Y-%m-%dT%H:%M:%S.000Z}"
    inner: dict[str, Any] = {
        "id": paper.id,
        "authors": [{"_id": "a", "name": name, "hidden": False} for name in paper.authors],
        "publishedAt": when,
        "title": paper.title,
        "summary": paper.abstract,
        "upvotes": 40 - number,
    }
    if number % 2 == 0:
        inner["githubRepo"] = f"https://github.com/example/part-{number}"
        inner["ai_keywords"] = ["invented"]
    if number % 3 == 2:
        del inner["upvotes"]
    outer = {"paper": inner, "publishedAt": when, "title": paper.title, "summary": paper.abstract}
    return outer | {"numComments": number, "submittedBy": {"name": "invented"}, "surprise": [1]}
