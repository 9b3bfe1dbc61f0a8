"""Adapt a trained topic to a person's labels, as far as they justify."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from papertriage.topics.features import Vocabulary, tfidf
from papertriage.topics.model import (
    Model,
    dump_model,
    model_hash,
    rounded,
    term_line,
    term_table,
)
from papertriage.topics.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from papertriage.topics.labelled import LabelledPaper

    Array = NDArray[Any]

# One label moves a paper from log-odds 8 (0.9997) to below 0: a = 20 / (1 + exp(a - 8)) is solved
# by a = 8.3. With weight 8, that of a label in training, it only moves by 4.4.
_LABEL_WEIGHT = 20.0
# The base rate is ten times as stiff as a term: a few labels say little about a day's papers.
_BASE_STIFFNESS = 10.0


@one_thread()
def adapt_topic(model: Model, name: str, labelled: Sequence[LabelledPaper]) -> Model:
    """Return the topic as its own model, fitted to labels with the old weights as prior.

    Minimises sum of w log(1 + exp(-y f(x))) + |d|^2 / 2 over the change d of weights and base:
    logistic regression with a Gaussian prior around the trained weights. Without labels nothing
    changes.
    """
    import numpy as np
    from scipy.optimize import minimize

    topic = model.topics[name]
    table = next(one for one in model.tables if name in one.topics)
    column = table.topics.index(name) + 1
    rows = [row for row in table.rows.numbers(table.lines) if row]
    vocabulary = Vocabulary(
        {term: number for number, term in enumerate(table.lines)}, [row[0] for row in rows]
    )
    old = np.array([row[column] for row in rows])
    chosen = [paper for paper in labelled if name in paper.labels]
    features = tfidf([paper.text for paper in chosen], vocabulary)
    signs = np.array([1.0 if paper.labels[name] else -1.0 for paper in chosen])
    offsets = features @ old + topic.base

    def loss(change: Array) -> tuple[float, Array]:
        margins = signs * (offsets + features @ change[:-1] + change[-1])
        pull = -_LABEL_WEIGHT * signs / (1.0 + np.exp(margins))
        stiff = np.append(change[:-1], _BASE_STIFFNESS * change[-1])
        value = _LABEL_WEIGHT * np.logaddexp(0.0, -margins).sum() + change @ stiff / 2
        return float(value), np.append(features.T @ pull, pull.sum()) + stiff

    fitted = minimize(loss, np.zeros(len(old) + 1), jac=True, method="L-BFGS-B").x
    moved = replace(
        topic,
        base=rounded(topic.base + fitted[-1]),
        trained_on={**topic.trained_on, "own_labels": len(chosen)},
    )
    numbers = zip(vocabulary.idf, old + fitted[:-1], strict=True)
    lines = dict(zip(table.lines, map(term_line, numbers), strict=True))
    adapted = Model({name: moved}, (term_table((name,), lines),), "")
    return replace(adapted, hash=model_hash(dump_model(adapted)))
