"""Score papers by the thousand: the scores of `tagging.score_paper`, without the evidence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from papertriage.errors import ModelError
from papertriage.topics.terms import MIN_ABSTRACT_WORDS, TITLE_WEIGHT, fold, words

if TYPE_CHECKING:
    from papertriage.topics.model import Model, TermTable, TopicModel

_MEMORY = 500_000
"""Distinct words that are remembered, in 60 MB; others are folded anew."""
_LOWEST = -700.0
_TF = [0.0, *(1.0 + math.log(count) for count in range(1, 1000))]
_PACKED = Struct("=i").pack
_UNKNOWN = _PACKED(0)


class TopicScores(NamedTuple):
    """One topic's answers for a batch: an array of scores, and one that says which are tagged."""

    topic: str
    scores: Any
    tagged: Any


Scorer = Callable[[Sequence[tuple[str, str | None]]], list[TopicScores]]


class _Numbers(dict[str, bytes]):
    """The number of each word as written, packed in four bytes; 0 is a word of no known term."""

    def __init__(self, known: dict[str, bytes]) -> None:
        self._known = known

    def __missing__(self, word: str) -> bytes:
        number = self._known.get(fold(word), _UNKNOWN)
        if len(self) < _MEMORY:
            self[word] = number
        return number


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of all tables: a word's own term by its number, and of pairs the sorted codes.

    The code of a pair is the first word's number times the count of numbers, plus the second's.
    """

    count: int
    numbers: _Numbers
    term_of_word: Any
    is_first: Any
    is_second: Any
    pairs: Any
    term_of_pair: Any


@dataclass(frozen=True, slots=True)
class _Weights:
    """One table over the terms of all tables: idf is 0 where the table does not hold the term."""

    topics: tuple[TopicModel, ...]
    idf: Any
    weights: tuple[Any, ...]


def batch_scorer(model: Model) -> Scorer:
    """Return the function that scores a batch of (title, abstract) for every topic of the model.

    The sums are those of `score_paper` in another order, and the log-odds are rounded alike.
    Raises ModelError where a table holds something else than numbers.
    """
    names = sorted({term for table in model.tables for term in table.lines})
    terms = _terms(names)
    tables = [_weights(model, table, names) for table in model.tables]

    def score(papers: Sequence[tuple[str, str | None]]) -> list[TopicScores]:
        found, has_abstract = _found(terms, papers)
        scores = {one.topic: one for table in tables for one in _scores(table, found, has_abstract)}
        return [scores[name] for name in model.topics]

    return score


def _terms(names: Sequence[str]) -> _Terms:
    import numpy as np

    pairs = {name: tuple(name.split("_", 1)) for name in names if "_" in name}
    alone = [name for name in names if name not in pairs]
    known = sorted({*alone, *(word for pair in pairs.values() for word in pair)})
    number = {word: place for place, word in enumerate(known, start=1)}
    size = len(known) + 1
    term_of = {name: place for place, name in enumerate(names)}
    term_of_word = np.full(size, -1, np.int32)
    term_of_word[[number[name] for name in alone]] = [term_of[name] for name in alone]
    coded = sorted(
        (number[one] * size + number[two], term_of[name]) for name, (one, two) in pairs.items()
    )
    codes = np.array([code for code, _ in coded], np.int64)
    is_first, is_second = np.zeros(size, bool), np.zeros(size, bool)
    is_first[codes // size] = True
    is_second[codes % size] = True
    return _Terms(
        len(names),
        _Numbers({word: _PACKED(place) for word, place in number.items()}),
        term_of_word,
        is_first,
        is_second,
        codes,
        np.array([term for _, term in coded], np.int32),
    )


def _weights(model: Model, table: TermTable, names: Sequence[str]) -> _Weights:
    import numpy as np

    rows = table.rows.numbers(names)
    width = 1 + len(table.topics)
    numbers = np.zeros((width, len(names)))
    for place, row in enumerate(rows):
        if row:
            if len(row) != width:
                msg = (
                    f"model: the line of term {names[place]!r} holds {len(row)} numbers of {width}"
                )
                raise ModelError(msg)
            numbers[:, place] = row
    columns = [place for place, name in enumerate(table.topics, start=1) if name]
    topics = tuple(model.topics[table.topics[place - 1]] for place in columns)
    return _Weights(topics, numbers[0], tuple(numbers[place] for place in columns))


class _Found(NamedTuple):
    """What a batch holds: each known term of each paper once, with how often it stands there."""

    papers: int
    paper: Any
    term: Any
    frequency: Any


def _found(terms: _Terms, papers: Sequence[tuple[str, str | None]]) -> tuple[_Found, Any]:
    import numpy as np

    read, lengths, has_abstract = _read(terms.numbers, papers)
    numbers = np.frombuffer(read, np.int32)
    paper = np.repeat(np.arange(len(papers), dtype=np.int64), lengths)
    alone = terms.term_of_word[numbers]
    known = alone >= 0
    # No pair joins two papers: each ends with a 0.
    first = np.flatnonzero(terms.is_first[numbers[:-1]] & terms.is_second[numbers[1:]])
    codes = numbers[first].astype(np.int64) * len(terms.term_of_word) + numbers[first + 1]
    place = np.searchsorted(terms.pairs, codes)
    is_pair = np.zeros(len(codes), bool)
    inside = place < len(terms.pairs)
    is_pair[inside] = terms.pairs[place[inside]] == codes[inside]
    found = np.concatenate(
        [
            paper[known] * terms.count + alone[known],
            paper[first[is_pair]] * terms.count + terms.term_of_pair[place[is_pair]],
        ]
    )
    found.sort()
    begins = np.flatnonzero(np.diff(found, prepend=-1))
    counts = np.diff(begins, append=len(found))
    once = found[begins]
    owner = once // max(terms.count, 1)
    return (
        _Found(len(papers), owner, once - owner * terms.count, _scaled(counts)),
        np.array(has_abstract, bool),
    )


def _read(
    numbers: _Numbers, papers: Iterable[tuple[str, str | None]]
) -> tuple[bytes, list[int], list[bool]]:
    """Put numbers for words: the title three times, then the abstract, a 0 after each."""
    pieces: list[bytes] = []
    lengths: list[int] = []
    has_abstract: list[bool] = []
    number = numbers.__getitem__
    for title, abstract in papers:
        begins = b"".join(map(number, words(title))) + _UNKNOWN
        piece = begins * TITLE_WEIGHT
        of_abstract = words(abstract) if abstract else []
        whole = len(of_abstract) >= MIN_ABSTRACT_WORDS
        if whole:
            piece += b"".join(map(number, of_abstract)) + _UNKNOWN
        pieces.append(piece)
        lengths.append(len(piece) // len(_UNKNOWN))
        has_abstract.append(whole)
    return b"".join(pieces), lengths, has_abstract


def _scaled(counts: Any) -> Any:  # noqa: ANN401 - arrays
    """Return 1 + ln(count) of each, from the same table as one paper's."""
    import numpy as np

    if counts.size and counts.max() >= len(_TF):
        return np.array([1.0 + math.log(count) for count in counts.tolist()])
    return np.array(_TF)[counts]


def _scores(table: _Weights, found: _Found, has_abstract: Any) -> Iterable[TopicScores]:  # noqa: ANN401 - an array
    import numpy as np

    features = found.frequency * table.idf[found.term]
    squares = np.bincount(found.paper, features * features, found.papers)
    norm = np.sqrt(squares)
    norm[norm == 0] = 1.0
    for topic, weights in zip(table.topics, table.weights, strict=True):
        total = np.bincount(found.paper, features * weights[found.term], found.papers)
        scale = np.where(
            has_abstract, 1.0 / norm, topic.title_scale / np.maximum(norm, topic.title_norm)
        )
        shift = np.where(has_abstract, 0.0, topic.title_shift)
        log_odds = np.round(topic.base + shift + total * scale, 4)
        scores = 1.0 / (1.0 + np.exp(-np.maximum(log_odds, _LOWEST)))
        scores[log_odds <= _LOWEST] = 0.0
        yield TopicScores(topic.name, scores, scores >= topic.threshold)
