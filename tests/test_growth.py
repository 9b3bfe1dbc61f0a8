"""No text from outside takes time with the square of its length, whoever reads or writes it."""

from __future__ import annotations

import html
import io
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from builders import make_cached, make_paper, make_receipt, make_score
from caches import NOW, scores_in_titles
from nasty import repeats
from papertriage import clock, identifiers, text
from papertriage.cache.connection import opened
from papertriage.cache.identity import _same_by_title
from papertriage.cache.merging import reads_differently
from papertriage.cache.search import search
from papertriage.errors import PapertriageError
from papertriage.files import bibtex as bibtex_file
from papertriage.files import csv as csv_table
from papertriage.files import jsonl as json_lines
from papertriage.files import mail as arxiv_mail
from papertriage.files import page as trending_page
from papertriage.files import ris as ris_file
from papertriage.files import snapshot as arxiv_snapshot
from papertriage.files._form import form_of
from papertriage.formats import detail, evidence
from papertriage.formats.registry import FORMATS, formatted
from papertriage.models import Sighting
from papertriage.sources import _atom, _feed, _oai, arxiv_daily, feeds, hugging_face
from papertriage.sources._time_limit import time_limit
from papertriage.sources.contract import Batch
from papertriage.topics import terms
from papertriage.triage.intake.storing import Intake, store_all

TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
# What is read in so many seconds of CPU is quick, even if it took the square of the time.
QUICK = 0.15
# Four times the text; the square of that would be 16 times the time.
TIMES, SQUARE = 4, 9
SIZE, KNOWN_SIZE = 16_000, 32_000
# Of nine hundred texts each reader gets every ninetieth, and each another ninetieth.
STEP = 90
LONG, MEGABYTE = 64_000, 1_000_000

Reader = Callable[[str], object]


def entries(module, data: str) -> None:
    stream = io.BufferedReader(io.BytesIO(data.encode("utf-8", "replace")))
    day = None if module is arxiv_mail else TODAY
    for _ in module.batches(stream, "file", day, TODAY):
        pass


def bibtex(data: str) -> None:
    entries(bibtex_file, data)


def mail(data: str) -> None:
    entries(arxiv_mail, data)


def objects(module, **fields: object) -> None:
    record = {"id": "2510.00001", "title": "A title of words", **fields}
    entries(module, json.dumps(record) + "\n")


def _ris(value: str) -> None:
    tags = "".join(f"{tag}  - {value}\n" for tag in ("TI", "AB", "AU", "DA", "DO", "UR", "N1"))
    entries(ris_file, f"TY  - JOUR\n{tags}ER  - \n")


def _table(value: str) -> None:
    names = "title,abstract,authors,categories,year,doi,id,url,version"
    cell = '"' + value.replace('"', '""') + '"'
    entries(csv_table, f"{names}\n{','.join([cell] * 9)}\n")


def _listing(value: str) -> None:
    names = ("Date", "Title", "Authors", "Categories", "Comments", "DOI")
    fields = "\n".join(f"{name}: A {value}" for name in names)
    mail(f"\\\\\narXiv:2510.00001\n{fields}\n\\\\\n {value}\n\\\\\n{'-' * 78}\n")


def _headers(value: str) -> None:
    kind = f"Content-Type: multipart/mixed; boundary=a;{value}"
    part = f"Content-Type: text/plain; {value}\n\n\\\\\narXiv:2510.00001\nTitle: A\n\\\\\n{value}"
    mail(
        f"From: x@arxiv.org\nSubject: daily {value}\nDate: {value}\n{kind}\n\n--a\n{part}\n--a--\n"
    )


FILES: dict[str, Reader] = {
    "detection": lambda value: form_of(value.encode("utf-8", "replace")[:65_536], "file"),
    "bibtex": bibtex,
    "bibtex open": lambda value: bibtex("@article{a,\n title={A title},\n abstract={" + value),
    "bibtex title": lambda value: bibtex(
        "@article{a,\n title={A " + value + "},\n author={" + value + "}}\n"
    ),
    "bibtex quoted": lambda value: bibtex(
        '@article{a,\n title={A title},\n abstract="' + value + '"}\n'
    ),
    "bibtex fields": lambda value: bibtex(
        "@article{a,\n title={A title}"
        + "".join(f",\n {name}={{{value}}}" for name in ("note", "year", "month", "doi", "url"))
        + "}\n"
    ),
    "ris": lambda value: entries(ris_file, value),
    "ris fields": _ris,
    "csv": lambda value: entries(csv_table, value),
    "csv rows": lambda value: entries(csv_table, f"title,abstract\n{value}"),
    "csv cells": _table,
    "mail": mail,
    "mail headers": _headers,
    "mail fields": _listing,
    "mail replaced": lambda value: mail(
        f"\\\\\narXiv:2510.00001\nreplaced with revised version {value}\nTitle: A\n\\\\\n"
    ),
    "mail received": lambda value: mail(f" received from {value}\n\\\\\narXiv:1 {value}\n"),
    "json lines": lambda value: entries(json_lines, value),
    "json array": lambda value: entries(json_lines, '[{"title":"a"},' + value),
    "json fields": lambda value: objects(
        json_lines, **dict.fromkeys(("id", "title", "abstract", "authors", "doi", "url"), value)
    ),
    "json more": lambda value: objects(
        json_lines, **dict.fromkeys(("categories", "comment", "published", "code_url"), value)
    ),
    "snapshot": lambda value: objects(
        arxiv_snapshot,
        **dict.fromkeys(("title", "abstract", "authors", "categories", "comments", "doi"), value),
        versions=[{"version": value, "created": value}],
    ),
    "snapshot names": lambda value: objects(arxiv_snapshot, authors_parsed=[[value] * 3]),
    "page": lambda value: trending_page.batch(f"Mar 13\n\n{value}", "page", None, TODAY),
}


def feed(data: str) -> None:
    found = _feed.read_feed(data.encode("utf-8", "replace"), _feed.ANY, declared=True)
    feeds._sightings(found, "feed", "https://journal.example.org/rss", TODAY)


def _inside(value: str) -> str:
    return html.escape("".join(one for one in value if one >= " " or one in "\n\t\r"))


def _elements(names: str, value: str) -> str:
    return "".join(f"<{name}>A {_inside(value)}</{name}>" for name in names.split())


def _rss(inside: str) -> str:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>t</title>{inside}</channel></rss>"
    )


def _atom_feed(inside: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{inside}</feed>'


def _harvest(inside: str) -> object:
    text = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>'
        f"{inside}</record></ListRecords></OAI-PMH>"
    )
    return _oai.read_page(text.encode("utf-8", "replace"), TODAY)


def _daily(value: str) -> None:
    found = _feed.read_feed(
        _rss(
            f"<item>{_elements('title description dc:creator category pubDate', value)}"
            "<guid>oai:arXiv.org:2510.00001v1</guid></item>"
        ).encode("utf-8", "replace"),
        _feed.ANY,
    )
    arxiv_daily._batch(found, "feed", MORNING, {})


def _daily_papers(value: str) -> None:
    names = ("title", "summary", "publishedAt", "githubRepo")
    paper = {**dict.fromkeys(names, value), "id": "2510.00001", "authors": [{"name": value}]}
    records = hugging_face._records(json.dumps([{"paper": paper}]).encode())
    hugging_face._batch(records, 1, ("feed", "2026-11-20"), TODAY, {})


FEEDS: dict[str, Reader] = {
    "feed": feed,
    "feed of no end": lambda value: feed(_rss(f"<item><title>a</title><guid>{value}")),
    "feed with a bad entry": lambda value: feed(_rss(f"<item><guid>{value}<x></item>" * 2)),
    "feed behind a comment": lambda value: feed(f"<!--{value.replace('-', '')}-->{_rss('')}"),
    "feed's texts": lambda value: feed(
        _rss(f"<item>{_elements('title description content:encoded guid link', value)}</item>")
    ),
    "feed's names": lambda value: feed(
        _rss(f"<item>{_elements('title author dc:creator category tags', value)}</item>")
    ),
    "feed's dates": lambda value: feed(
        _rss(f"<item>{_elements('title pubDate dc:date dc:identifier language', value)}</item>")
    ),
    "atom": lambda value: feed(
        _atom_feed(
            f"<entry>{_elements('title summary id updated content', value)}<author>"
            f'{_elements("name email", value)}</author><category term="{_inside(value)}"/></entry>'
        )
    ),
    "markup": lambda value: feed(
        _atom_feed(
            f'<entry><title type="html">A {_inside(value)}</title>'
            f'<summary type="html">{_inside(value)}</summary></entry>'
        )
    ),
    "api": lambda value: _atom.read_page(
        _atom_feed(
            f"<entry><id>http://arxiv.org/abs/2510.00001v1</id>"
            f"{_elements('title summary published', value)}"
            f"<author>{_elements('name', value)}</author></entry>"
        ).encode("utf-8", "replace"),
        TODAY,
    ),
    "daily": _daily,
    "harvest": _harvest,
    "harvest's token": lambda value: _harvest(f"</x></record><resumptionToken {value}"),
    "harvest's fields": lambda value: _harvest(
        '<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2510.00001</id>'
        f"{_elements('created title categories comments doi abstract', value)}<authors><author>"
        f"{_elements('keyname forenames', value)}</author></authors></arXiv></metadata>"
    ),
    "daily papers": _daily_papers,
}


def _exporter(name: str) -> Reader:
    def export(value: str) -> None:
        paper = make_cached(
            id=f"arxiv:{value}",
            authors=(value, f"Ada {value}"),
            categories=(value,),
            url=f"https://example.org/{value}",
            **dict.fromkeys(("title", "abstract", "comment", "primary_category", "doi"), value),
        )
        for _ in formatted(name, [paper]):
            pass

    return export


EXPORTS: dict[str, Reader] = {f"export as {name}": _exporter(name) for name in FORMATS}


TEXTS: dict[str, Reader] = {
    "show": lambda value: detail.plain(make_cached(title=value, abstract=value, authors=(value,))),
    "evidence": lambda value: evidence.spans(value, [make_score()]),
    "terms": lambda value: terms.read(value, value),
    "a term": lambda value: terms.find_term(value, "human feedback"),
    "versions": lambda value: reads_differently(
        make_paper(title=value, abstract=value), make_paper(title=value, abstract=f"{value} x")
    ),
    "identity": lambda value: _same_by_title(
        make_paper(title=value, authors=(value,)), make_paper(authors=(f"{value}x",)), sure=True
    ),
    "ids": lambda value: [
        identifiers.versioned_id(start + value)
        for start in ("", "arxiv:", "https://arxiv.org/abs/", "10.1000/", "a", "2510.00001v")
    ],
    "title's id": identifiers.title_id,
    "cleaning": text.clean,
    "showing": lambda value: text.visible(value, len(value)),
    "showing lines": text.visible_lines,
}


def seconds(read: Reader, value: str) -> float:
    begun = time.process_time()
    # What never ends fails here instead of holding the suite.
    try:
        with time_limit(600):
            read(value)
    except PapertriageError as error:
        if "cannot be read within 600 s" in str(error):
            raise
    return time.process_time() - begun


def grows_with_the_square(read: Reader, short: str, long: str) -> bool:
    """Say whether four times the text takes far more than four times the time, twice."""
    for _ in range(2):
        after = seconds(read, long)
        if after < QUICK or after < SQUARE * seconds(read, short):
            return False
    return True


def squares(read: Reader, size: int, first: int = 0, step: int = 1) -> list[str]:
    """Return the names of the texts that a reader takes the square of the time for."""
    pairs = zip(repeats(size // TIMES), repeats(size), strict=True)
    return [
        name
        for (name, short), (_, long) in islice(pairs, first % step, None, step)
        if grows_with_the_square(read, short, long)
    ]


READERS = {**FILES, **FEEDS, **EXPORTS, **TEXTS}
# What took the square of the time once, or does in a library.
KNOWN: dict[str, tuple[str, ...]] = {
    "detection": ("x\n", "@a{ ", "@a{\n", "\n@", "subject: daily "),
    "bibtex open": ("\\(", "\\( a", "$a\\", "{"),
    "bibtex quoted": ("\\(", '{"}'),
    "bibtex title": (" and ", "and ", "{", ", jr"),
    "bibtex fields": ("arxiv.", "arXiv ", "1"),
    "csv cells": ("a-a.A ", "a;", " and "),
    "json array": ('{"t":1},', "[{", '{"title":"a"},'),
    "mail fields": ("()", " ", ", jr", "(", " (", "and "),
    "mail replaced": (" ", " (", ")"),
    "mail received": ("to Mon 1 ", "to ", " "),
    "mail headers": (";", ";a=b", "daily "),
    "snapshot": ("()", ", jr", ", "),
    "page": ("a\n\n", "word " * 100 + "\n\n"),
    "feed": ("\n", "<rss ", "<a "),
    "feed with a bad entry": (" ", "\n", "<id>", "</item><item>"),
    "feed behind a comment": ("\n", " "),
    "feed's names": ("a", "a@a.", "a,", ", Jr"),
    "feed's texts": ("&#1", "<p ", "&a"),
    "daily": ("a", ", Jr", "(", "a,"),
    "harvest's token": ("<resumptionToken ", "<resumptionToken>"),
    "bibtex": ("@a{a,\n", "@string{a = b # a}\n", "@a{a, t = {} # {} # ", "@a{\n"),
}
for _name in ("bibtex", "biblatex", "ris", "csl-json"):
    KNOWN[f"export as {_name}"] = ("a ", "and ", "$a", "\u0315\u0300", ", Jr.")
for _name in ("markdown", "org", "html", "csv"):
    KNOWN[f"export as {_name}"] = ("[", "$a", "\\$", ":a", "\u0315\u0300")
for _name in ("terms", "title's id", "versions"):
    KNOWN[_name] = ("\u0315\u0300", "a")


@pytest.mark.parametrize("name", READERS)
def test_no_text_takes_the_square_of_the_time(name: str) -> None:
    assert squares(READERS[name], SIZE, 7 * list(READERS).index(name), STEP) == []


def known_squares(name: str, size: int) -> list[str]:
    """Return which of the reader's known texts it takes the square of the time for."""
    found = []
    for unit in KNOWN[name]:
        short, long = (
            (unit * (length // len(unit) + 1))[: length - 1] + "x"
            for length in (size // TIMES, size)
        )
        if grows_with_the_square(READERS[name], short, long):
            found.append(unit)
    return found


@pytest.mark.soak
@pytest.mark.parametrize("name", READERS)
def test_no_long_text_takes_the_square_of_the_time(name: str) -> None:
    assert squares(READERS[name], LONG, 7 * list(READERS).index(name), STEP) == []


@pytest.mark.parametrize("name", KNOWN)
def test_what_took_the_square_of_the_time_once_takes_it_no_more(name: str) -> None:
    assert known_squares(name, KNOWN_SIZE) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", KNOWN)
def test_a_megabyte_of_what_took_the_square_once_takes_it_no_more(name: str) -> None:
    assert known_squares(name, MEGABYTE) == []


def _asking(connection: sqlite3.Connection) -> Reader:
    def ask(value: str) -> None:
        for query in (value, value[:2_000], f'title:"{value[:1_900]}'):
            with suppress(PapertriageError):
                search(connection, query)

    return ask


def _storing(connection: sqlite3.Connection) -> Reader:
    def put(value: str) -> None:
        texts = dict.fromkeys(("title", "abstract", "comment", "primary_category", "doi"), value)
        paper = make_paper(authors=(value, f"Ada {value}"), categories=(value,), **texts)
        store_all(
            connection,
            [Batch((Sighting(paper, "file", "test", NOW[:10]),))],
            Intake(
                score=scores_in_titles,
                receipt=make_receipt(feed="test"),
                now=clock.now,
                advance=lambda _so_far, _total: None,
            ),
        )

    return put


@pytest.mark.parametrize("kind", [_asking, _storing])
def test_neither_a_query_nor_the_cache_takes_the_square_of_the_time(home: Path, kind) -> None:
    with opened(home / "cache.db") as connection:
        assert squares(kind(connection), SIZE, 11, STEP // 2) == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", [_asking, _storing])
def test_neither_a_query_nor_the_cache_takes_the_square_of_any_text(home: Path, kind) -> None:
    with opened(home / "cache.db") as connection:
        assert squares(kind(connection), LONG) == []
