from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from invented import invented_texts
from papertriage.models import TopicScore
from papertriage.topics.choosing import join_models
from papertriage.topics.features import text_terms
from papertriage.topics.model import Model, TopicModel, term_table
from papertriage.topics.scoring import (
    BASE_RATE,
    NO_ABSTRACT,
    OTHER_TERMS,
    TERMS_OTHERWISE,
    TERMS_WHEN_TAGGED,
    score_paper,
)

TEXTS = invented_texts(120)
ABSTRACT = "The dawn chorus of the valley is a bird song of tutor and warbler"
TOPIC = TopicModel(
    name="birdsong",
    threshold=0.5,
    base=-1.5,
    title_norm=8.0,
    title_scale=0.9,
    title_shift=-0.75,
    prevalence=0.2,
    precision=0.9,
    recall=0.9,
    trained_on={},
    quality=None,
    cuts=(),
)


def model_of(numbers: dict[str, tuple[float, ...]], *topics: TopicModel) -> Model:
    lines = {term: " ".join(map(repr, map(float, row))) for term, row in numbers.items()}
    names = tuple(topic.name for topic in topics)
    return Model(
        {topic.name: topic for topic in topics}, (term_table(names, lines),), "-".join(names)
    )


def weights_of(seed: int) -> dict[str, tuple[float, ...]]:
    chance = random.Random(seed)  # noqa: S311 - invented weights, no secrets
    terms = sorted({term for text in TEXTS for term in text_terms(text)})
    return {term: (chance.uniform(1, 6), chance.gauss(0, 3)) for term in terms}


MODEL = model_of(weights_of(1), TOPIC)
OTHER = model_of(weights_of(2), replace(TOPIC, name="farming"))
WORDS = sorted({word for text in TEXTS for word in f"{text.title} {text.abstract}".split()})
any_text = st.lists(st.sampled_from(WORDS) | st.text(max_size=8)).map(" ".join) | st.text()


def log_odds(score: TopicScore) -> float:
    return math.fsum(contribution for _, contribution in score.evidence)


@given(any_text, any_text | st.none())
@example("", None)
@example("song " * 3000, "bird " * 3000)
@example("\ud800", "\x00" * 40)
def test_any_paper_has_a_score_whose_evidence_adds_up_to_its_log_odds(
    title: str, abstract: str | None
):
    (score,) = score_paper(MODEL, title, abstract)
    total = log_odds(score)
    assert 0 <= score.score <= 1
    assert score.tagged == (score.score >= 0.5)
    assert abs(score.score - 1 / (1 + math.exp(-total))) < 1e-9
    # Nearer to 0 or 1 a float has no room for nine decimals of log-odds.
    if abs(total) < 12:
        assert abs(math.log(score.score / (1 - score.score)) - total) < 1e-9


def test_hopeless_log_odds_do_not_overflow():
    hopeless = model_of({"song": (1.0, -5000.0)}, TOPIC)
    (score,) = score_paper(hopeless, "Song", None)
    assert (score.score, score.tagged) == (0.0, False)


@given(st.permutations(ABSTRACT.split(" of ")))
def test_the_order_of_parts_that_no_pair_joins_does_not_matter(parts: list[str]):
    here = score_paper(MODEL, "Songbirds", " of ".join(parts))
    assert [one.score for one in here] == [
        one.score for one in score_paper(MODEL, "Songbirds", ABSTRACT)
    ]


@given(st.permutations(TEXTS[:12]))
def test_the_order_of_papers_does_not_matter(texts: list):
    fresh = model_of(weights_of(1), TOPIC)
    for text in texts:
        assert score_paper(fresh, text.title, text.abstract) == score_paper(
            MODEL, text.title, text.abstract
        )


def test_topics_beside_a_topic_do_not_change_its_score():
    both = {term: (*row, 2.0) for term, row in weights_of(1).items()}
    beside = model_of(both, TOPIC, replace(TOPIC, name="farming"))
    for text in TEXTS[:5]:
        alone = score_paper(MODEL, text.title, text.abstract)
        assert score_paper(beside, text.title, text.abstract)[0] == alone[0]
        for models in ([MODEL, OTHER], [OTHER, MODEL]):
            joined = {
                one.topic: one
                for one in score_paper(join_models(models), text.title, text.abstract)
            }
            assert joined["birdsong"] == alone[0]


def test_the_score_is_what_scikit_learn_computes():
    vectorizer = TfidfVectorizer(analyzer=text_terms, sublinear_tf=True)
    features = vectorizer.fit_transform(TEXTS)
    classifier = LogisticRegression(C=10, random_state=0)
    classifier.fit(features, [number % 5 == 0 for number in range(len(TEXTS))])
    rows = zip(vectorizer.idf_, classifier.coef_[0], strict=True)
    numbers = dict(zip(vectorizer.get_feature_names_out(), rows, strict=True))
    model = model_of(numbers, replace(TOPIC, base=float(classifier.intercept_[0])))
    others = invented_texts(60, seed=9)
    decisions = classifier.decision_function(vectorizer.transform(others))
    for text, decision in zip(others, decisions, strict=True):
        (score,) = score_paper(model, text.title, text.abstract)
        assert abs(log_odds(score) - decision) < 1e-4


def test_the_evidence_holds_the_strongest_terms_as_written_and_then_the_rest():
    model = model_of({"bird_song": (2.0, 9.0), "valley": (2.0, -3.0), "we": (1.0, 0.0)}, TOPIC)
    (score,) = score_paper(model, "Bird songs", "In this valley we hear many more of them")
    assert [term for term, _ in score.evidence] == [
        "Bird songs".lower(),
        "valley",
        OTHER_TERMS,
        BASE_RATE,
    ]
    assert score.evidence[0][1] > 0 > score.evidence[1][1]


def test_a_tagged_paper_shows_more_terms_than_another():
    for topic in (TOPIC, replace(TOPIC, threshold=0.0), replace(TOPIC, threshold=1.0)):
        model = model_of(weights_of(1), topic)
        (score,) = score_paper(model, TEXTS[0].title, TEXTS[0].abstract)
        assert len(score.evidence) == 2 + (TERMS_WHEN_TAGGED if score.tagged else TERMS_OTHERWISE)


@pytest.mark.parametrize("abstract", [None, "", "n/a"])
def test_a_paper_without_abstract_says_so(abstract: str | None):
    (score,) = score_paper(MODEL, "Songbirds at dawn", abstract)
    assert (NO_ABSTRACT, -0.75) in score.evidence


def test_one_word_of_a_title_does_not_speak_as_loud_as_ten():
    model = model_of({"song": (2.0, 9.0)}, TOPIC)
    short, whole = (
        score_paper(model, "Song", abstract)[0]
        for abstract in (None, "The song is a song and nothing but that")
    )
    assert short.score < whole.score
