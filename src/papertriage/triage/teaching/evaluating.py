"""Measure the followed topics on labelled papers."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from papertriage.models import Paper, TopicScore
from papertriage.topics.evaluation import Evaluation, evaluate, installed
from papertriage.topics.labelled import Text, read_labelled
from papertriage.triage.teaching.followed import definitions, followed_topic, load_followed, scorer
from papertriage.triage.teaching.training import background


def evaluate_file(
    connection: sqlite3.Connection, path: Path, names: tuple[str, ...]
) -> list[Evaluation]:
    """Measure topics (default: all that are followed) on a labelled file.

    Includes cross-validation, two baselines, and the installed models. Raises InputError.
    """
    topics = {name: followed_topic(name) for name in names} or definitions()
    labelled = read_labelled(path, tuple(topics))
    score = scorer(load_followed().models)

    def scored(text: Text) -> dict[str, TopicScore]:
        found = score(Paper("", text.title, text.abstract))
        return {one.topic: one for one in found}

    measured = evaluate(topics, labelled, background(connection))
    measured += installed(scored, list(topics), labelled)
    return sorted(measured, key=lambda one: one.topic)
