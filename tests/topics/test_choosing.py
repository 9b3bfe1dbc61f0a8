from __future__ import annotations

from dataclasses import replace

import pytest

from papertriage.errors import ModelError
from papertriage.topics.choosing import drop_topics, join_models, with_promise
from papertriage.topics.definitions import Promise
from papertriage.topics.model import Cut, Model, TopicModel, term_table
from papertriage.topics.scoring import score_paper

CUTS = (Cut(0.1, 0.3, 0.95), Cut(0.3, 0.6, 0.9), Cut(0.5, 0.8, 0.7), Cut(0.7, 0.9, 0.4))


def topic(name: str, base: float = -1.0) -> TopicModel:
    return TopicModel(name, 0.5, base, 1.0, 1.0, 0.0, 0.1, 0.8, 0.7, {}, None, CUTS)


def model(*names: str, weight: float = 4.0, base: float = -1.0) -> Model:
    lines = {"song": " ".join(["1.0", *[str(weight)] * len(names)])}
    topics = {name: topic(name, base) for name in names}
    return Model(topics, (term_table(names, lines),), f"{'-'.join(names)} {weight} {base}")


def scores(of: Model) -> dict[str, float]:
    return {one.topic: round(one.score, 3) for one in score_paper(of, "Song", None)}


SHIPPED, OWN = model("a", "b"), model("b", weight=-4.0, base=1.0)


def test_of_two_models_of_a_topic_the_last_counts():
    assert scores(join_models([SHIPPED, OWN])) == {"a": 0.953, "b": 0.047}
    assert scores(join_models([OWN, SHIPPED])) == {"b": 0.953, "a": 0.953}
    assert scores(join_models([])) == {}


def test_a_dropped_topic_scores_no_more_and_the_others_as_before():
    assert scores(drop_topics(SHIPPED, ["a"])) == {"b": 0.953}
    assert drop_topics(SHIPPED, ["a", "b"]).tables == ()
    assert scores(drop_topics(SHIPPED, ["c"])) == scores(SHIPPED)


@pytest.mark.parametrize(
    ("measure", "value", "threshold"),
    [
        ("recall", 0.9, 0.3),
        ("recall", 0.5, 0.5),
        ("precision", 0.8, 0.5),
        ("precision", 0.85, 0.7),
    ],
)
def test_a_promise_takes_the_best_threshold_that_keeps_it(measure, value, threshold):
    moved = with_promise(SHIPPED, "a", Promise(measure, value)).topics
    assert moved["a"].threshold == threshold
    assert getattr(moved["a"], measure) >= value
    assert moved["b"] == SHIPPED.topics["b"]


def test_a_promise_that_no_threshold_keeps_is_refused_with_the_best_there_is():
    with pytest.raises(
        ModelError, match=r"topic 'a': no threshold promises precision 0\.95; .* 0\.90"
    ):
        with_promise(SHIPPED, "a", Promise("precision", 0.95))


def test_whatever_could_change_a_score_changes_the_hash():
    hashes = [
        SHIPPED.hash,
        join_models([SHIPPED, OWN]).hash,
        join_models([OWN, SHIPPED]).hash,
        drop_topics(SHIPPED, ["a"]).hash,
        with_promise(SHIPPED, "a", Promise("recall", 0.9)).hash,
        with_promise(SHIPPED, "b", Promise("recall", 0.9)).hash,
        with_promise(SHIPPED, "b", Promise("recall", 0.5)).hash,
    ]
    assert len(set(hashes[:-1])) == len(hashes) - 1
    assert join_models([SHIPPED, OWN]).hash == join_models([SHIPPED, replace(OWN)]).hash
