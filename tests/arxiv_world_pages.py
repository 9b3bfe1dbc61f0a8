"""Write papers of an invented arXiv as its query API, its daily feed and OAI-PMH write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from arxiv_world import EASTERN, Seen, eastern

LICENCE = "http://creativecommons.org/licenses/by/4.0/"
PHYSICS = frozenset({"hep-th", "hep-ph", "gr-qc", "quant-ph", "cond-mat", "astro-ph", "physics"})
_TEX = {"ü": '{\\"u}', "ß": "{\\ss}", "í": "{\\'i}", "ë": '{\\"e}'}
_API_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
)
_NAMES = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@dataclass(frozen=True)
class Listed:
    """A paper in the daily feed: its announce type and its version."""

    seen: Seen
    kind: str
    version: int


def set_of(category: str) -> str:
    """Return the OAI-PMH set of a category: cs:cs:LG, physics:hep-th."""
    archive, _, subject = category.partition(".")
    group = "physics" if archive in PHYSICS else archive
    return ":".join(part for part in (group, archive, subject) if part)


def _stamp(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _optional(name: str, value: str | None, indent: str = "    ") -> str:
    return f"{indent}<{name}>{escape(value)}</{name}>\n" if value else ""


# The query API.


def api_feed(entries: list[str], total: int, start: int, size: int, now: datetime) -> str:
    """Return a page of the query API."""
    return (
        f"{_API_HEAD}  <id>https://arxiv.org/api/SW52ZW50ZWQ</id>\n"
        f"  <title>arXiv Query: search_query=invented&amp;start={start}</title>\n"
        f"  <updated>{_stamp(now)}</updated>\n"
        '  <link href="https://arxiv.org/api/query" type="application/atom+xml"/>\n'
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n{''.join(entries)}</feed>\n"
    )


def api_entry(seen: Seen) -> str:
    """Return a paper as the query API writes it."""
    paper, data = seen.paper, seen.metadata
    name = f"{paper.id}v{len(seen.versions)}"
    categories = "".join(
        f'    <category term="{one}" scheme="http://arxiv.org/schemas/atom"/>\n'
        for one in seen.categories
    )
    people = "".join(
        f"    <author>\n      <name>{escape(' '.join(one))}</name>\n    </author>\n"
        for one in paper.authors
    )
    doi = data.get("doi")
    link = f'    <link rel="related" href="https://doi.org/{doi}" title="doi"/>\n' if doi else ""
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{name}</id>\n"
        f"    <title>{escape(paper.title)}</title>\n"
        f"    <updated>{_stamp(seen.versions[-1].submitted)}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf"'
        f' title="pdf"/>\n    <summary>{escape(paper.abstract)}</summary>\n{categories}'
        f"    <published>{_stamp(seen.versions[0].submitted)}</published>\n"
        f"{_optional('arxiv:comment', data.get('comment'))}"
        f'    <arxiv:primary_category term="{seen.categories[0]}"/>\n'
        f"{_optional('arxiv:journal_ref', data.get('journal'))}{people}"
        f"{_optional('arxiv:doi', doi)}{link}  </entry>\n"
    )


def api_error(text: str, now: datetime) -> str:
    """Return the feed in which the query API reports an error."""
    address = f"https://arxiv.org/api/errors#{quote(text)}"
    entry = (
        f"  <entry>\n    <id>{address}</id>\n    <title>Error</title>\n"
        f"    <updated>{_stamp(now)}</updated>\n"
        f'    <link href="{address}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{escape(text)}</summary>\n"
        "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n"
    )
    return api_feed([entry], 1, 0, 1, now)


# The daily feed.


def daily_feed(form: str, asked: str, day: date, listed: Iterable[Listed]) -> str:
    """Return the daily feed of a day, as rss or atom."""
    title = f"{asked.replace('+', ', ')} updates on arXiv.org"
    about = f"{asked.replace('+', ', ')} updates on the arXiv.org e-print archive."
    return daily_channel(form, asked, day, title, about, "".join(_items(form, day, listed)))


def daily_channel(form: str, asked: str, day: date, title: str, about: str, items: str) -> str:
    """Return a daily feed around its items."""
    midnight = eastern(day).astimezone(EASTERN)
    built = (midnight + timedelta(seconds=11)).astimezone(UTC)
    address = f"http://rss.arxiv.org/{form}/{quote(asked, safe='+.')}"
    title, about = escape(title), escape(about)
    if form == "atom":
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            f'<feed {_NAMES} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">\n'
            f"  <id>{address}</id>\n  <title>{title}</title>\n"
            f"  <updated>{built.isoformat()}</updated>\n"
            f'  <link href="{address}" rel="self" type="application/atom+xml"/>\n'
            f"  <subtitle>{about}</subtitle>\n{items}</feed>\n"
        )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<rss {_NAMES} xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">\n  <channel>\n'
        f"    <title>{title}</title>\n    <link>{address}</link>\n"
        f"    <description>{about}</description>\n"
        f'    <atom:link href="{address}" rel="self" type="application/rss+xml"/>\n'
        "    <docs>http://www.rssboard.org/rss-specification</docs>\n"
        "    <language>en-us</language>\n"
        f"    <lastBuildDate>{format_datetime(built)}</lastBuildDate>\n"
        "    <managingEditor>rss-help@arxiv.org</managingEditor>\n"
        f"    <pubDate>{format_datetime(midnight)}</pubDate>\n"
        "    <skipDays>\n      <day>Sunday</day>\n      <day>Saturday</day>\n    </skipDays>\n"
        f"{items}  </channel>\n</rss>\n"
    )


def _items(form: str, day: date, listed: Iterable[Listed]) -> Iterable[str]:
    midnight = eastern(day).astimezone(EASTERN)
    for one in listed:
        paper, data = one.seen.paper, one.seen.metadata
        name = f"{paper.id}v{one.version}"
        text = escape(f"arXiv:{name} Announce Type: {one.kind} \nAbstract: {paper.abstract}")
        people = escape(", ".join(" ".join(person) for person in paper.authors))
        rest = (
            f"      <arxiv:announce_type>{one.kind}</arxiv:announce_type>\n"
            f"      <dc:rights>{LICENCE}</dc:rights>\n"
            f"{_optional('arxiv:DOI', data.get('doi'))}"
            f"{_optional('arxiv:journal_reference', data.get('journal'))}"
            f"      <dc:creator>{people}</dc:creator>\n"
        )
        link, title = f"https://arxiv.org/abs/{paper.id}", escape(paper.title)
        if form == "atom":
            filed = "".join(f'      <category term="{c}"/>\n' for c in one.seen.categories)
            updated = (midnight + timedelta(seconds=11)).astimezone(UTC).isoformat()
            yield (
                f"  <entry>\n      <id>oai:arXiv.org:{name}</id>\n      <title>{title}</title>\n"
                f"      <updated>{updated}</updated>\n"
                f'      <link href="{link}" rel="alternate" type="text/html"/>\n'
                f"      <summary>{text}</summary>\n{filed}"
                f"      <published>{midnight.isoformat()}</published>\n{rest}  </entry>\n"
            )
        else:
            filed = "".join(f"      <category>{c}</category>\n" for c in one.seen.categories)
            yield (
                f"    <item>\n      <title>{title}</title>\n      <link>{link}</link>\n"
                f"      <description>{text}</description>\n"
                f'      <guid isPermaLink="false">oai:arXiv.org:{name}</guid>\n{filed}'
                f"      <pubDate>{format_datetime(midnight)}</pubDate>\n{rest}    </item>\n"
            )


# OAI-PMH.


def oai_envelope(asked: dict[str, str], content: str, now: datetime) -> str:
    """Return an answer of OAI-PMH."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in asked.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n'
        '         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
        '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
        'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        f"    <responseDate>{_stamp(now)}</responseDate>\n"
        f"        <request{attributes}>http://oaipmh.arxiv.org/oai</request>\n\n"
        f"{content}</OAI-PMH>\n"
    )


def oai_header(seen: Seen, stamp: date) -> str:
    """Return the header of a record."""
    sets = "".join(
        f"                    <setSpec>{one}</setSpec>\n"
        for one in sorted(set(map(set_of, seen.categories)))
    )
    return (
        "            <header>\n"
        f"                <identifier>oai:arXiv.org:{seen.paper.id}</identifier>\n"
        f"                <datestamp>{stamp}</datestamp>\n{sets}            </header>\n"
    )


def oai_record(seen: Seen, stamp: date, prefix: str) -> str:
    """Return a record in a metadata format: arXiv or arXivRaw."""
    names = (
        f'xmlns="http://arxiv.org/OAI/{prefix}/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://arxiv.org/OAI/{prefix}/ http://arxiv.org/OAI/{prefix}.xsd"'
    )
    content = _arxiv(seen) if prefix == "arXiv" else _raw(seen)
    return (
        f"        <record>\n{oai_header(seen, stamp)}            <metadata>\n"
        f"    <{prefix} {names}>\n        <id>{seen.paper.id}</id>\n{content}    </{prefix}>\n"
        "            </metadata>\n        </record>\n"
    )


def _arxiv(seen: Seen) -> str:
    paper, data, indent = seen.paper, seen.metadata, " " * 12
    people = "".join(
        f"                <author>\n                    <keyname>{escape(last)}</keyname>\n"
        f"                        <forenames>{first}</forenames>\n                </author>\n"
        for first, last in paper.authors
    )
    latest = seen.versions[-1].submitted
    updated = f"{indent}<updated>{latest:%Y-%m-%d}</updated>\n" if len(seen.versions) > 1 else ""
    return (
        f"        <created>{seen.versions[0].submitted:%Y-%m-%d}</created>\n{updated}"
        f"        <authors>\n{people}        </authors>\n"
        f"        <title>{escape(paper.title)}</title>\n"
        f"{indent}<categories>{' '.join(seen.categories)}</categories>\n"
        f"{_optional('comments', data.get('comment'), indent)}"
        f"{_optional('journal-ref', data.get('journal'), indent)}"
        f"{_optional('doi', data.get('doi'), indent)}{indent}<license>{LICENCE}</license>\n"
        f"{indent}<abstract>{escape(paper.abstract)}</abstract>\n"
    )


def _raw(seen: Seen) -> str:
    paper, data, indent = seen.paper, seen.metadata, " " * 12
    versions = "".join(
        f'            <version version="v{number}">\n'
        f"                <date>{version.submitted:%a, %d %b %Y %H:%M:%S} GMT</date>\n"
        f"                <size>{200 + number}kb</size>\n"
        "                    <source_type>D</source_type>\n            </version>\n"
        for number, version in enumerate(seen.versions, 1)
    )
    people = ", ".join(" ".join(person) for person in paper.authors)
    for letter, spelt in _TEX.items():
        people = people.replace(letter, spelt)
    lines = escape(paper.abstract).replace(". ", ".\n", 1)
    return (
        f"        <submitter>{escape(' '.join(paper.authors[0]))}</submitter>\n{versions}"
        f"        <title>{escape(paper.title)}</title>\n"
        f"        <authors>{escape(people)}</authors>\n"
        f"        <categories>{' '.join(seen.categories)}</categories>\n"
        f"{_optional('comments', data.get('comment'), indent)}"
        f"{_optional('journal-ref', data.get('journal'), indent)}"
        f"{_optional('doi', data.get('doi'), indent)}{indent}<license>{LICENCE}</license>\n"
        f"{indent}<abstract>  {lines}\n</abstract>\n"
    )
