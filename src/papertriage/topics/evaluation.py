"""Evaluate our topics and two baselines on the same labelled papers and folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.errors import InputError
from papertriage.topics.material import MIN_LABELS, TopicRecipe, find_targets, gather
from papertriage.topics.peers import keyword_values, sanity_lite_values
from papertriage.topics.quality import CrossFitted, Measured, cross_fit, measure
from papertriage.topics.training import cross_validate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from papertriage.models import TopicScore
    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import LabelledPaper, Text

    Array = NDArray[Any]

OURS = "papertriage"
KEYWORDS = "keyword counts"
SANITY_LITE = "arxiv-sanity-lite's recipe"
INSTALLED = "papertriage as installed"
_DEFAULT = TopicRecipe()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One tagger's measured quality on one topic."""

    tagger: str
    topic: str
    measured: Measured


def evaluate(
    topics: Mapping[str, Topic],
    labelled: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe = _DEFAULT,
    *,
    peers: bool = True,
) -> list[Evaluation]:
    """Cross-validate by venue; every tagger's threshold comes from the other folds.

    Raises InputError if a topic has fewer than five labels of either kind.
    """
    material = gather(topics, labelled, background, recipe)
    found = []
    for name, topic in topics.items():
        targets = find_targets(name, material, recipe)
        if not targets.by_label:
            msg = (
                f"topic {name!r}: needs at least {MIN_LABELS} papers labelled yes and "
                f"{MIN_LABELS} labelled no to be evaluated"
            )
            raise InputError(msg)
        known = targets.measured
        values = cross_validate(name, targets, material, recipe).values
        yes, folds = targets.yes[known], material.folds[known]
        held = cross_fit(values[known], yes, folds, values)
        found.append(Evaluation(OURS, name, measure(held)))
        if peers:
            texts = [paper.text for paper in labelled if paper.labels.get(name) is not None]
            counts = keyword_values(topic, texts)
            found.append(_peer(KEYWORDS, name, counts, yes, folds))
            lite = sanity_lite_values(texts, yes, folds)
            found.append(_peer(SANITY_LITE, name, lite, yes, folds))
    return found


def installed(
    score: Callable[[Text], Mapping[str, TopicScore]],
    names: Sequence[str],
    labelled: Sequence[LabelledPaper],
) -> list[Evaluation]:
    """Measure the current tags, including their thresholds.

    Too optimistic if the model was trained on these labels; unbiased on others.
    """
    import numpy as np

    scored = [score(paper.text) for paper in labelled]
    found = []
    for name in names:
        rows = [row for row, one in enumerate(labelled) if one.labels.get(name) is not None]
        scores = [scored[row][name] for row in rows if name in scored[row]]
        if not scores:
            continue
        yes = np.array([bool(labelled[row].labels[name]) for row in rows])
        values = np.array([sum(value for _, value in one.evidence) for one in scores])
        tagged = np.array([one.tagged for one in scores])
        held = CrossFitted(values, yes, tagged, values, np.ones(len(yes)))
        found.append(Evaluation(INSTALLED, name, measure(held, calibrated=False)))
    return found


def _peer(tagger: str, name: str, values: Array, yes: Array, folds: Array) -> Evaluation:
    """Measure a tagger that ranks but gives no probabilities."""
    held: CrossFitted = cross_fit(values, yes, folds, values)
    return Evaluation(tagger, name, measure(held, calibrated=False))
