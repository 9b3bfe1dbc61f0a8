"""Rank the matches of a full-text search in a time that hardly grows with the cache."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from papertriage.cache.connection import last_key
from papertriage.cache.eligible import Condition
from papertriage.cache.packing import unpacked
from papertriage.cache.search import Search, Sought

MOST = 100
"""The longest list that is ranked from candidates; of 1,000,000 papers FTS5's own bm25 takes 55 ms
at the 95th percentile, where the newest matches are found in 8 and scored in 5."""

# The newest matches of all words and of any, and the newest with all words in the title: no other
# papers are scored. Each is a page of the file, and a cold cache costs most: at 1,000,000 papers 18
# ms of CPU at the 95th percentile; 26 with 100 and 300, 30 with 250 and 200. Of the first 20 that
# 3,000 of each give, these find .83, those .86 and .85.
_NEWEST, _NEWEST_OF_ANY = 40, 250
_TIMES_TO_CHOOSE = 2
_NEWEST_IN_TITLES = 200
# If titles fill the list three times over, other papers rarely get in: 3 of 200 lists changed.
_TIMES_THE_LIST = 3
_NEWEST_BESIDE_TITLES = 10
# How many subsets of "a OR b OR c" are searched, the most telling first.
_SUBSETS = 12
_MOST_ALTERNATIVES = 6
# FTS5 reads its lists forwards in half the time: if so few matches are expected that all must be
# read, the oldest come first, unless there are many after all.
_FEW, _MANY_AFTER_ALL = 10, 400
_MATCHING = "SELECT rowid AS key FROM {index} WHERE {index} MATCH ? ORDER BY rowid {order} LIMIT ?"
_PASSING = """
SELECT papers.key FROM {index}
JOIN papers ON papers.key = {index}.rowid
WHERE {index} MATCH ? AND {condition}
ORDER BY {index}.rowid {order} LIMIT ?
"""
_SAMPLE = """
SELECT count(*) AS found, min(rowid) AS oldest
FROM (SELECT rowid FROM papers_index WHERE papers_index MATCH ? ORDER BY rowid DESC LIMIT ?)
"""
_SAMPLED = 300
_TEXTS = (
    "SELECT key, title, abstract, authors FROM papers WHERE key IN (SELECT value FROM json_each(?))"
)
# bm25 (Robertson and Zaragoza, 2009): k1 and b as in FTS5; a word of the title says most about a
# paper's subject, and an author's name seldom matches by chance.
_K1, _B = 1.2, 0.75
_WEIGHTS = {"title": 8.0, "abstract": 1.0, "authors": 4.0}
_AVERAGE_LENGTH = 1_300
# A shorter stem says too little; Porter's endings mostly have three letters.
_STEM, _ENDING = 5, 3


class _Wanted(NamedTuple):
    """The prefix that a word's inflections share, where it may occur, and how telling it is."""

    beginning: str
    columns: tuple[str, ...]
    weight: float


class Rarities(dict[str, float]):
    """The inverse document frequency of each word of one search, estimated once.

    The estimate uses how far back the newest matches go: counting all matches of a common word is
    what makes bm25 slow, 18 ms for one in 1,000,000.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the current number of papers."""
        super().__init__()
        self._connection = connection
        self._last = last_key(connection)

    def __missing__(self, match: str) -> float:
        """Estimate the inverse document frequency of an FTS5 expression."""
        row = self._connection.execute(_SAMPLE, (match, _SAMPLED)).fetchone()
        last = self._last
        reached = last if row["found"] < _SAMPLED else last - row["oldest"] + 1
        share = row["found"] / max(reached, 1)
        # Above 0: a word found in every paper still tells how often each holds it.
        self[match] = max(math.log(1 + (1 - share) / (share + 1 / (last + 1))), 1e-6)
        return self[match]

    def expected(self, matches: Iterable[str]) -> float:
        """Estimate how many papers hold all of the words, assuming independence."""
        return float(self._last) * math.exp(-sum(self[match] for match in matches))


def best(
    connection: sqlite3.Connection, sought: Search, condition: Condition, limit: int
) -> list[int]:
    """Return the keys of the best matches, at most limit: by bm25 among the likeliest candidates.

    Candidates are the newest matches, the newest with the words in the title, and for alternatives
    (a OR b) the newest that hold several of them.
    """
    rarities = Rarities(connection)
    keys = set(_candidates(connection, sought, condition, rarities, limit))
    return highest(connection, keys, sought.words, limit, rarities)


def highest(
    connection: sqlite3.Connection,
    keys: Collection[int],
    words: Iterable[Sought],
    limit: int,
    rarities: Rarities,
) -> list[int]:
    """Return the keys of the papers with the highest bm25 for the words; ties go to the newest."""
    wanted = [_telling(one, rarities) for one in words]
    scores: dict[int, float] = {}
    for row in connection.execute(_TEXTS, (str(sorted(keys)),)):
        scores[row["key"]] = _score(row, wanted)
    return sorted(scores, key=lambda key: (-scores[key], -key))[:limit]


def newest(
    connection: sqlite3.Connection,
    match: str,
    condition: Condition,
    most: int,
    index: str = "papers_index",
    *,
    expected: float = math.inf,
) -> list[int]:
    """Read the keys of the newest papers that match and pass the condition, at most `most`.

    expected is how many may match; see Rarities.expected().
    """
    statement = _MATCHING if condition.sql == "1" else _PASSING

    def read(order: str, number: int) -> list[int]:
        sql = statement.format(index=index, condition=condition.sql, order=order)
        rows = connection.execute(sql, (match, *condition.parameters, number))
        return [row["key"] for row in rows]

    if expected < _FEW:
        keys = read("ASC", _MANY_AFTER_ALL)
        if len(keys) < _MANY_AFTER_ALL:
            return keys[::-1][:most]
    return read("DESC", most)


def _candidates(
    connection: sqlite3.Connection,
    sought: Search,
    condition: Condition,
    rarities: Rarities,
    limit: int,
) -> Iterator[int]:
    match = sought.match or ""
    most = max(_NEWEST, _TIMES_TO_CHOOSE * limit)
    matching: list[int] = []
    if sought.alternatives:
        most = _NEWEST_OF_ANY
    else:
        expected = rarities.expected(dict.fromkeys(word.match for word in sought.words))
        matching = newest(connection, match, condition, most, expected=expected)
        if len(matching) < most:
            # These are all matches: searching the titles too is pointless, and takes half of the
            # time if many papers nearly match.
            yield from matching
            return
    if sought.title_match:
        titled = newest(
            connection, sought.title_match, condition, _NEWEST_IN_TITLES, "titles_index"
        )
        yield from titled
        if len(titled) >= _TIMES_THE_LIST * limit:
            most = _NEWEST_BESIDE_TITLES
    yield from matching[:most]
    if sought.alternatives:
        yield from _holding_several(connection, sought, condition, rarities, most)


def _holding_several(
    connection: sqlite3.Connection,
    sought: Search,
    condition: Condition,
    rarities: Rarities,
    most: int,
) -> Iterator[int]:
    """Read the newest papers with the most telling alternatives together, then with any."""
    found = 0
    for more in (*_subsets(sought.alternatives, rarities), ""):
        narrowed = f"({sought.match}) AND ({more})" if more else sought.match or ""
        keys = newest(connection, narrowed, condition, most)
        yield from keys
        found += len(keys)
        if found >= most:
            break


def _subsets(alternatives: Sequence[str], rarities: Rarities) -> list[str]:
    """Return conjunctions of the alternatives, the most telling first."""
    different = dict.fromkeys(alternatives)
    telling = sorted(different, key=lambda match: -rarities[match])[:_MOST_ALTERNATIVES]
    subsets = [
        chosen for size in range(len(telling), 0, -1) for chosen in combinations(telling, size)
    ]
    subsets.sort(key=lambda chosen: -sum(rarities[match] for match in chosen))
    return [" AND ".join(chosen) for chosen in subsets[:_SUBSETS]]


def _telling(sought: Sought, rarities: Rarities) -> _Wanted:
    from papertriage.topics.words import fold

    words = _spaced(sought.text).split()
    beginning = " ".join(words)
    if len(words) == 1 and not sought.exact:
        stem = fold(words[0]) or words[0]
        beginning = stem[: max(_STEM, len(stem) - _ENDING)]
    columns = (sought.column,) if sought.column else tuple(_WEIGHTS)
    return _Wanted(f" {beginning}", columns, rarities[sought.match])


def _score(row: sqlite3.Row, wanted: Sequence[_Wanted]) -> float:
    columns = {
        "title": _spaced(row["title"]),
        "abstract": _spaced(unpacked(row["abstract"]) or ""),
        "authors": _spaced(row["authors"]),
    }
    length = len(columns["title"]) + len(columns["abstract"])
    norm = _K1 * (1 - _B + _B * length / _AVERAGE_LENGTH)
    total = 0.0
    for beginning, names, weight in wanted:
        often = 0.0
        for name in names:
            text = columns[name]
            # "in" takes a third of the time of count(), and most columns hold no word of a search.
            if beginning in text:
                often += _WEIGHTS[name] * text.count(beginning)
        total += weight * often * (_K1 + 1) / (often + norm)
    return total


def _spaced(text: str) -> str:
    """Return the text with a blank before every word; translate() would take 20 us."""
    text = text.lower().replace("-", " ").replace("(", " ")
    return f" {text}" if '"' not in text else " " + text.replace('"', " ")
