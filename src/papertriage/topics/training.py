"""Train a calibrated linear model per topic from labels, weak labels and unlabelled texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from papertriage.topics import calibration
from papertriage.topics.material import Material, Targets, TopicRecipe, find_targets, gather
from papertriage.topics.model import (
    Model,
    Quality,
    TopicModel,
    dump_model,
    model_hash,
    rounded,
    term_line,
    term_table,
)
from papertriage.topics.quality import (
    average_precision,
    calibration_error,
    cross_fit,
    precision_recall_f1,
)
from papertriage.topics.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import LabelledPaper, Text

    Array = NDArray[Any]
    # scipy's sparse matrices have no types.
    Matrix = Any

_DEFAULT = TopicRecipe()


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear classifier: decision value = features @ weights + intercept."""

    weights: Array
    intercept: float

    def __call__(self, features: Matrix) -> Array:
        """Return a decision value per row."""
        values: Array = features @ self.weights + self.intercept
        return values


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Decision values per row, each from a model that had not seen the row."""

    values: Array
    title_values: Array


@one_thread()
def train_model(
    topics: Mapping[str, Topic],
    labelled: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe = _DEFAULT,
) -> Model:
    """Train every topic on one vocabulary; the same input gives the same bytes.

    `background` are unlabelled texts: they set the idf and provide weak labels. Raises InputError
    if a topic has no negatives.
    """
    material = gather(topics, labelled, background, recipe)
    trained = [_train(topic, material, recipe) for topic in topics.values()]
    vocabulary = material.vocabulary
    columns = [vocabulary.idf, *(weights for _, weights in trained)]
    numbers = map(term_line, zip(*columns, strict=True))
    table = term_table(tuple(topics), dict(zip(vocabulary.columns, numbers, strict=True)))
    model = Model({topic.name: topic for topic, _ in trained}, (table,), "")
    return replace(model, hash=model_hash(dump_model(model)))


def train_topic(
    topic: Topic,
    texts: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe = _DEFAULT,
) -> Model:
    """Train a user's own topic from its phrases, examples, any labels, and a cache's texts.

    The result is a separate model, to be joined with others (`join_models`).
    """
    return train_model({topic.name: topic}, texts, background, recipe)


def fit_linear(
    features: Matrix,
    targets: Targets,
    rows: Array,
    examples: Matrix,
    against: Matrix,
    recipe: TopicRecipe,
) -> Linear:
    """Fit a weighted logistic regression on some rows and on the topic's examples."""
    import numpy as np
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    used = rows & (targets.weights > 0)
    stacked = sparse.vstack([features[used], examples, against]).tocsr()
    texts = examples.shape[0] + against.shape[0]
    yes = np.concatenate([targets.yes[used], np.arange(texts) < examples.shape[0]])
    weights = np.concatenate([targets.weights[used], np.full(texts, recipe.example_weight)])
    classifier = LogisticRegression(
        C=recipe.inverse_regularization, solver="liblinear", random_state=0
    )
    classifier.fit(stacked, yes, sample_weight=weights)
    return Linear(classifier.coef_[0], float(classifier.intercept_[0]))


@one_thread()
def cross_validate(
    name: str, targets: Targets, material: Material, recipe: TopicRecipe
) -> OutOfFold:
    """Score every row, and its title alone, with a model trained on the other folds."""
    import numpy as np

    values, title_values = np.zeros(len(targets.yes)), np.zeros(len(targets.yes))
    for fold in range(recipe.folds):
        left_out = material.folds == fold
        if not left_out.any():
            continue
        linear = fit_linear(
            material.features,
            targets,
            ~left_out,
            material.examples[name],
            material.counterexamples[name],
            recipe,
        )
        values[left_out] = linear(material.features[left_out])
        title_values[left_out] = linear(material.titles[left_out])
    return OutOfFold(values, title_values)


def _train(topic: Topic, material: Material, recipe: TopicRecipe) -> tuple[TopicModel, Array]:
    import numpy as np

    targets = find_targets(topic.name, material, recipe)
    scored = cross_validate(topic.name, targets, material, recipe)
    everything = np.ones(len(targets.yes), dtype=bool)
    linear = fit_linear(
        material.features,
        targets,
        everything,
        material.examples[topic.name],
        material.counterexamples[topic.name],
        recipe,
    )
    return _calibrate(topic, linear, targets, scored, material)


def _calibrate(
    topic: Topic, linear: Linear, targets: Targets, scored: OutOfFold, material: Material
) -> tuple[TopicModel, Array]:
    import numpy as np

    known, yes = targets.measured, targets.yes[targets.measured]
    values = scored.values[known]
    day = calibration.day_weights(values, scored.values)
    platt = calibration.fit_platt(values, yes, day)
    titles = calibration.fit_platt(scored.title_values[known], yes, day, steepest=platt.slope)
    day_probabilities = platt(scored.values)
    threshold = float(platt(np.array([calibration.best_value(values, yes)]))[0])
    expected = calibration.expected_at(day_probabilities, threshold)
    scale = titles.slope / platt.slope
    base = platt.offset + platt.slope * linear.intercept
    title_base = titles.offset + titles.slope * linear.intercept
    model = TopicModel(
        name=topic.name,
        threshold=rounded(threshold),
        base=rounded(base),
        title_norm=material.title_norm,
        title_scale=rounded(scale),
        title_shift=rounded(min(title_base - base, 0.0)),
        prevalence=rounded(day_probabilities.mean()),
        precision=rounded(expected.precision),
        recall=rounded(expected.recall),
        trained_on=_counts(targets, len(material.labelled)),
        quality=_quality(scored, targets, material.folds) if targets.by_label else None,
        cuts=calibration.expected_cuts(day_probabilities),
    )
    return model, linear.weights * platt.slope


def _quality(scored: OutOfFold, targets: Targets, folds: Array) -> Quality:
    known = targets.measured
    values, yes = scored.values[known], targets.yes[known]
    held = cross_fit(values, yes, folds[known], scored.values)
    precision, recall, f1 = precision_recall_f1(held.tagged, yes)
    return Quality(
        labelled=len(yes),
        positives=int(yes.sum()),
        average_precision=rounded(average_precision(values, yes)),
        precision=rounded(precision),
        recall=rounded(recall),
        f1=rounded(f1),
        calibration_error=rounded(calibration_error(held.probabilities, yes, held.day)),
    )


def _counts(targets: Targets, labelled: int) -> dict[str, int]:
    used = targets.weights > 0
    yes, no = targets.yes & used, ~targets.yes & used
    return {
        "labelled_yes": int(yes[:labelled].sum()),
        "labelled_no": int(no[:labelled].sum()),
        "weak_yes": int(yes[labelled:].sum()),
        "weak_no": int(no[labelled:].sum()),
    }
