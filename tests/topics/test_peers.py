from __future__ import annotations

import numpy as np

from invented import BIRDSONG, invented_labels
from papertriage.topics.labelled import Text
from papertriage.topics.peers import keyword_values, sanity_lite_values
from papertriage.topics.quality import average_precision

LABELLED = invented_labels(90)
TEXTS = [paper.text for paper in LABELLED]
YES = np.array([paper.labels["birdsong"] for paper in LABELLED])
FOLDS = np.arange(90) // 30


def test_keywords_are_counted_twice_in_the_title():
    texts = [Text("Songbirds", "Bird song here."), Text("Bird song app", None), Text("x", "y")]
    assert keyword_values(BIRDSONG, texts).tolist() == [3.0, 0.0, 0.0]


def test_the_recipe_ranks_papers_of_the_topic_first():
    values = sanity_lite_values(TEXTS, YES, FOLDS)
    assert average_precision(values, YES) > 0.9
    assert np.array_equal(values, sanity_lite_values(TEXTS, YES, FOLDS))


def test_the_recipe_scores_a_fold_without_its_labels():
    turned = np.where(FOLDS == 1, ~YES, YES)
    before, after = (sanity_lite_values(TEXTS, yes, FOLDS) for yes in (YES, turned))
    assert np.array_equal(before[FOLDS == 1], after[FOLDS == 1])
    assert not np.array_equal(before[FOLDS == 0], after[FOLDS == 0])
