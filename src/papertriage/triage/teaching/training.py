"""Train topics on the user's own cache and labels."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from papertriage import clock, config, paths
from papertriage.cache.journal import new_labels
from papertriage.cache.listing import require_papers
from papertriage.cache.topics import labelled_texts, texts
from papertriage.text import counted
from papertriage.topics.definitions import Topic, dump_topic
from papertriage.topics.labelled import LabelledPaper, Text
from papertriage.topics.model import Model, dump_model
from papertriage.triage.teaching.followed import (
    definition_path,
    definitions,
    model_path,
    shipped_definitions,
    shipped_model,
)
from papertriage.triage.teaching.retagging import retag

# Training on 100,000 papers stays under a minute of CPU; more of the same adds little.
_MOST_TEXTS = 100_000
_DAY = 86_400

Advance = Callable[[int, int | None], None]


def train(connection: sqlite3.Connection, topic: Topic, liked: Sequence[str] = ()) -> Model:
    """Train a topic: adapt a shipped one to the labels, or train the user's own on the cache.

    A topic whose definition was edited is the user's own. Liked papers (ids) count as labelled;
    nothing is stored.
    """
    labels = own_labels(connection, topic.name)
    labels += [
        LabelledPaper(one.paper.id, Text(one.paper.title, one.paper.abstract), {topic.name: True})
        for one in require_papers(connection, liked)
    ]
    if _as_shipped(topic):
        from papertriage.topics.adapting import adapt_topic

        return adapt_topic(shipped_model(), topic.name, labels)
    from papertriage.topics.training import train_topic

    return train_topic(topic, labels, background(connection))


def background(connection: sqlite3.Connection) -> list[Text]:
    """Return texts of the cache, as unlabelled papers to train on."""
    found: list[Text] = []
    for page in texts(connection):
        found += [Text(text.title, text.abstract) for text in page]
        if len(found) >= _MOST_TEXTS:
            break
    return found


def own_labels(connection: sqlite3.Connection, topic: str) -> list[LabelledPaper]:
    """Return the user's labels for a topic."""
    return [
        LabelledPaper(paper, Text(title, abstract), {topic: value})
        for paper, title, abstract, value in labelled_texts(connection, topic)
    ]


def save_definition(topic: Topic) -> Path:
    """Write a topic's definition to the user's own, atomically."""
    return paths.write_private(definition_path(topic.name), dump_topic(topic))


def save_model(model: Model) -> Path:
    """Write the model of one topic to the user's own, atomically."""
    (name,) = model.topics
    return paths.write_private(model_path(name), dump_model(model))


def forget_files(name: str) -> bool:
    """Remove the user's own files of a topic, and return whether there were any."""
    found = False
    for path in (definition_path(name), model_path(name)):
        if path.exists():
            path.unlink()
            found = True
    return found


def retrain_if_due(connection: sqlite3.Connection, name: str, advance: Advance) -> str:
    """Retrain a topic if there are enough new labels, and return one line about it."""
    needed = int(config.number("topics.retrain-after"))
    path = model_path(name)
    trained = path.stat().st_mtime if path.exists() else 0.0
    # The file is from a time when the clock was ahead: treat all labels as new.
    if trained > time.time() + _DAY:
        trained = 0.0
    since = clock.fine_stamp(clock.from_epoch(trained))
    fresh = new_labels(connection, name, since)
    if not needed:
        return f"{name} is not retrained automatically: run `papertriage topics train {name}`"
    if fresh < needed:
        return (
            f"{name} will be retrained after {counted(needed - fresh, 'more label')}:"
            f" `papertriage topics train {name}` retrains it now"
        )
    save_model(train(connection, definitions()[name]))
    retag(connection, advance)
    return f"retrained {name} on {len(own_labels(connection, name)):,} labels"


def switch_on(connection: sqlite3.Connection, name: str, advance: Advance) -> None:
    """Follow a shipped topic again that was removed."""
    config.change_names("topics.off", lambda off: [other for other in off if other != name])
    retag(connection, advance)


def switch_off(connection: sqlite3.Connection, name: str, advance: Advance) -> None:
    """Stop following a topic; a shipped one that was changed is restored instead."""
    changed = forget_files(name)
    if name in shipped_definitions() and not changed:
        config.change_names("topics.off", lambda off: sorted({*off, name}))
    retag(connection, advance)


def needs_training(old: Topic, new: Topic) -> bool:
    """Return whether two definitions differ in more than promise or description."""
    return (old.phrases, old.misleading, old.examples) != (
        new.phrases,
        new.misleading,
        new.examples,
    )


def _as_shipped(topic: Topic) -> bool:
    shipped = shipped_definitions().get(topic.name)
    return shipped is not None and not needs_training(shipped, topic)
