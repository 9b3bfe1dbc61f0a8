"""Turn a JSON object into a paper: schema 1 and similar objects."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn

from papertriage.dates import utc_date
from papertriage.identifiers import (
    bare_doi,
    id_for,
    is_usable_name,
    lasting_id,
    title_id,
    versioned_id,
)
from papertriage.models import Paper
from papertriage.text import clean, visible

_SCHEMA = 1
_MAX_URL = 2_000
_WEB = re.compile("https?://", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG = 64
_ASCII = bytes(range(0x20, 0x7F))
_FEW = frozenset(("id", "title", "abstract", "authors"))
# The other keys that paper_of() reads.
_MORE = {"schema", "summary", "year", "upvotes", *Paper._fields} - _FEW
# Names beyond this many are not remembered.
_MOST_NAMES = 100_000
_NO_SOURCES = frozenset(("arxiv", "doi", "title"))
# SQLite's largest integer plus one.
_MAX_INTEGER = 2**63


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


DECODER = json.JSONDecoder(parse_constant=_no_constant)
"""Decodes strict JSON, without NaN and infinities."""


class BadPaper(Exception):
    """Why an object is not a paper."""


def paper_of(
    value: object, today: date, names: dict[str, str] | None = None
) -> tuple[Paper, int | None]:
    """Return the paper and its upvotes; raise BadPaper with the reason.

    names maps the file's own ids to ours, and is extended. Only the title is required; unknown
    keys, null, "" and invalid dates are ignored.
    """
    if not isinstance(value, dict):
        msg = "not a JSON object"
        raise BadPaper(msg)
    fields: Mapping[str, Any] = value
    schema = _integer(fields, "schema")
    if schema is not None and schema > _SCHEMA:
        msg = f"schema {schema} requires a newer papertriage"
        raise BadPaper(msg)
    title = string(fields, "title")
    if title is None:
        msg = "no title"
        raise BadPaper(msg)
    paper_id, version = _identity(fields, title, {} if names is None else names)
    if _MORE.isdisjoint(fields):
        # Looking up all other keys in vain would slow down each paper.
        authors, page = _strings(fields, "authors", ";"), _abstract_page(paper_id)
        abstract = string(fields, "abstract")
        return Paper(paper_id, title, abstract, authors, version=version, url=page), None
    categories = _strings(fields, "categories", " ")
    paper = Paper(
        id=paper_id,
        title=title,
        # arXiv's Atom, and files made from it, call it "summary".
        abstract=string(fields, "abstract") or string(fields, "summary"),
        authors=_strings(fields, "authors", ";"),
        # Conference lists have only a year.
        published=_date(fields, "published", today) or _date(fields, "year", today),
        updated=_date(fields, "updated", today),
        announced=_day(_date(fields, "announced", today)),
        version=_version(fields) or version,
        categories=categories,
        primary_category=string(fields, "primary_category")
        or (categories[0] if categories else None),
        url=_url(fields, "url") or _abstract_page(paper_id),
        pdf_url=_url(fields, "pdf_url"),
        doi=_doi(fields, paper_id),
        comment=string(fields, "comment"),
        code_url=string(fields, "code_url"),
    )
    return paper, _integer(fields, "upvotes")


def _identity(
    fields: Mapping[str, Any], title: str, names: dict[str, str]
) -> tuple[str, int | None]:
    """Return (id, version) from the given id, else from arxiv_id, doi or url, else the title."""
    given = fields.get("id")
    given = str(given) if type(given) is int and abs(given) < _MAX_INTEGER else given
    given = None if given is None else _text(given, "id")
    if given and (lasting := lasting_id(given)):
        return lasting
    usable = given is not None and is_usable_name(given)
    if given and usable and _is_of_source(given, fields.get("sources")):
        return given, None
    named = (versioned_id(string(fields, key) or "") for key in ("arxiv_id", "doi", "url"))
    sure = next(filter(None, named), None)
    if not given or not usable:
        return sure or (title_id(title), None)
    # An id such as "1" or "smith2020" identifies the paper only within its file.
    held = names.get(given)
    own = sure or (held or id_for(title, given), None)
    if held and held.startswith("title:") and own[0].startswith("doi:"):
        own = held, None
    if held is None and len(names) < _MOST_NAMES:
        names[given] = own[0]
    return own


def _is_of_source(given: str, sources: object) -> bool:
    """Return whether an id in one of our exports is from a source of another distribution."""
    source, colon, _ = given.partition(":")
    if not colon or source in _NO_SOURCES:
        return False
    return source in (sources.split() if isinstance(sources, str) else _list(sources))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def string(fields: Mapping[str, Any], key: str) -> str | None:
    """Return a cleaned text, or None if it is absent or empty; raise BadPaper if it is not text."""
    value = fields.get(key)
    return None if value is None else _text(value, key)


def _text(value: object, key: str) -> str | None:
    if not isinstance(value, str):
        msg = f"{key} is not text"
        raise BadPaper(msg)
    # Most text needs no cleaning, and checks are much faster than splitting and joining: cleaning
    # took half of the time of an import. The snapshot has line ends.
    text = value.strip()
    if "\n" in text:
        text = text.replace("\n", " ")
    # rfind: CPython searches for two characters faster from the end.
    if text.rfind("  ") >= 0:
        text = " ".join(text.split())
    # isprintable() is three times slower.
    if (
        not text.encode().translate(None, _ASCII)
        if len(text) > _LONG and text.isascii()
        else text.isprintable()
    ):
        return text or None
    text = " ".join(text.split())
    if text.isprintable():
        return text or None
    if _SURROGATE.search(text):
        msg = f"{key} contains a lone surrogate"
        raise BadPaper(msg)
    return clean(text) or None


def _strings(fields: Mapping[str, Any], key: str, separator: str) -> tuple[str, ...]:
    """Return the texts of a list of texts, of objects with a name, or of one text's parts."""
    value = fields.get(key)
    if value is None:
        return ()
    parts = value.split(separator) if isinstance(value, str) else value
    if not isinstance(parts, list):
        msg = f"{key} is not a list"
        raise BadPaper(msg)
    try:
        folded = [part.strip() for part in parts]
        whole = "".join(folded)
    except (AttributeError, TypeError):
        whole = "\0"
    # Check all of them at once; _text() cleans those that need it.
    if whole.isprintable() and "  " not in whole:
        return tuple([text for text in folded if text])
    named = (part.get("name") if isinstance(part, dict) else part for part in parts)
    texts = (_text(part, key) for part in named if part is not None)
    return tuple([text for text in texts if text])


def _date(fields: Mapping[str, Any], key: str, today: date) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if type(value) is int and 0 <= value < 10_000:  # noqa: PLR2004 - a year has four digits
        return _utc(f"{value:04}", today)
    text = string(fields, key)
    return _utc(text, today) if text else None


# A file has few different dates, and papers of one day are next to each other.
_utc = lru_cache(maxsize=1_000)(utc_date)


def _day(moment: str | None) -> str | None:
    return moment[:10] if moment else None


def _integer(fields: Mapping[str, Any], key: str) -> int | None:
    value = fields.get(key)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < _MAX_INTEGER:
        msg = f"{key} is not a whole number"
        raise BadPaper(msg)
    return value


def _version(fields: Mapping[str, Any]) -> int | None:
    value = fields.get("version")
    if isinstance(value, str) and re.fullmatch("v?[0-9]{1,4}", value):
        return int(value.removeprefix("v"))
    return _integer(fields, "version")


def _url(fields: Mapping[str, Any], key: str) -> str | None:
    value = string(fields, key)
    if value is None:
        return None
    # Never open javascript: and file: addresses.
    usable = len(value) <= _MAX_URL and _WEB.match(value)
    return visible(value) if usable else None


def _doi(fields: Mapping[str, Any], paper_id: str) -> str | None:
    given = string(fields, "doi")
    doi = bare_doi(given) if given else None
    # arXiv's own DOI only repeats the id; a journal's may follow later.
    own = paper_id.startswith("arxiv:") and doi and doi.startswith("10.48550/arxiv.")
    return None if own else doi


def _abstract_page(paper_id: str) -> str | None:
    archive, _, name = paper_id.partition(":")
    return f"https://arxiv.org/abs/{name}" if archive == "arxiv" else None
