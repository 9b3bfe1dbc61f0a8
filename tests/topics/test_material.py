from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from invented import BIRDSONG, GROUPS, invented_labels, invented_texts
from papertriage.errors import InputError
from papertriage.topics.labelled import Text
from papertriage.topics.material import MIN_LABELS, TopicRecipe, find_targets, gather
from papertriage.topics.weak_labels import WEAK_YES, PhraseCounter

TOPICS = {"birdsong": BIRDSONG}
RECIPE = TopicRecipe(max_background=60)
LABELLED = invented_labels(60)
BACKGROUND = invented_texts(200)


def test_papers_of_one_venue_and_year_share_a_fold_and_every_fold_has_papers():
    material = gather(TOPICS, LABELLED, [], RECIPE)
    folds = {
        group: {material.folds[n] for n in range(60) if LABELLED[n].group == group}
        for group in GROUPS
    }
    assert all(len(found) == 1 for found in folds.values())
    assert set(material.folds) == set(range(RECIPE.folds))


def test_papers_of_few_venues_are_dealt_one_by_one():
    one_venue = [replace(paper, group="here") for paper in LABELLED]
    assert set(gather(TOPICS, one_venue, [], RECIPE).folds) == set(range(RECIPE.folds))


def test_a_paper_counts_once_and_those_with_phrases_come_first():
    texts = [*BACKGROUND, *BACKGROUND, *(paper.text for paper in LABELLED)]
    material = gather(TOPICS, LABELLED, texts, RECIPE)
    held = material.features.shape[0] - len(LABELLED)
    telling = sum(PhraseCounter(BIRDSONG).count(text) > 0 for text in BACKGROUND)
    assert held == len(material.weak_counts["birdsong"]) == RECIPE.max_background
    assert (material.weak_counts["birdsong"] > 0).sum() == min(telling, held // 2) > 20
    assert gather(TOPICS, LABELLED, BACKGROUND * 2, TopicRecipe()).features.shape[0] == 60 + 200


def test_a_label_weighs_more_than_a_phrase_and_doubt_less_than_certainty():
    papers = [replace(LABELLED[0], sure=False), *LABELLED[1:]]
    material = gather(TOPICS, papers, BACKGROUND, RECIPE)
    targets = find_targets("birdsong", material, RECIPE)
    counts = material.weak_counts["birdsong"]
    weak = targets.weights[60:]
    assert targets.weights[1] == RECIPE.label_weight > targets.weights[0] == RECIPE.unsure_weight
    assert set(weak[counts == 0]) | set(weak[counts >= WEAK_YES]) == {1.0}
    assert not weak[(counts > 0) & (counts < WEAK_YES)].any()
    assert np.array_equal(targets.yes[60:], counts >= WEAK_YES)


def test_enough_labels_of_both_kinds_are_the_measure_else_weak_labels_are():
    for positives in (MIN_LABELS - 1, MIN_LABELS):
        papers = [paper for paper in LABELLED if not paper.labels["birdsong"]]
        papers += [paper for paper in LABELLED if paper.labels["birdsong"]][:positives]
        material = gather(TOPICS, papers, BACKGROUND, RECIPE)
        targets = find_targets("birdsong", material, RECIPE)
        assert targets.by_label == (positives == MIN_LABELS)
        assert targets.measured[len(papers) :].any() != targets.by_label


def test_a_topic_without_anything_that_is_not_of_it_cannot_be_learnt():
    material = gather(TOPICS, [], [Text("Bird song, songbirds, bird song", None)], RECIPE)
    with pytest.raises(InputError, match="topic 'birdsong': nothing to learn from"):
        find_targets("birdsong", material, RECIPE)


def test_phrases_and_examples_are_written_for_every_topic():
    material = gather(TOPICS, LABELLED, BACKGROUND, RECIPE)
    assert material.examples["birdsong"].shape[0] >= 2
    assert material.examples["birdsong"].nnz > 0
