"""Cut fields that are too long in received papers, and report it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from papertriage.models import Paper, Sighting
from papertriage.models.fetched import Batch
from papertriage.text import visible

# Far above real papers: arXiv's longest title has 700 characters, its longest author list 5,000
# names.
_TITLE, _ABSTRACT, _COMMENT, _NAME, _KEY, _ADDRESS = 2_000, 200_000, 10_000, 1_000, 200, 2_000
_AUTHORS = 10_000
_DIGEST = 16

_ADDRESSES = ("url", "pdf_url", "code_url")


def cut_long_fields(batch: Batch, before: int) -> tuple[Batch, list[str]]:
    """Return the batch with long fields cut, and a line for each paper that was cut.

    `before` is the number of papers received earlier from the feed: lines number papers by it.
    """
    if all(_fits(sighting.paper) for sighting in batch.sightings):
        return batch, []
    sightings: list[Sighting] = []
    lines: list[str] = []
    for place, sighting in enumerate(batch.sightings, before + 1):
        if _fits(sighting.paper):
            sightings.append(sighting)
            continue
        changes = list(_changes(sighting.paper))
        paper = sighting.paper._replace(**{name: value for name, value, _ in changes})
        sightings.append(sighting._replace(paper=paper))
        told = ", ".join(what for _, _, what in changes)
        lines.append(f"paper {place:,} ({visible(paper.id, 80)}): {told}")
    return replace(batch, sightings=tuple(sightings)), lines


def _fits(paper: Paper) -> bool:
    # Checked for every paper: takes 1 us.
    return (
        len(paper.title) <= _TITLE
        and len(paper.id) <= _KEY
        and len(paper.abstract or "") <= _ABSTRACT
        and len(paper.comment or "") <= _COMMENT
        and len(paper.authors) <= _AUTHORS
        and max(map(len, paper.authors), default=0) <= _NAME
        and max(map(len, paper.categories), default=0) <= _KEY
        and len(paper.primary_category or "") <= _KEY
        and len(paper.doi or "") <= _KEY
        and max(map(len, filter(None, (paper.url, paper.pdf_url, paper.code_url))), default=0)
        <= _ADDRESS
    )


def _changes(paper: Paper) -> Iterator[tuple[str, Any, str]]:
    """Yield (field, new value, description of the change) for each field that is too long."""
    if len(paper.id) > _KEY:
        yield "id", _short_id(paper.id), f"id cut to {_KEY} characters"
    limits = {"title": _TITLE, "abstract": _ABSTRACT, "comment": _COMMENT, "primary_category": _KEY}
    for name, limit in limits.items():
        text = getattr(paper, name) or ""
        if len(text) > limit:
            yield name, _short(text, limit), f"{name.replace('_', ' ')} cut to {limit:,} characters"
    authors = paper.authors[:_AUTHORS]
    what = [f"authors cut to {_AUTHORS:,}"] if len(paper.authors) > _AUTHORS else []
    if too_long := _count(authors, _NAME):
        what.append(f"{_these(too_long, 'name', 'names')} cut to {_NAME:,} characters")
    if what:
        yield "authors", tuple(_short(name, _NAME) for name in authors), ", ".join(what)
    if too_long := _count(paper.categories, _KEY):
        shorter = tuple(dict.fromkeys(_short(name, _KEY) for name in paper.categories))
        told = _these(too_long, "category", "categories")
        yield "categories", shorter, f"{told} cut to {_KEY} characters"
    # Removed instead of cut: half a URL or DOI would lead elsewhere.
    for name, limit in (("doi", _KEY), *((one, _ADDRESS) for one in _ADDRESSES)):
        if len(getattr(paper, name) or "") > limit:
            yield name, None, f"{name} of more than {limit:,} characters left out"


def _short(text: str, limit: int) -> str:
    return text[:limit].rstrip() if len(text) > limit else text


def _short_id(given: str) -> str:
    """Return a short id that stays unique by a hash: long ids may begin alike."""
    digest = hashlib.sha256(given.encode(errors="replace")).hexdigest()[:_DIGEST]
    return f"{given[: _KEY - _DIGEST - 1]}-{digest}"


def _count(texts: Sequence[str], limit: int) -> int:
    return sum(len(text) > limit for text in texts)


def _these(number: int, one: str, several: str) -> str:
    return one if number == 1 else f"{number:,} {several}"
