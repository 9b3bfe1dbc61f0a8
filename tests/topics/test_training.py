from __future__ import annotations

import math

import pytest

from invented import BIRDSONG, invented_labels, invented_texts
from papertriage.errors import InputError
from papertriage.topics.definitions import Topic
from papertriage.topics.labelled import Text
from papertriage.topics.material import TopicRecipe, find_targets, gather
from papertriage.topics.model import Model, dump_model, load_model, model_hash
from papertriage.topics.quality import average_precision
from papertriage.topics.scoring import score_paper
from papertriage.topics.training import cross_validate, train_model, train_topic

LABELLED = invented_labels(120)
BACKGROUND = invented_texts(400)
SINGING = Text(
    "Songbirds at dawn", "We study bird song of the valley and the warbler sings syllables."
)
FARMING = Text(
    "Tractor engines", "We study soil moisture in spring and a harvest of barley by diesel."
)


@pytest.fixture(scope="module")
def trained() -> Model:
    return train_topic(BIRDSONG, LABELLED, BACKGROUND)


def score(model: Model, text: Text) -> float:
    return score_paper(model, text.title, text.abstract)[0].score


def test_the_same_input_gives_the_same_bytes(trained: Model):
    assert dump_model(train_topic(BIRDSONG, LABELLED, BACKGROUND)) == dump_model(trained)


def test_a_trained_model_survives_its_file(trained: Model, tmp_path):
    path = tmp_path / "m.txt"
    path.write_text(dump_model(trained), encoding="utf-8", newline="")
    assert load_model(path) == trained
    assert trained.hash == model_hash(dump_model(trained))


def test_papers_of_the_topic_are_tagged_and_others_are_not(trained: Model):
    topic = trained.topics["birdsong"]
    assert score(trained, FARMING) < topic.threshold <= score(trained, SINGING)
    found = [score(trained, text) >= topic.threshold for text in invented_texts(100, seed=5)]
    wrong = sum(tagged != (number % 5 == 0) for number, tagged in enumerate(found))
    assert wrong <= 10


def test_it_says_what_it_was_trained_on_and_how_well_it_did(trained: Model):
    topic = trained.topics["birdsong"]
    assert topic.trained_on["labelled_yes"] == 40
    assert topic.trained_on["labelled_no"] == 80
    assert topic.quality is not None
    assert (topic.quality.labelled, topic.quality.positives) == (120, 40)
    assert topic.quality.average_precision > 0.95
    assert 0.1 < topic.prevalence < 0.3
    assert topic.cuts


def test_phrases_alone_are_enough_and_promise_no_measured_quality():
    model = train_topic(BIRDSONG, [], BACKGROUND)
    assert model.topics["birdsong"].quality is None
    assert score(model, FARMING) < model.topics["birdsong"].threshold <= score(model, SINGING)


def test_with_nothing_to_learn_from_it_says_what_to_do():
    with pytest.raises(InputError, match="fetch or import papers, or label some"):
        train_topic(BIRDSONG, [], [])


def test_a_paper_does_not_rank_high_for_lack_of_text(trained: Model):
    for title in (FARMING.title, "Results", ""):
        assert score(trained, Text(title, None)) < score(trained, SINGING) / 2
    assert score(trained, Text(SINGING.title, None)) <= score(trained, SINGING)


def test_out_of_fold_values_are_made_without_the_papers_own_label():
    recipe = TopicRecipe()
    material = gather({"birdsong": BIRDSONG}, LABELLED, BACKGROUND, recipe)
    targets = find_targets("birdsong", material, recipe)
    before = cross_validate("birdsong", targets, material, recipe).values
    here = material.folds == 0
    targets.yes[here] = ~targets.yes[here]
    after = cross_validate("birdsong", targets, material, recipe).values
    assert before[here] == pytest.approx(after[here])
    assert before[~here] != pytest.approx(after[~here])
    assert average_precision(before[:120], targets.yes[:120] ^ here[:120]) > 0.95


def test_topics_trained_together_are_as_good_as_one_alone(trained: Model):
    farms = Topic("farms", "", ("tractor", "soil", "harvest", "crop"))
    both = train_model({"birdsong": BIRDSONG, "farms": farms}, LABELLED, BACKGROUND)
    assert list(both.topics) == ["birdsong", "farms"]
    scores = {one.topic: one.score for one in score_paper(both, SINGING.title, SINGING.abstract)}
    assert scores["birdsong"] > 0.8
    assert scores["farms"] < 0.2
    assert all(
        math.isfinite(one.threshold) and 0 < one.threshold < 1 for one in both.topics.values()
    )
