"""Give the models' scores to papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from papertriage import paths
from papertriage.cache.papers import write_topics
from papertriage.models import Paper, TopicScore
from papertriage.topics.model import Model

Scorer = Callable[[Paper], Sequence[TopicScore]]


def shipped_model() -> Model:
    """Load the model of the four topics that papertriage comes with; raises ModelError."""
    from papertriage.topics.model_file import load_model

    return load_model(paths.seeds_dir() / "model.txt")


def scorer(model: Model) -> Scorer:
    """Return the function that scores a paper for every topic of the model."""
    from papertriage.topics.tagging import score_paper

    def score(paper: Paper) -> Sequence[TopicScore]:
        return score_paper(model, paper.title, paper.abstract)

    return score


def ready(connection: sqlite3.Connection) -> Scorer:
    """Load the model, tell the cache which topics it tags from now on, and return its scorer."""
    model = shipped_model()
    write_topics(
        connection,
        [(topic.name, topic.threshold, model.hash) for topic in model.topics.values()],
    )
    return scorer(model)
