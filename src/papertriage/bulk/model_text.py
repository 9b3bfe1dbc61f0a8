"""Serialize the active models as one text, so that all processes score alike."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from papertriage.errors import ModelError
from papertriage.topics.model import Cut, Model, Quality, TopicModel, term_table


def model_text(model: Model) -> str:
    """Return a model as JSON, with all numbers exact."""
    topics = {
        name: asdict(topic) | {"trained_on": dict(topic.trained_on)}
        for name, topic in model.topics.items()
    }
    tables = [{"topics": table.topics, "lines": dict(table.lines)} for table in model.tables]
    return json.dumps({"hash": model.hash, "topics": topics, "tables": tables})


def text_hash(text: str) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def model_in(path: str, expected: str) -> Model:
    """Load the model from a file whose text has the expected hash, once in each process.

    Raises OSError, and ModelError if the hash differs.
    """
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text_hash(text) != expected:
        msg = f"{path}: the model has changed since the run began: run again"
        raise ModelError(msg)
    return _model(json.loads(text))


def _model(document: dict[str, Any]) -> Model:
    topics = {name: _topic(numbers) for name, numbers in document["topics"].items()}
    tables = tuple(term_table(tuple(one["topics"]), one["lines"]) for one in document["tables"])
    return Model(topics, tables, document["hash"])


def _topic(numbers: dict[str, Any]) -> TopicModel:
    quality = numbers.pop("quality")
    cuts = tuple(Cut(**cut) for cut in numbers.pop("cuts"))
    return TopicModel(quality=Quality(**quality) if quality else None, cuts=cuts, **numbers)
