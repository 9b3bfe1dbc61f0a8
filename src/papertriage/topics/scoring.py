"""Score a paper for each topic in pure Python, with the terms behind the score."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from itertools import compress
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from papertriage.models import BASE_RATE, NO_ABSTRACT, OTHER_TERMS, TopicScore
from papertriage.topics.terms import PaperTerms, as_written, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from papertriage.topics.model import Model, TermTable, TopicModel

TERMS_WHEN_TAGGED = 8
TERMS_OTHERWISE = 3
LOWEST = -700.0
"""exp() overflows above 709."""
LOG_COUNTS = (0.0, *(1.0 + math.log(count) for count in range(1, 1000)))
"""1 + ln(count), indexed by count."""


def score_paper(model: Model, title: str, abstract: str | None) -> tuple[TopicScore, ...]:
    """Score a paper for every topic of the model, in the order of `model.topics`."""
    reading = read(title, abstract)
    counts = Counter(reading.terms)
    scores = {
        score.topic: score
        for table in model.tables
        for score in _scores(model, table, reading, counts)
    }
    return tuple(scores[name] for name in model.topics)


def _scores(
    model: Model, table: TermTable, reading: PaperTerms, counts: Counter[str]
) -> Iterator[TopicScore]:
    found = table.rows.packed(counts)
    known = list(compress(counts, found))
    numbers = array("d", b"".join(filter(None, found)))
    width = 1 + len(table.topics)
    frequencies = _scaled(compress(counts.values(), found))
    features = list(map(mul, frequencies, numbers[::width]))
    norm = math.sqrt(sum(map(mul, features, features))) or 1.0
    for column, name in enumerate(table.topics, start=1):
        if name:
            contributions = list(map(mul, features, numbers[column::width]))
            sums = Sums(sum(contributions), norm, reading.has_abstract)

            def terms(wanted: int, values: list[float] = contributions) -> list[tuple[str, float]]:
                places = strongest(values, wanted)
                return [(as_written(reading, known[place]), values[place]) for place in places]

            yield topic_score(model.topics[name], sums, terms)


class Sums(NamedTuple):
    """Sums over a paper's terms: their contributions, and the length of its features."""

    total: float
    norm: float
    has_abstract: bool


def topic_score(
    topic: TopicModel, sums: Sums, terms: Callable[[int], list[tuple[str, float]]]
) -> TopicScore:
    """Turn sums into a score; terms(n) returns the n strongest terms and their contributions.

    The contributions and their sum are not yet scaled by the norm.
    """
    scale, shift = 1.0 / sums.norm, 0.0
    if not sums.has_abstract:
        scale, shift = topic.title_scale / max(sums.norm, topic.title_norm), topic.title_shift
    log_odds = round(topic.base + shift + sums.total * scale, 4)
    score = 1.0 / (1.0 + math.exp(-log_odds)) if log_odds > LOWEST else 0.0
    tagged = score >= topic.threshold
    evidence = [
        (term, value)
        for term, contribution in terms(TERMS_WHEN_TAGGED if tagged else TERMS_OTHERWISE)
        if (value := round(contribution * scale, 4))
    ]
    rest = log_odds - topic.base - shift - sum([value for _, value in evidence])
    evidence.append((OTHER_TERMS, round(rest, 4) + 0.0))
    if not sums.has_abstract:
        evidence.append((NO_ABSTRACT, shift))
    evidence.append((BASE_RATE, topic.base))
    return TopicScore(topic.name, score, tagged, tuple(evidence))


def strongest(contributions: list[float], wanted: int) -> list[int]:
    """Find the places of the largest contributions by absolute value, largest first.

    Sorting plain floats and searching for their places is four times as fast as a heap of pairs.
    """
    ordered = sorted(contributions)
    ends = ordered[:wanted] + ordered[max(wanted, len(ordered) - wanted) :]
    ends.sort(key=abs, reverse=True)
    places: list[int] = []
    for value in ends[:wanted]:
        place = contributions.index(value)
        while place in places:
            place = contributions.index(value, place + 1)
        places.append(place)
    return places


def _scaled(counts: Iterable[int]) -> list[float]:
    """Return 1 + ln(count) of each, from a table if possible."""
    counts = list(counts)
    try:
        return list(map(LOG_COUNTS.__getitem__, counts))
    except IndexError:
        return [1.0 + math.log(count) for count in counts]
