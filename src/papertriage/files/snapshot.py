"""Read arXiv's metadata snapshot, gigabytes of JSON lines, as a stream."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from json import JSONDecoder
from typing import Any

from papertriage.author_names import author_names
from papertriage.dates import mail_date
from papertriage.files._batching import LARGE_BATCH, gathered
from papertriage.files._paper_json import BadPaper, string
from papertriage.files._runs import Known, nothing_known, pieces
from papertriage.identifiers import bare_doi, versioned_id
from papertriage.models import Paper, Sighting
from papertriage.models.fetched import FileBatch

NAME = "arxiv-snapshot"

# Files rewritten with pandas have NaN for missing values.
_DECODER = JSONDecoder()
# There are few combinations of categories, so cache them.
_COMBINATIONS, _LONGEST = 4_096, 200


def batches(
    stream: io.BufferedReader, feed: str, day: date, today: date, known: Known = nothing_known
) -> Iterator[FileBatch]:
    """Yield batches of at most 8,000 papers; a bad line is skipped and reported.

    The keys are those of https://www.kaggle.com/datasets/Cornell-University/arxiv.
    """
    seen = day.isoformat()

    def sighting(value: object) -> Sighting:
        return Sighting(_paper(value, today), NAME, feed, seen)

    yield from gathered(pieces(stream, NAME, known, sighting, _DECODER), LARGE_BATCH)


def looks_like_snapshot(start: bytes) -> bool:
    """Return whether the first line has keys that only the snapshot has."""
    line = start.split(b"\n", 1)[0]
    return b'"authors_parsed"' in line or (b'"versions"' in line and b'"update_date"' in line)


def _paper(fields: object, today: date) -> Paper:
    if not isinstance(fields, dict):
        msg = "not a JSON object"
        raise BadPaper(msg)
    title = string(fields, "title")
    named = versioned_id(string(fields, "id") or "")
    if title is None or named is None or not named[0].startswith("arxiv:"):
        msg = "no title" if title is None else "no arXiv id"
        raise BadPaper(msg)
    number = named[0].removeprefix("arxiv:")
    published, updated, version = _versions(fields, today)
    categories = _categories(fields.get("categories"))
    # By position, in the order of the fields of Paper: keywords take twice the time.
    return Paper(
        named[0],
        title,
        string(fields, "abstract"),
        _authors(fields),
        published,
        updated,
        None,
        version,
        categories,
        categories[0] if categories else None,
        f"https://arxiv.org/abs/{number}",
        f"https://arxiv.org/pdf/{number}{f'v{version}' if version else ''}",
        _doi(fields),
        string(fields, "comments"),
    )


def _categories(given: object) -> tuple[str, ...]:
    few = isinstance(given, str) and len(given) <= _LONGEST
    return _combination(given) if few else _combination.__wrapped__(given)


@lru_cache(maxsize=_COMBINATIONS)
def _combination(given: object) -> tuple[str, ...]:
    return tuple((string({"categories": given}, "categories") or "").split())


def _authors(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in authors_parsed, a list of [family, given, suffix, affiliation…]."""
    parsed = fields.get("authors_parsed")
    if not parsed:
        return author_names(string(fields, "authors") or "")
    try:
        names = [f"{name[1]} {name[0]} {name[2]}".strip() for name in parsed]
    except (TypeError, IndexError, KeyError):
        msg = "authors_parsed is not a list of names"
        raise BadPaper(msg) from None
    # Check all of them at once; string() cleans them if needed.
    whole = "".join(names)
    if not whole.isprintable() or "  " in whole:
        names = [string({"authors_parsed": name}, "authors_parsed") or "" for name in names]
    return tuple([name for name in names if name] if "" in names else names)


def _versions(fields: Mapping[str, Any], today: date) -> tuple[str | None, str | None, int | None]:
    """Return (submission of the first version, of the last one, the last one's number)."""
    versions = fields.get("versions")
    if not versions:
        return None, None, None
    try:
        first = last = mail_date(versions[0]["created"], today)
        if len(versions) > 1:
            last = mail_date(versions[-1]["created"], today)
        label = versions[-1]["version"].removeprefix("v")
        number = int(label) if label.isdecimal() and len(label) < len("10000") else None
    except (TypeError, KeyError, AttributeError):
        msg = "versions is not a list of versions"
        raise BadPaper(msg) from None
    return first, last, number


def _doi(fields: Mapping[str, Any]) -> str | None:
    # Some papers have two, separated by a space.
    doi = string(fields, "doi")
    return bare_doi(doi.split(" ")[0]) if doi else None
