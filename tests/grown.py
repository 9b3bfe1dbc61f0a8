"""Fill caches of any size that differ in old papers alone: what is new and decided is the same."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

from builders import make_pick, make_receipt, make_score
from caches import TOPICS, lines, named_paper, scores_in_title, store_papers
from papertriage.cache import interest, journal, picks
from papertriage.cache.connection import opened
from papertriage.cache.digests import text_hash
from papertriage.cache.indexing import merge_all_pieces
from papertriage.cache.papers import store
from papertriage.cache.receipts import write_receipt
from papertriage.cache.scoring import Scoring
from papertriage.models import Learned, Paper, Sighting, TopicScore
from papertriage.ranking.merit import merit

TODAY = date(2026, 11, 23)
NOW = f"{TODAY}T12:00:00Z"
_BATCH = 1_000
_OLD, _NEW = 20, 300
SHARED = _OLD + _NEW
"""How many papers are the same in each cache."""
_WORDS = (
    *("marsh", "reed", "wades", "flies", "mountain", "river", "dawn", "song", "nest", "wing"),
    *("valley", "shore", "island", "winter", "summer", "storm", "harbour", "ferry", "lantern"),
    *("orchard", "meadow", "granite", "copper", "violin", "kettle"),
)


def paper(name: str, number: int, day: date, **more: object) -> Paper:
    """Invent a paper: a third are of herons, one in seven of okapis, one in twenty of a topic."""
    words = [_WORDS[(number * step) % len(_WORDS)] for step in (1, 3, 7, 11)]
    birds = "heron" if number % 3 == 0 else "egret"
    rare = " beside an okapi" if number % 7 == 0 else ""
    score = 0.5 + number % 40 / 100 if number % 20 == 0 else 0.1
    topic = ("ood", "alignment")[number // 20 % 2]
    return named_paper(
        name,
        **{
            "title": f"{topic} {score:.2f} a {birds} that {words[0]} {name}",
            "abstract": (
                f"We model how a {birds}{rare} {words[1]} and {words[2]} in C++ or at {words[3]}."
            ),
            "authors": (f"Ada {_WORDS[number % len(_WORDS)].title()}", "Bob Sample"),
            "doi": f"10.1000/{name}",
            "announced": day.isoformat(),
            "published": f"{day}T06:00:00Z",
            "categories": ("cs.LG", ("stat.ML", "cs.CV", "math.OC")[number % 3]),
            **more,
        },
    )


def held(name: str) -> str:
    """Return the id that the cache gives to a paper with a DOI."""
    return f"doi:10.1000/{name}"


def fill(path: Path, archive: int) -> None:
    """Make a cache of the shared papers, and so many between the oldest and the newest.

    Of one topic, category, source and author there are only a few of the oldest papers.
    """
    with opened(path) as connection:
        old = [
            paper(f"old-{n}", n, date(2020, 1, 1), categories=("q-bio.PE",), authors=("Zoe Old",))
            for n in range(_OLD)
        ]
        old[:5] = [
            paper(f"old-{n}", n, date(2020, 1, 1), title=f"causality 0.9 part {n}")
            for n in range(5)
        ]
        _store(connection, old, "2020-01-01T06:00:00Z", source="once")
        for start in range(0, archive, _BATCH):
            day = date(2025, 1, 1) + timedelta(days=start // _BATCH)
            batch = [paper(f"mid-{n}", n, day) for n in range(start, min(start + _BATCH, archive))]
            _store(connection, batch, f"{day}T06:00:00Z", upvotes=False)
        for ago in (2, 1, 0):
            day = TODAY - timedelta(days=ago)
            first, last = (2 - ago) * _NEW // 3, (3 - ago) * _NEW // 3
            batch = [paper(f"new-{n}", n, day) for n in range(first, last)]
            _store(connection, batch, f"{day}T06:00:00Z")
        changed = paper("new-7", 7, TODAY, abstract="Another abstract of a heron.", version=9)
        _store(connection, [changed], f"{TODAY}T07:00:00Z")
        # Pieces of the index come with imports, not with papers: of a million twenty are left.
        merge_all_pieces(connection)
        _say(connection)
        _look(connection)


def learn(path: Path) -> None:
    """Let a model count that has scored the newest papers, as if it had been learned."""
    with opened(path) as connection:
        keys = connection.execute("SELECT key, came FROM papers ORDER BY key DESC LIMIT 300")
        scored = [
            interest.InterestScore(key, n % 97 / 100, merit(n % 97 / 100, came), [("heron", 1.0)])
            for n, (key, came) in enumerate(keys.fetchall())
        ]
        model = Learned(0, text_hash("invented"), NOW, 12, 12, interest.count_said(connection), 0.1)
        interest.begin_model(connection, model, scored)


def _scores(one: Paper) -> list[TopicScore]:
    """Return a score for every topic, as a tagger does; the title says which are high."""
    said = {score.topic: score for score in scores_in_title(one)}
    return [said.get(topic) or make_score(topic, 0.05) for topic in TOPICS]


def _store(
    connection: sqlite3.Connection,
    papers: list[Paper],
    now: str,
    source: str = "arxiv",
    *,
    upvotes: bool = True,
) -> None:
    """Store papers as a source saw them; one in ten has upvotes."""
    store_papers(connection, now=now)
    sightings = [
        Sighting(one, source, "cs.LG", now[:10], upvotes=number if number % 10 == 0 else None)
        if upvotes
        else Sighting(one, source, "cs.LG", now[:10])
        for number, one in enumerate(papers)
    ]
    store(
        connection,
        sightings,
        scoring=Scoring(lambda papers: list(map(_scores, papers)), merit),
        now=now,
    )


def _say(connection: sqlite3.Connection) -> None:
    """Decide and label: thirty decisions of the last two days, ten of the oldest papers."""
    new_line = lines().__next__
    for number in range(30):
        at = f"{TODAY - timedelta(days=2 - number % 2)}T09:{number:02}:00.000000Z"
        word = ("keep", "skip", "later")[number % 3]
        journal.decide(connection, [held(f"new-{number * 3}")], word, at=at, new_line=new_line)
    for number in range(10):
        at = f"2020-01-02T09:{number:02}:00.000000Z"
        journal.decide(connection, [held(f"old-{number + 9}")], "keep", at=at, new_line=new_line)
        journal.label(
            connection, [held(f"old-{number}")], "ood", number < 5, at=at, new_line=new_line
        )


def _look(connection: sqlite3.Connection) -> None:
    """Pick on past days, and keep receipts of them."""
    for ago in (1, 2, 3):
        day = (TODAY - timedelta(days=ago)).isoformat()
        chosen = [
            (held(f"new-{n * 20}"), make_pick(rank)) for rank, n in enumerate(range(5), start=1)
        ]
        picks.record(connection, day, chosen, at=f"{day}T08:00:00Z")
        write_receipt(connection, make_receipt(at=f"{day}T06:00:00Z"))
