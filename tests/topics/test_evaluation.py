from __future__ import annotations

from dataclasses import replace

import pytest

from invented import BIRDSONG, invented_labels, invented_texts
from papertriage.errors import InputError
from papertriage.topics.evaluation import KEYWORDS, OURS, SANITY_LITE, evaluate

TOPICS = {"birdsong": BIRDSONG}
BACKGROUND = invented_texts(200)


def test_three_taggers_are_measured_on_the_same_papers():
    found = {one.tagger: one.measured for one in evaluate(TOPICS, invented_labels(120), BACKGROUND)}
    assert set(found) == {OURS, KEYWORDS, SANITY_LITE}
    assert {(one.labelled, one.positives) for one in found.values()} == {(120, 40)}
    ours, keywords = found[OURS], found[KEYWORDS]
    assert ours.average_precision.value > keywords.average_precision.value > 0.5
    assert ours.calibration_error is not None
    assert keywords.calibration_error is None


def test_peers_can_be_left_out():
    found = evaluate(TOPICS, invented_labels(60), BACKGROUND, peers=False)
    assert [one.tagger for one in found] == [OURS]


def test_labels_of_another_kind_change_the_verdict():
    papers = invented_labels(120)
    texts = [paper.text for paper in papers[1:]] + [papers[0].text]
    mixed = [replace(paper, text=text) for paper, text in zip(papers, texts, strict=True)]
    (good,) = evaluate(TOPICS, papers, BACKGROUND, peers=False)
    (bad,) = evaluate(TOPICS, mixed, BACKGROUND, peers=False)
    assert bad.measured.f1.high < good.measured.f1.low


def test_too_few_labels_of_a_kind_cannot_be_evaluated():
    with pytest.raises(InputError, match="topic 'birdsong': needs at least 5 papers labelled yes"):
        evaluate(TOPICS, invented_labels(12), BACKGROUND)
