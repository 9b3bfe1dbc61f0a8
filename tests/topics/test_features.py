from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from invented import invented_texts
from papertriage.topics.features import learn_vocabulary, text_terms, tfidf, title_norm
from papertriage.topics.labelled import Text

TEXTS = invented_texts(60)


def test_the_features_are_those_of_scikit_learn():
    vectorizer = TfidfVectorizer(analyzer=text_terms, sublinear_tf=True, min_df=2)
    theirs = vectorizer.fit_transform(TEXTS)
    vocabulary = learn_vocabulary(TEXTS, 2, 100_000)
    assert list(vocabulary.columns) == list(vectorizer.get_feature_names_out())
    # The idf is kept with four decimals, as in the model file.
    assert np.abs(tfidf(TEXTS, vocabulary) - theirs).max() < 1e-4


def test_rare_terms_stay_out_and_of_too_many_the_rarest():
    texts = [Text("bird song", None), Text("bird song", None), Text("bird nest", None)]
    assert list(learn_vocabulary(texts, 2, 10).columns) == ["bird", "bird_song", "song"]
    assert list(learn_vocabulary(texts, 1, 2).columns) == ["bird", "bird_song"]


def test_a_text_without_known_terms_is_a_row_of_nothing():
    vocabulary = learn_vocabulary(TEXTS, 1, 1000)
    rows = tfidf([Text("Zzz", None), TEXTS[0], Text("", "")], vocabulary)
    assert rows.shape == (3, len(vocabulary.idf))
    assert [rows[at].nnz > 0 for at in range(3)] == [False, True, False]
    assert np.isfinite(rows.data).all()


def test_a_short_row_stays_short():
    vocabulary = learn_vocabulary(TEXTS, 1, 1000)
    titles = [Text(text.title, None) for text in TEXTS]
    least = title_norm(TEXTS, vocabulary)
    lengths = np.sqrt(tfidf(titles, vocabulary, least).power(2).sum(axis=1))
    assert lengths.max() == pytest.approx(1.0)
    assert 0.4 < (lengths < 1 - 1e-9).mean() < 0.6
    assert title_norm([], vocabulary) == 0.0
