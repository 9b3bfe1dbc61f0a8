"""Suggest topics for papers in the cache that have no tags."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from papertriage.cache.connection import last_key
from papertriage.cache.listing import list_papers
from papertriage.cache.topics import texts, topic_keys
from papertriage.models import Filters
from papertriage.topics.labelled import Text
from papertriage.topics.suggesting import Suggestion, sample_evenly, suggest_topics
from papertriage.triage.teaching.followed import definitions, shipped_definitions


def suggest(
    connection: sqlite3.Connection, advance: Callable[[int, int | None], None]
) -> list[Suggestion]:
    """Cluster the untagged papers into topics; raises InputError if there are too few."""
    taken = {*definitions(), *shipped_definitions()}
    return suggest_topics(sample_evenly(untagged(connection, advance)), taken)


def untagged(
    connection: sqlite3.Connection, advance: Callable[[int, int | None], None]
) -> Iterator[Text]:
    """Yield the texts of untagged papers; `advance` is called with the length of each page."""
    # Few papers are tagged, so reading those is faster than looking up every paper's tags.
    names = tuple(topic_keys(connection))
    tagged = {
        (held.paper.title, held.paper.abstract)
        for held in (list_papers(connection, Filters(topics=names)) if names else ())
    }
    total = last_key(connection)
    for page in texts(connection):
        advance(len(page), total)
        for text in page:
            if (text.title, text.abstract) not in tagged:
                yield Text(text.title, text.abstract)
