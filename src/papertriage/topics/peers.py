"""Provide baselines to compare with: counted keywords, and arxiv-sanity-lite's recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papertriage.topics.weak_labels import PhraseCounter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import Text

    Array = NDArray[Any]


def keyword_values(topic: Topic, texts: Sequence[Text]) -> Array:
    """Count a topic's phrases in each text, twice in the title."""
    import numpy as np

    counter = PhraseCounter(topic)
    return np.array([counter.count(text) for text in texts], dtype=float)


def sanity_lite_values(texts: Sequence[Text], yes: Array, folds: Array) -> Array:
    """Score each fold with arxiv-sanity-lite's features and classifier, trained on the others.

    TfidfVectorizer with English stop words, 1-2-grams, 20,000 features and sublinear tf
    (compute.py), LinearSVC with C=0.01 and balanced classes (serve.py).
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    documents = np.array([f"{text.title} {text.abstract or ''}" for text in texts], dtype=object)
    values = np.zeros(len(documents))
    for fold in np.unique(folds):
        here, others = folds == fold, folds != fold
        vectorizer = TfidfVectorizer(
            strip_accents="unicode",
            token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b",  # noqa: S106 - a pattern, no password
            stop_words="english",
            ngram_range=(1, 2),
            max_features=20_000,
            min_df=min(5, max(1, len(documents) // 50)),
            max_df=0.5,
            sublinear_tf=True,
        )
        features = vectorizer.fit_transform(documents[others])
        classifier = LinearSVC(
            class_weight="balanced", C=0.01, max_iter=10_000, tol=1e-6, random_state=0
        )
        classifier.fit(features, yes[others])
        values[here] = classifier.decision_function(vectorizer.transform(documents[here]))
    return values
