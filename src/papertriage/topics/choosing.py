"""Choose the models in use: join models, drop topics, move thresholds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from papertriage.errors import PromiseError
from papertriage.topics.model import Model, TermTable, TopicModel

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from papertriage.topics.definitions import Promise


def join_models(models: Sequence[Model]) -> Model:
    """Score with several models at once; among topics of the same name, the last model's counts."""
    topics: dict[str, TopicModel] = {}
    tables: list[TermTable] = []
    for model in models:
        tables = _without(tables, model.topics) + list(model.tables)
        topics |= model.topics
    return Model(topics, tuple(tables), _hash(*(model.hash for model in models)))


def drop_topics(model: Model, names: Collection[str]) -> Model:
    """Leave out topics that are no longer followed."""
    kept = {name: one for name, one in model.topics.items() if name not in names}
    tables = tuple(_without(model.tables, names))
    return Model(kept, tables, _hash(model.hash, "drop", *sorted(names)))


def with_promise(model: Model, name: str, promise: Promise) -> Model:
    """Move a topic's threshold to the best one that keeps a promise, without training.

    A recall promise takes the highest threshold that keeps it, a precision promise the lowest.
    Raises PromiseError if no threshold keeps it.
    """
    topic = model.topics[name]
    kept = [cut for cut in topic.cuts if getattr(cut, promise.measure) >= promise.value]
    if not kept:
        best = max((getattr(cut, promise.measure) for cut in topic.cuts), default=0.0)
        msg = (
            f"topic {name!r}: no threshold promises {promise.measure} {promise.value:g}; "
            f"the best is {best:.2f}: ask for less, or label more papers"
        )
        raise PromiseError(msg)
    cut = kept[-1] if promise.measure == "recall" else kept[0]
    moved = replace(topic, threshold=cut.threshold, precision=cut.precision, recall=cut.recall)
    changed = _hash(model.hash, name, repr(cut.threshold))
    return replace(model, topics={**model.topics, name: moved}, hash=changed)


def _without(tables: Sequence[TermTable], names: Collection[str]) -> list[TermTable]:
    left = [
        replace(table, topics=tuple("" if one in names else one for one in table.topics))
        for table in tables
    ]
    return [table for table in left if any(table.topics)]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
