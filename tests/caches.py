"""Fill caches for tests: a paper's title says its scores."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from builders import make_paper, make_pick, make_receipt, make_score
from papertriage.cache import packing, picks
from papertriage.cache.connection import opened
from papertriage.cache.indexing import INDEXES
from papertriage.cache.journal import decide, undo
from papertriage.cache.papers import Stored, store
from papertriage.cache.receipts import write_receipt
from papertriage.cache.scoring import Scoring
from papertriage.cache.topics import write_topics
from papertriage.models import Paper, Sighting, TopicScore
from papertriage.ranking.merit import merit

NOW = "2026-11-23T08:00:00Z"
TOPICS = ("alignment", "causality", "ood")
EARLIER = (1, 13)
"""Versions of the cache that make_earlier() makes, the first and the last of before a release."""


def scores_in_title(paper: Paper) -> list[TopicScore]:
    """Read "ood 0.9" in a title as a score."""
    found = re.findall(rf"\b({'|'.join(TOPICS)}) (\d\.\d+)", paper.title)
    return [make_score(topic, float(score)) for topic, score in found]


def scores_in_titles(papers: Iterable[Paper]) -> list[list[TopicScore]]:
    """Read the scores in each title."""
    return list(map(scores_in_title, papers))


def store_papers(
    connection: sqlite3.Connection, *papers: Paper, now: str = NOW, feed: str = "test"
) -> Stored:
    """Store papers as one batch that the source "test" saw."""
    write_topics(connection, [(name, 0.5, "invented") for name in TOPICS])
    sightings = [Sighting(paper, "test", feed, now[:10]) for paper in papers]
    return store(connection, sightings, scoring=Scoring(scores_in_titles, merit), now=now)


def named_paper(name: str, **fields: object) -> Paper:
    """Return a paper with an id of its own, and no address or DOI that would name it too."""
    given = {"url": None, "pdf_url": None, "doi": None, "title": f"Paper {name}", **fields}
    return make_paper(id=name, **given)


def titled(*titles: str) -> list[Paper]:
    """Return a paper for each title; ids follow the titles' order."""
    return [make_paper(number=n, title=title) for n, title in enumerate(titles, start=1)]


@contextmanager
def cache_of(path: Path, *titles: str) -> Iterator[sqlite3.Connection]:
    """Open a cache that holds a paper for each title."""
    with opened(path) as connection:
        store_papers(connection, *titled(*titles))
        yield connection


def lines() -> Iterator[str]:
    """Yield ids for journal lines that sort against time, so that nothing may lean on them."""
    return (f"{10_000 - n:05}" for n in count())


def dump(connection: sqlite3.Connection) -> list[str]:
    """Return everything that the cache holds, as SQL."""
    return list(connection.iterdump())


def whole(connection: sqlite3.Connection) -> None:
    """Assert that the file and the full-text index are in order and in step."""
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    # https://sqlite.org/fts5.html#the_integrity_check_command: rank 1 compares with the content.
    for index in INDEXES:
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - ours


def make_earlier(path: Path, version: int) -> None:
    """Make a cache as a development version made it, with words, ledgers and papers of files."""
    script = Path(__file__).parent / "data" / "cache" / f"version-{version}.sql"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        packing.teach(connection)
        connection.execute("PRAGMA trusted_schema = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(script.read_text(encoding="utf-8"))


def fill_every_table(path: Path) -> None:
    """Make a small cache with something in every table."""
    titles = (
        *("ood 0.9 Shifted Sheep", "causality 0.7 ood 0.6 Causal Cows"),
        *("ood 0.1 Plain Pigs", "Über 量子 Geese"),
    )
    new_line = lines().__next__
    with cache_of(path, *titles) as connection:
        ids = [paper.id for paper in titled(*titles)]
        decide(connection, ids[:2], "keep", at="2026-11-23T09:00:00.000000Z", new_line=new_line)
        decide(connection, ids[1:3], "later", at="2026-11-23T09:01:00.000000Z", new_line=new_line)
        undo(connection, ids[1:2], at="2026-11-23T09:02:00.000000Z", new_line=new_line)
        picks.record(
            connection,
            "2026-11-23",
            [(ids[0], make_pick(1)), (ids[1], make_pick(2))],
            at="2026-11-23T08:00:00Z",
        )
        write_receipt(connection, make_receipt(skipped=("line 3: no title",)))
        at = "2026-11-23T09:03:00.000000Z"
        connection.execute(
            "INSERT INTO journal VALUES ('label-1', ?, 'label', ?, 'ood', '1', NULL)", (at, ids[0])
        )
        connection.execute("INSERT INTO labels VALUES (?, 'ood', 1, ?)", (ids[0], at))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
