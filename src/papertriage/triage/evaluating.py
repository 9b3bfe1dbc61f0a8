"""Measure the followed topics on labelled papers."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from papertriage.topics.evaluation import Evaluation, evaluate
from papertriage.topics.labelled import read_labelled
from papertriage.triage.learning import background
from papertriage.triage.tagger import definitions, followed


def evaluate_file(
    connection: sqlite3.Connection, path: Path, names: tuple[str, ...]
) -> list[Evaluation]:
    """Cross-validate topics, or all that are followed, on a labelled file; raises InputError."""
    topics = {name: followed(name) for name in names} or definitions()
    labelled = read_labelled(path, tuple(topics))
    return evaluate(topics, labelled, background(connection))
