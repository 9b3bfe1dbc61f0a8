"""Turn texts into TF-IDF rows of words, and of characters within words."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from scipy import sparse

from papertriage.topics.labelled import Text

# scipy's sparse matrices have no types.
Matrix = Any

_WORD = re.compile(r"\b\w\w+\b")


def words(texts: Sequence[Text]) -> Matrix:
    """Return CSR [texts, terms], float32, rows of length 1 (or 0): words and word pairs.

    The features of ASReview's default model, ELAS u4 (Ferdinands, de Bruin et al., asreview 3.0,
    models/models.py): no stop words, a term is in at most 95 % of the texts.
    """
    return _weighted(_counted(map(_words_and_pairs, texts)), least=1, most=0.95)


def characters(texts: Sequence[Text]) -> Matrix:
    """Return CSR [texts, terms], float32, rows of length 1 (or 0): 3 to 5 characters of a word.

    As in scikit-learn's char_wb: a word has a blank at both ends, and is one term if it is no
    longer than the n-gram. A term is in at least 3 and at most half of the texts.
    """
    # The n-grams of a text are those of its words: extracting them once per distinct word and
    # multiplying takes a third of the time.
    vocabulary: dict[str, int] = {}
    spelled = _counted((_whole(text).split() for text in texts), vocabulary)
    grams = _counted(_grams(f" {word} ") for word in vocabulary)
    return _weighted((spelled @ grams).tocsr(), least=3, most=0.5)


def _whole(text: Text) -> str:
    return f"{text.title} {text.abstract or ''}".lower()


def _words_and_pairs(text: Text) -> Iterator[str]:
    found = _WORD.findall(_whole(text))
    return chain(found, map(" ".join, pairwise(found)))


def _grams(word: str) -> Iterator[str]:
    for size in (3, 4, 5):
        if len(word) <= size:
            yield word
            return
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


def _counted(texts: Iterable[Iterable[str]], vocabulary: dict[str, int] | None = None) -> Matrix:
    """Return CSR [texts, terms] of counts; adds the column of each term to the vocabulary."""
    known = {} if vocabulary is None else vocabulary
    starts, columns = array("q", [0]), array("i")
    for terms in texts:
        columns.extend([known.setdefault(term, len(known)) for term in terms])
        starts.append(len(columns))
    values = np.ones(len(columns), dtype=np.float32)
    shape = (len(starts) - 1, len(known))
    counts = sparse.csr_matrix((values, np.array(columns), np.array(starts)), shape=shape)
    counts.sum_duplicates()
    return counts


def _weighted(counts: Matrix, least: int, most: float) -> Matrix:
    """Return (1 + ln tf) x idf of the terms found in `least` texts up to a share `most` of them.

    The idf is ln((1 + n) / (1 + df)) + 1, as in scikit-learn.
    """
    texts = counts.shape[0]
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = (held >= least) & (held <= max(int(most * texts), least))
    rows = counts[:, np.flatnonzero(kept)]
    idf = np.log((1 + texts) / (1 + held[kept])) + 1
    rows.data = ((1 + np.log(rows.data)) * idf[rows.indices]).astype(np.float32)
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A1
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1), dtype=np.float32) @ rows
