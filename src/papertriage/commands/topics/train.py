"""Train topics, preview what new models would change, and save them."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from papertriage import clock, config, locks, paths
from papertriage.cache.connection import opened
from papertriage.errors import InputError
from papertriage.models import CachedPaper
from papertriage.render.reporting import tagging
from papertriage.render.terminal import note, progress
from papertriage.topics.model import Model
from papertriage.triage.teaching.followed import (
    definition_path,
    definitions,
    followed_topic,
    single_topic,
)
from papertriage.triage.teaching.retagging import Change, compare, preview, retag, standing
from papertriage.triage.teaching.training import own_labels, save_model, train

# Training a topic on 100,000 papers takes a minute, and several processes may wait.
_PATIENCE = 300.0

Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Save without asking, then show what changed.")
]


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC...]",
            help="The topics to train [default: those with labels, and your own].",
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Train topics on your labels and your cache.

    Shipped topics are not trained from scratch, but adapted to your labels. Shows how today's picks
    would change, and asks before saving.
    """
    with changing(), opened(paths.cache_path()) as connection:
        asked = [followed_topic(name) for name in names or definitions()]
        due = [
            topic
            for topic in asked
            if names or own_labels(connection, topic.name) or definition_path(topic.name).exists()
        ]
        if not due:
            note("nothing to train on: label papers with `papertriage label ID --topic TOPIC`")
            return
        trained = [train(connection, topic) for topic in due]
        proposed = [single_topic(own, topic) for topic, own in zip(due, trained, strict=True)]

        def keep() -> None:
            for model in trained:
                note(f"trained {', '.join(model.topics)}: {save_model(model)}")

        accepted(connection, proposed, yes=yes, keep=keep)


@contextmanager
def changing() -> Iterator[None]:
    """Lock the topics, so that other processes wait before they read and change them."""

    def waiting() -> None:
        note("another papertriage is changing topics: waiting for it to finish")

    with locks.alone(paths.topics_dir(), patience=_PATIENCE, waiting=waiting):
        yield


def accepted(
    connection: sqlite3.Connection,
    proposed: Sequence[Model],
    *,
    yes: bool,
    keep: Callable[[], None],
) -> bool:
    """Preview the change, ask, and save files and tags; with --yes, save first and show after.

    --yes skips the preview because it takes time, and so that an interrupted run loses nothing.
    """
    names = [name for model in proposed for name in model.topics]
    day = clock.local_day(clock.now())
    limit = int(config.number("picks.limit"))
    before = standing(connection, names, day, limit)
    if not yes:
        with progress("previewing") as advance:
            change = preview(connection, proposed, day, limit, advance)
        _report(change, "{}: {:,} papers are tagged now, {:,} would be")
        if not _confirmed():
            note("nothing was saved")
            return False
    keep()
    with tagging() as advance:
        retag(connection, advance, names)
    if yes:
        after = standing(connection, names, day, limit)
        _report(compare(connection, before, after), "{}: {:,} papers were tagged, {:,} are now")
    return True


def _report(change: Change, sentence: str) -> None:
    for name, (before, after) in change.topics.items():
        note(sentence.format(name, before, after))
    for sign, papers in (("+", change.entering), ("-", change.leaving)):
        for paper in papers:
            note(f"{sign} {paper.paper.title}")
    note(f"today's picks: {_counted(change.entering)} added, {_counted(change.leaving)} removed")


def _counted(papers: Sequence[CachedPaper]) -> str:
    return str(len(papers)) if papers else "none"


def _confirmed() -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        msg = "cannot ask without a terminal: use --yes to save"
        raise InputError(msg)
    return typer.confirm("Save?", err=True)
