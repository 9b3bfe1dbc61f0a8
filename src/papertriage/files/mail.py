"""Read papers from saved arXiv e-mail listings: one mail, a mailbox, or only the text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from papertriage.author_names import author_names
from papertriage.dates import mail_date
from papertriage.files._batching import Found, batched
from papertriage.files._lines import decoded
from papertriage.files._paper_json import BadPaper
from papertriage.identifiers import bare_doi, versioned_id
from papertriage.models import Paper, Sighting
from papertriage.models.fetched import FileBatch
from papertriage.tex import unicode_text
from papertriage.text import clean, visible

if TYPE_CHECKING:
    from email.message import Message

NAME = "arxiv-mail"
MAX_MAIL = 20_000_000

# The lines of https://info.arxiv.org/help/subscribe.html as in arXiv's own parser (arxiv-browse,
# fs_listings): a rule between papers, and rules that change their announce type.
_RULES = ((re.compile("%-%-%-"), "cross"), (re.compile("%%--%%--"), "replace"))
_END = re.compile("%%%---%%%---")
_RULE = re.compile("-{20,}|%-%-%-|%%--%%--|%%%---%%%---")
_ID = re.compile(r"(?:arXiv:|Paper\s*(\(\*cross-listing\*\))?:\s?)(\S+)(\s*\(\*cross-listing\*\))?")
_REPLACED = re.compile(
    r"(?:replaced with revised version|(?:figures|part) added)\s*(.*)", re.IGNORECASE
)
_FIELD = re.compile(
    r"(Date|Title|Authors?|Categories|Comments|Report-no|Proxy|Notes|License|DOI"
    r"|Journal-ref|MSC-class|ACM-class)(?: \([^)]*\))?:\s?(.*)"
)
_RECEIVED = re.compile(r"\s*received from\s.*\bto\s+\w{3}\s+(\d{1,2})\s+(\w{3})\s+(\d{2,4})\s")
_STARTS = re.compile(rb"^\\\\\r?\n(?:arXiv:|Paper\b[^\n]{0,40}:)", re.MULTILINE)
_HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]*: )")
_ANY_HEADER = re.compile(
    rb"^(?:subject: (?>.*?(?:daily|subj-class)).*mailing|from: .*arxiv\.org)",
    re.MULTILINE | re.IGNORECASE,
)
_SIZE = re.compile(r"\s\(")
_FRIDAY = 4


def batches(
    stream: io.BufferedReader, feed: str, day: date | None, today: date
) -> Iterator[FileBatch]:
    """Yield batches of at most 500 papers with their announce types: new, cross, replace.

    day replaces the announcement day in the mail. Memory holds one mail of at most 20 MB; a paper
    that cannot be read is reported and skipped alone.
    """
    yield from batched(_found(stream, feed, day, today))


def looks_like_mail(start: bytes) -> bool:
    """Return whether a file begins with a listing, or with a mail from arXiv."""
    if _STARTS.search(start):
        return True
    return _HEADER.match(start) is not None and _ANY_HEADER.search(start) is not None


def _found(stream: io.BufferedReader, feed: str, day: date | None, today: date) -> Iterator[Found]:
    for number, mail in _mails(stream):
        place = f"mail {number}"
        if mail is None:
            yield place, BadPaper(f"longer than {MAX_MAIL // 10**6} MB")
            continue
        try:
            texts, sent = _texts(mail)
        except BadPaper as bad:
            yield place, bad
            continue
        announced = day or _eastern_day(sent, today)
        for text in texts:
            yield from _listing(text, feed, announced, today)


def _mails(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number, mail or None if too long); "From " lines separate mails in a mailbox."""
    number, size = 1, 0
    lines: list[bytes] = []
    blank = True
    while line := stream.readline(MAX_MAIL):
        if blank and line.startswith(b"From ") and lines:
            yield number, b"".join(lines) if size <= MAX_MAIL else None
            number, size, lines = number + 1, 0, []
        blank = line in {b"\n", b"\r\n"}
        size += len(line)
        if size <= MAX_MAIL or not lines:
            lines.append(line)
    if lines:
        yield number, b"".join(lines) if size <= MAX_MAIL else None


def _texts(data: bytes) -> tuple[list[str], str | None]:
    """Return (the plain texts of a mail, its Date); a text without headers is the listing."""
    if not _HEADER.match(data.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return [decoded(data)], None
    from email import message_from_bytes

    from papertriage.files._mail_headers import SHORT_HEADERS

    try:
        data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
        message = message_from_bytes(data, policy=SHORT_HEADERS)
        parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
        texts = [_payload(part) for part in parts]
        sent = message["Date"]
    except Exception as error:
        # The standard library's parser raises many kinds of errors on malformed headers.
        msg = "not a valid e-mail"
        raise BadPaper(msg) from error
    if not texts:
        msg = "no plain-text part"
        raise BadPaper(msg)
    return texts, str(sent) if sent else None


def _payload(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decoded(data)


def _eastern_day(sent: str | None, today: date) -> date | None:
    """Return the announcement day of a mail: the day it was sent, in arXiv's time zone."""
    utc = mail_date(_without_size(sent), today) if sent else None
    if utc is None:
        return None
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(utc).astimezone(ZoneInfo("America/New_York")).date()


def _without_size(given: str) -> str:
    """Return a date without a trailing "(24kb)" or "(UTC)"."""
    given = given.strip()
    if given.endswith(")"):
        size = _SIZE.search(given, given.rfind(")", 0, -1) + 1)
        given = given[: size.start()].rstrip() if size else given
    return given


def _received_day(line: str, today: date) -> date | None:
    """Return the announcement day of a listing: the day after its deadline, Monday after Friday.

    https://info.arxiv.org/help/availability.html; the announcement at 20:00 counts as the next day.
    """
    match = _RECEIVED.match(line)
    if match is None:
        return None
    year = match[3] if len(match[3]) == len("2026") else f"20{match[3]}"
    utc = mail_date(f"{match[1]} {match[2]} {year} 00:00:00 GMT", today)
    if utc is None:
        return None
    deadline = date.fromisoformat(utc[:10])
    return deadline + timedelta(days=3 if deadline.weekday() == _FRIDAY else 1)


@dataclass(slots=True)
class _Entry:
    """The lines of one paper, as they are read."""

    id: str
    kind: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    abstract: list[str] = field(default_factory=list)
    submitted: str = ""
    # The number of \\ lines so far, and whether the last one has been read.
    separators: int = 0
    closed: bool = False
    last: str = ""

    def add(self, line: str) -> None:
        if self.separators:
            self.abstract.append(line)
            return
        replaced, named = _REPLACED.match(line), _FIELD.match(line)
        if replaced:
            self.kind, self.submitted = "replace", replaced[1]
        elif named:
            self.last = named[1].removesuffix("s")
            self.fields.setdefault(self.last, []).append(named[2])
        elif self.last and line.strip():
            self.fields[self.last].append(line)

    def text(self, name: str) -> str:
        return clean(" ".join(self.fields.get(name, [])))


def _listing(text: str, feed: str, announced: date | None, today: date) -> Iterator[Found]:
    section = "new"
    entry: _Entry | None = None
    for line in text.splitlines():
        rule = _RULE.match(line)
        # In an abstract such a line is ordinary text.
        inside = entry is not None and entry.separators and not entry.closed
        named = None if inside else _ID.match(line)
        if rule or (named and entry is not None):
            yield from _ended(entry, feed, announced, today)
            entry = None
        if rule:
            section = next((kind for start, kind in _RULES if start.match(line)), section)
            # After the end arXiv's boilerplate follows.
            if _END.match(line):
                section = "new"
        elif named:
            crossed = bool(named[1] or named[3]) and section == "new"
            entry = _Entry(named[2], "cross" if crossed else section)
        elif entry is not None and line.startswith("\\\\"):
            entry.separators += 1
            entry.closed = entry.closed or line[2:].lstrip().startswith("(")
        elif entry is not None and not entry.closed:
            entry.add(line)
        elif announced is None:
            announced = _received_day(line, today)
    if entry is not None and not entry.closed:
        entry.separators = 0
    yield from _ended(entry, feed, announced, today)


def _ended(entry: _Entry | None, feed: str, announced: date | None, today: date) -> Iterator[Found]:
    if entry is None:
        return
    place = f"arXiv:{visible(entry.id, 40)}"
    try:
        paper = _paper(entry, announced, today)
    except BadPaper as bad:
        yield place, bad
        return
    day = (announced or today).isoformat()
    yield place, Sighting(paper, NAME, feed, day, announce_type=entry.kind)


def _paper(entry: _Entry, announced: date | None, today: date) -> Paper:
    named = versioned_id(entry.id)
    title = entry.text("Title")
    if named is None or not named[0].startswith("arxiv:"):
        msg = "no arXiv id"
        raise BadPaper(msg)
    if not title or not entry.separators:
        msg = "cut off" if title else "no title"
        raise BadPaper(msg)
    number = named[0].removeprefix("arxiv:")
    submitted = entry.submitted or entry.text("Date")
    moment = mail_date(_without_size(submitted), today)
    revised = entry.kind == "replace"
    categories = tuple(entry.text("Categorie").split())
    return Paper(
        id=named[0],
        title=title,
        abstract=clean(" ".join(entry.abstract)) or None,
        authors=tuple(clean(name) for name in author_names(unicode_text(entry.text("Author")))),
        published=None if revised else moment,
        updated=moment if revised else None,
        announced=announced.isoformat() if announced else None,
        version=named[1],
        categories=categories,
        primary_category=categories[0] if categories else None,
        url=f"https://arxiv.org/abs/{number}",
        pdf_url=f"https://arxiv.org/pdf/{number}",
        doi=bare_doi(entry.text("DOI")),
        comment=entry.text("Comment") or None,
    )
