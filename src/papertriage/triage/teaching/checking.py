"""Check the labels that topics are trained on."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from papertriage.errors import InputError
from papertriage.topics.hygiene import Checked, check_labels
from papertriage.topics.labelled import LabelledPaper, read_labelled
from papertriage.topics.material import MIN_LABELS
from papertriage.triage.teaching.followed import definitions, followed_topic
from papertriage.triage.teaching.training import background, own_labels


def check(
    connection: sqlite3.Connection, path: Path | None, names: tuple[str, ...]
) -> list[Checked]:
    """Check the labels of topics (default: all that are followed) in a file or in the cache.

    Raises InputError if there are too few labels.
    """
    topics = {name: followed_topic(name) for name in names} or definitions()
    papers = read_labelled(path, tuple(topics)) if path else _own(connection, tuple(topics))
    found = check_labels(topics, papers, background(connection))
    if not any(one.contradictions or one.doubts is not None for one in found):
        most = max(found, key=lambda one: one.labelled, default=None)
        have = f"{most.topic} has {most.labelled}" if most else "no topics are followed"
        msg = (
            f"too few labels to check: a topic needs {MIN_LABELS} papers labelled yes and"
            f" {MIN_LABELS} labelled no ({have}); add some with `papertriage label`"
        )
        raise InputError(msg)
    return found


def _own(connection: sqlite3.Connection, names: tuple[str, ...]) -> list[LabelledPaper]:
    """Return the user's labels, with those for all topics of a paper combined."""
    papers: dict[str, LabelledPaper] = {}
    for name in names:
        for paper in own_labels(connection, name):
            known = papers.get(paper.id, paper)
            papers[paper.id] = replace(paper, labels={**known.labels, **paper.labels})
    return list(papers.values())
