from __future__ import annotations

import pytest

from papertriage.paths import seeds_dir
from papertriage.topics.adapting import adapt_topic
from papertriage.topics.labelled import LabelledPaper, Text
from papertriage.topics.model import Model, dump_model, load_model
from papertriage.topics.scoring import score_paper

SHIFTED = Text(
    "Zebra stripes under covariate shift",
    "We study zebra stripes when the distribution of test savannas shifts away from training.",
)
OTHER = Text("Sorting networks", "We find small sorting networks by exhaustive enumeration.")


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load_model(seeds_dir() / "model.txt")


def score(model: Model, text: Text) -> float:
    return next(s.score for s in score_paper(model, text.title, text.abstract) if s.topic == "ood")


def labelled(text: Text, *, value: bool) -> LabelledPaper:
    return LabelledPaper("x", text, {"ood": value})


def test_a_label_turns_the_paper_and_its_like_and_leaves_the_rest(shipped: Model):
    before = score(shipped, SHIFTED)
    adapted = adapt_topic(shipped, "ood", [labelled(SHIFTED, value=False)])
    assert before > 0.5 > score(adapted, SHIFTED)
    assert score(adapted, OTHER) == pytest.approx(score(shipped, OTHER), abs=0.01)
    assert list(adapted.topics) == ["ood"]


def test_without_labels_of_the_topic_nothing_moves(shipped: Model):
    adapted = adapt_topic(shipped, "ood", [LabelledPaper("x", SHIFTED, {"diffusion": True})])
    assert score(adapted, SHIFTED) == pytest.approx(score(shipped, SHIFTED), abs=1e-6)


def test_the_same_labels_give_the_same_bytes(shipped: Model):
    labels = [labelled(SHIFTED, value=True), labelled(OTHER, value=False)]
    assert dump_model(adapt_topic(shipped, "ood", labels)) == dump_model(
        adapt_topic(shipped, "ood", labels)
    )
