from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from invented import invented_texts
from papertriage.ranking.views import characters, words
from papertriage.topics.labelled import Text

TEXTS = st.builds(Text, st.text(max_size=30), st.none() | st.text(max_size=60))


def of_scikit_learn(texts, **options):
    whole = [f"{text.title} {text.abstract or ''}" for text in texts]
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options).fit_transform(whole)


@pytest.mark.parametrize(
    ("view", "options"),
    [
        (words, {"ngram_range": (1, 2), "max_df": 0.95}),
        (
            characters,
            {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 3, "max_df": 0.5},
        ),
    ],
)
def test_a_view_has_the_cosines_of_scikit_learns(view, options):
    texts = [*invented_texts(60), Text("", None), Text("É a x ab", "Ünïcode  words\n\tabc")]
    ours, theirs = view(texts), of_scikit_learn(texts, **options)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape
    assert abs((ours @ ours.T) - (theirs @ theirs.T)).max() < 1e-5


@pytest.mark.parametrize("view", [words, characters])
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
@settings(max_examples=50)
def test_any_texts_become_rows_of_length_one_or_none(view, texts):
    rows = view(texts)
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A1
    assert rows.shape[0] == len(texts)
    assert all(abs(length - 1) < 1e-5 or length == 0 for length in lengths)
