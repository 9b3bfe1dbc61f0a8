"""Score papers in batches like `scoring.score_paper`, including the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from papertriage.topics.batch_scoring import Found, Weights, find_terms, known_terms, read_batch
from papertriage.topics.scoring import TERMS_OTHERWISE, Sums, strongest, topic_score

if TYPE_CHECKING:
    from papertriage.models import TopicScore
    from papertriage.topics.batch_scoring import BatchWords
    from papertriage.topics.model import Model, TopicModel

_AT_ONCE = 2_000
"""Papers per set of arrays: 60 MB. 500 take a tenth longer, 8,000 are no faster."""

Texts = Sequence[tuple[str, str | None]]
EvidenceScorer = Callable[[Texts], list[tuple["TopicScore", ...]]]


def scorer_with_evidence(model: Model) -> EvidenceScorer:
    """Return the function that scores (title, abstract) pairs for every topic of the model.

    Raises ModelError if a table holds something other than numbers.
    """
    terms, tables = known_terms(model)

    def scores(papers: Texts) -> Iterator[tuple[TopicScore, ...]]:
        reading = read_batch(terms, papers)
        found = find_terms(terms, reading)
        by_topic = {
            topic.name: scored
            for table in tables
            for topic, scored in _scores(table, found, reading)
        }
        return zip(*(by_topic[name] for name in model.topics), strict=True)

    def score(papers: Texts) -> list[tuple[TopicScore, ...]]:
        if not model.topics:
            return [()] * len(papers)
        starts = range(0, len(papers), _AT_ONCE)
        return [one for start in starts for one in scores(papers[start : start + _AT_ONCE])]

    return score


def _scores(
    table: Weights, found: Found, reading: BatchWords
) -> Iterator[tuple[TopicModel, list[TopicScore]]]:
    import numpy as np

    features = found.frequency * table.idf[found.term]
    norms = np.sqrt(np.bincount(found.paper, features * features, found.papers))
    norms[norms == 0] = 1.0
    for topic, weights in zip(table.topics, table.weights, strict=True):
        contributions = features * weights[found.term]
        yield topic, _topic_scores(topic, found, reading, contributions, norms.tolist())


def _topic_scores(
    topic: TopicModel,
    found: Found,
    reading: BatchWords,
    contributions: Any,  # noqa: ANN401 - an array
    norms: list[float],
) -> list[TopicScore]:
    import numpy as np

    totals = np.bincount(found.paper, contributions, found.papers).tolist()
    begins = np.searchsorted(found.paper, np.arange(found.papers + 1)).tolist()
    chosen = _strongest(found, contributions)
    shown = [
        list(zip(reading.terms_at(found.place[at]), contributions[at].tolist(), strict=True))
        for at in chosen
    ]
    owners = [found.paper[at].tolist() for at in chosen]
    few: list[list[tuple[str, float]]] = [[] for _ in range(found.papers)]
    for papers, pairs in zip(owners, shown, strict=True):
        for paper, pair in zip(papers, pairs, strict=True):
            few[paper].append(pair)

    def terms(paper: int, wanted: int) -> list[tuple[str, float]]:
        if wanted == TERMS_OTHERWISE:
            return few[paper]
        own = slice(begins[paper], begins[paper + 1])
        values = contributions[own].tolist()
        places = strongest(values, wanted)
        names = reading.terms_at(found.place[own][places]) if places else []
        return [(name, values[place]) for name, place in zip(names, places, strict=True)]

    sums = map(Sums, totals, norms, reading.has_abstract)
    return [
        topic_score(topic, one, lambda wanted, paper=paper: terms(paper, wanted))  # type: ignore[misc]  # bound now
        for paper, one in enumerate(sums)
    ]


def _strongest(found: Found, contributions: Any) -> list[Any]:  # noqa: ANN401 - arrays
    """Find the strongest remaining contribution of each paper, round by round.

    Of equal ones the negative comes first, then the earlier one, as in `scoring.strongest`.
    """
    import numpy as np

    if not len(contributions):
        return []
    heads = np.flatnonzero(np.diff(found.paper, prepend=-1))
    sizes = np.diff(heads, append=len(contributions))
    left = np.abs(contributions)
    chosen = []
    for _ in range(TERMS_OTHERWISE):
        peaks = np.maximum.reduceat(left, heads)
        at = np.flatnonzero(left == np.repeat(peaks, sizes))
        if len(at) > len(heads):
            owner = found.paper[at]
            at = at[np.lexsort((at, contributions[at] > 0, owner))]
            at = at[np.flatnonzero(np.diff(found.paper[at], prepend=-1))]
        # A paper with fewer terms has none left, and repeats an earlier one.
        chosen.append(at[peaks >= 0])
        left[at] = -1.0
    return chosen
