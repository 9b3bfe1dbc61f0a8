"""Build the vocabulary, idf and TF-IDF matrix used for training."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from papertriage.topics.terms import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papertriage.topics.labelled import Text

    # scipy's sparse matrices have no types.
    Matrix = Any


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms with their column and smoothed inverse document frequency."""

    columns: dict[str, int]
    idf: Sequence[float]


def text_terms(text: Text) -> list[str]:
    """List a text's terms as for tagging."""
    return read(text.title, text.abstract).terms


def learn_vocabulary(
    texts: Iterable[Text], min_papers: int, max_terms: int, wanted: Iterable[Text] = ()
) -> Vocabulary:
    """Keep the terms of the `wanted` texts, then those found in most papers.

    The idf is ln((1 + n) / (1 + df)) + 1, as in scikit-learn. The choice of terms does not use
    labels, so that cross-validation stays honest.
    """
    document_frequency: Counter[str] = Counter()
    count = 0
    for text in texts:
        document_frequency.update(set(text_terms(text)))
        count += 1
    kept = {term for text in wanted for term in text_terms(text)}
    frequent = [(-df, term) for term, df in document_frequency.items() if df >= min_papers]
    kept.update(term for _, term in sorted(frequent)[: max(max_terms - len(kept), 0)])
    ordered = sorted(kept)
    idf = [math.log((1 + count) / (1 + document_frequency[term])) + 1 for term in ordered]
    return Vocabulary(
        {term: column for column, term in enumerate(ordered)}, [round(one, 4) for one in idf]
    )


def tfidf(texts: Iterable[Text], vocabulary: Vocabulary, least_norm: float = 0.0) -> Matrix:
    """Return a CSR matrix [papers, terms]: (1 + ln tf) x idf, each row of length 1.

    A row shorter than `least_norm` is divided by that instead and stays shorter than 1.
    """
    import numpy as np
    from scipy import sparse

    at = vocabulary.columns
    starts, columns, counts = array("q", [0]), array("i"), array("i")
    for text in texts:
        found = Counter(text_terms(text))
        known = sorted((at[term], count) for term, count in found.items() if term in at)
        columns.extend(column for column, _ in known)
        counts.extend(count for _, count in known)
        starts.append(len(columns))
    indices = np.array(columns, dtype=np.int32)
    idf = np.asarray(vocabulary.idf)[indices]
    values = (1.0 + np.log(np.array(counts, dtype=np.float64))) * idf
    indptr = np.array(starts)
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    norms = np.sqrt(np.bincount(rows, values * values, minlength=len(indptr) - 1))
    return sparse.csr_matrix(
        (values / np.maximum(norms, least_norm)[rows], indices, indptr),
        shape=(len(indptr) - 1, len(vocabulary.idf)),
    )


def title_norm(texts: Iterable[Text], vocabulary: Vocabulary) -> float:
    """Return the median length of a title's row before it is scaled."""
    at, idf = vocabulary.columns, vocabulary.idf
    norms = []
    for text in texts:
        found = Counter(read(text.title, None).terms)
        known = (
            (1 + math.log(count)) * idf[at[term]] for term, count in found.items() if term in at
        )
        norms.append(math.sqrt(sum(value * value for value in known)))
    return round(median(norms), 4) if norms else 0.0
