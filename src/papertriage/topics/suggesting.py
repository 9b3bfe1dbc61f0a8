"""Suggest topics: clusters of untagged papers, named after their distinctive terms."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.errors import InputError
from papertriage.topics.features import learn_vocabulary, tfidf
from papertriage.topics.terms import as_written, find_term, read
from papertriage.topics.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from papertriage.topics.labelled import Text

    Array = NDArray[Any]
    # scipy's matrices have no types.
    Matrix = Any

MIN_PAPERS = 40
"""With fewer papers than this, a cluster is a coincidence."""
MAX_PAPERS = 20_000
_TERMS, _TITLES, _PHRASES = 5, 3, 3
_CLUSTER = 20
_MANY = 1_000
_MOST_CLUSTERS = 40
_SMALLEST = 3
_MAX_TERMS = 10_000
_CANDIDATES = 40
_LOOKED_AT = 10
# How much more common than elsewhere a pair, and a word, must be in its topic's cluster.
_TELLING_PAIR, _TELLING_WORD = 5.0, 50.0
_PAIR = re.compile(r"[^\W_]+[ -][^\W_]+")
_PHRASE = re.compile(r"[^\W_]{2,30}(?:[ -][^\W_]{2,30})?")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cluster of papers as a topic: its distinctive `terms`, and its most typical `titles`."""

    name: str
    size: int
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """A term as papers write it, and how much more common it is in the cluster."""

    written: str
    lift: float


def sample_evenly(texts: Iterable[Text], most: int = MAX_PAPERS) -> list[Text]:
    """Keep at most `most` texts of a stream of unknown length, evenly spaced."""
    kept: list[Text] = []
    step = 1
    for number, text in enumerate(texts):
        if number % step == 0:
            kept.append(text)
        if len(kept) > 2 * most:
            kept, step = kept[::2], step * 2
    if len(kept) <= most:
        return kept
    return [kept[place * len(kept) // most] for place in range(most)]


@one_thread()
def suggest_topics(texts: Sequence[Text], taken: Collection[str]) -> list[Suggestion]:
    """Cluster texts and name the clusters, the largest and most distinct first.

    Names in `taken` are not used; the same texts give the same clusters. Raises InputError if there
    are fewer than 40.
    """
    import numpy as np

    if len(texts) < MIN_PAPERS:
        msg = (
            f"too few untagged papers to find topics in: {len(texts)} of the {MIN_PAPERS} needed;"
            " `papertriage fetch` or `papertriage import` gets more"
        )
        raise InputError(msg)
    vocabulary = learn_vocabulary(texts, 2 if len(texts) < _MANY else 5, _MAX_TERMS)
    if not vocabulary.columns:
        return []
    features, used = tfidf(texts, vocabulary), set(taken)
    terms = list(vocabulary.columns)
    pair = np.array(["_" in term for term in terms])
    ranked = []
    for here in _clusters(features):
        contrast, lift = _contrast(features, here, pair)
        order = contrast.argsort(kind="stable")[::-1][:_CANDIDATES]
        strength = len(here) * float(contrast[order[:_TERMS]].sum())
        candidates = [(terms[one], float(lift[one])) for one in order if contrast[one] > 0]
        ranked.append((strength, here, candidates))
    ranked.sort(key=lambda one: (-one[0], int(one[1][0])))
    found = []
    for _, here, candidates in ranked:
        typical = [texts[row] for row in _typical(features, here)]
        named = _told_apart(candidates, typical)
        name = next((one.written for one in named if one.written not in used), None)
        if name:
            used.add(name)
            found.append(_suggestion(name, len(here), named, typical))
    return found


def _suggestion(
    name: str, size: int, named: Sequence[_Named], typical: Sequence[Text]
) -> Suggestion:
    telling = [one.written for one in named if _is_telling(one) and one.written != name]
    return Suggestion(
        name=name,
        size=size,
        terms=tuple(one.written for one in named),
        phrases=(name, *telling[: _PHRASES - 1]),
        titles=tuple(text.title for text in typical[:_TITLES]),
    )


def _is_telling(one: _Named) -> bool:
    return one.lift >= (_TELLING_PAIR if _PAIR.fullmatch(one.written) else _TELLING_WORD)


def _clusters(features: Matrix) -> Iterator[Array]:
    """Yield the rows of each cluster: mini-batch k-means (Sculley 2010), seed 0."""
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    count = min(max(features.shape[0] // _CLUSTER, 2), _MOST_CLUSTERS)
    means = MiniBatchKMeans(count, random_state=0, n_init=3, batch_size=2048)
    with warnings.catch_warnings():
        # With fewer distinct papers than clusters, some stay empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = means.fit_predict(features)
    for cluster in range(count):
        here = np.flatnonzero(labels == cluster)
        if _SMALLEST <= len(here) < features.shape[0]:
            yield here


def _contrast(features: Matrix, here: Array, pair: Array) -> tuple[Array, Array]:
    """Return p log(p / q) and p / q of each term's share of papers in the cluster and elsewhere.

    The first is the term's part of the Kullback-Leibler divergence; a pair's counts twice, since
    each of its words is at least as common and says less.
    """
    import numpy as np

    total, size = features.shape[0], len(here)
    inside = np.asarray((features[here] > 0).sum(axis=0)).ravel()
    outside = np.asarray((features > 0).sum(axis=0)).ravel() - inside
    share = inside / size
    lift = share / ((outside + 0.5) / (total - size + 1))
    contrast = share * np.log(np.maximum(lift, 1e-9)) * np.where(pair, 2.0, 1.0)
    contrast[inside < _SMALLEST] = 0.0
    return contrast, lift


def _typical(features: Matrix, here: Array) -> Array:
    """Order a cluster's rows by their distance to its mean, nearest first."""
    import numpy as np

    rows = features[here]
    near = rows @ np.asarray(rows.mean(axis=0)).ravel()
    ordered: Array = here[np.argsort(-near, kind="stable")]
    return ordered


def _told_apart(candidates: Iterable[tuple[str, float]], typical: Sequence[Text]) -> list[_Named]:
    """Choose terms that share no word and that people write as a phrase."""
    named: list[_Named] = []
    said: set[str] = set()
    for term, lift in candidates:
        parts = term.split("_")
        written = None if said & set(parts) else _written(term, typical)
        if written:
            named.append(_Named(written, lift))
            said.update(parts)
        if len(named) == _TERMS:
            break
    return named


def _written(term: str, texts: Iterable[Text]) -> str | None:
    """Return the most common spelling of a term; None if its words are mostly separated."""
    forms: Counter[str] = Counter()
    for text in texts:
        reading = read(text.title, text.abstract)
        if term in reading.terms:
            wanted = as_written(reading, term)
            for part in (text.title, text.abstract or ""):
                forms.update(part[start:end].lower() for start, end in find_term(part, wanted))
        if forms.total() >= _LOOKED_AT:
            break
    form = max(forms, key=lambda one: (forms[one], one), default="")
    return form if _PHRASE.fullmatch(form) else None
