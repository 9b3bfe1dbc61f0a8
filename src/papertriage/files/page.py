"""Read the text of a trending-papers page: a date, then titles and abstracts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from papertriage.dates import midnight
from papertriage.errors import InputError
from papertriage.identifiers import title_id
from papertriage.models import Paper, Sighting
from papertriage.models.fetched import FileBatch
from papertriage.text import clean

NAME = "trending-page"

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# The date is in the heading; further down "May 5" may be anything.
_HEADING = 20
# Among 66 papers the longest title has 117 characters, the shortest abstract 1,391.
_LONGEST_TITLE = 400
_SURE_ABSTRACT = 200


def batch(text: str, feed: str, day: date | None, today: date) -> FileBatch:
    """Return the page's papers; day, if given, replaces the page's own date.

    Raises InputError if there are no papers, or no date is given or on the page.
    """
    blocks = _blocks(text)
    position, found = _date(blocks, today)
    day = day or found
    if day is None:
        msg = 'no date such as "Mar 13" above the first title: give one with --date'
        raise InputError(msg)
    first = _first_title(blocks) if position is None else position + 1
    pairs = list(_pairs(blocks[first:]))
    if not pairs:
        msg = "no papers on the page: expected title, blank line, abstract, blank line"
        raise InputError(msg)
    papers = [
        Paper(id=title_id(title), title=title, abstract=abstract or None, published=midnight(day))
        for title, abstract in pairs
    ]
    sightings = tuple(Sighting(paper, NAME, feed, day.isoformat()) for paper in papers)
    return FileBatch(sightings, total=len(sightings))


def looks_like_page(text: str) -> bool:
    """Return whether a text is a trending page: a date in the heading, then long abstracts."""
    blocks = _blocks(text)
    position, _ = _date(blocks, date.max)
    if position is None:
        return False
    return any(len(abstract) >= _SURE_ABSTRACT for _, abstract in _pairs(blocks[position + 1 :]))


def _blocks(text: str) -> list[str]:
    """Return the paragraphs, each as one line without control characters."""
    lines = (clean(line) for line in re.split(r"\r\n|[\r\n]", text.removeprefix("\ufeff")))
    groups = groupby(lines, key=bool)
    return [" ".join(group) for filled, group in groups if filled]


def _date(blocks: list[str], today: date) -> tuple[int | None, date | None]:
    for position, block in enumerate(blocks[:_HEADING]):
        if len(block) > _LONGEST_TITLE:
            break
        found = page_date(block, today)
        if found is not None:
            return position, found
    return None, None


def page_date(text: str, today: date) -> date | None:
    """Return "Mar 13", "March 13, 2025" or "2025-03-13" as a date, or None.

    Without a year it is the latest such day up to today.
    """
    iso, named = _ISO.fullmatch(text), _MONTH_DAY.fullmatch(text)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if named is None:
        return None
    name, day = named[1].lower(), int(named[2])
    month = next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)
    if named[3]:
        return _day(int(named[3]), month, day)
    # Feb 29 may be up to eight years ago (1904 and 1896).
    years = (_day(today.year - back, month, day) for back in range(9))
    return next((found for found in years if found and found <= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _first_title(blocks: list[str]) -> int:
    """Return where the papers begin on a page without a date: before the first long paragraph."""
    long = (n for n, block in enumerate(blocks) if len(block) >= _SURE_ABSTRACT)
    return max(next(long, len(blocks)) - 1, 0)


def _pairs(blocks: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (title, abstract); paragraphs alternate unless their lengths rule that out."""
    position = 0
    while position < len(blocks):
        title, parts = blocks[position], list[str]()
        position += 1
        if position < len(blocks) and not _lacks_abstract(blocks[position : position + 2]):
            parts.append(blocks[position])
            position += 1
        # A paragraph too long for a title continues the abstract.
        while position < len(blocks) and len(blocks[position]) > _LONGEST_TITLE:
            parts.append(blocks[position])
            position += 1
        yield title, " ".join(parts)


def _lacks_abstract(following: list[str]) -> bool:
    """Return whether another title follows: a short line, then a long paragraph."""
    if len(following) == 1:
        return False
    short, long = following[0], following[1]
    return len(short) <= _SURE_ABSTRACT and len(long) > _LONGEST_TITLE
