"""Write papers, sightings and tags."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from operator import add
from types import MappingProxyType
from typing import Any

from papertriage.cache.announced import Merit, mark_news
from papertriage.cache.authorities import write_authorities
from papertriage.cache.connection import data_version, last_key, translating, writing
from papertriage.cache.feeds import write_state
from papertriage.cache.identity import (
    Catalogue,
    Known,
    Match,
    joined,
    rename,
    write_merge,
    write_names,
)
from papertriage.cache.indexing import MANY_AT_ONCE, Text, index_rest, index_texts, reindex
from papertriage.cache.interest import InterestScore, write_scores
from papertriage.cache.merging import reads_differently, text_changed
from papertriage.cache.rows import ROW_COLUMNS, ROW_MARKS, evidence_text, row_of
from papertriage.cache.scoring import InterestScorer, Scorers, Scoring
from papertriage.cache.topics import topic_keys
from papertriage.models import Paper, Sighting, TopicScore
from papertriage.models.authority import authority_of

# One row per feed and run of consecutive paper keys: 1 us each, where a statement per paper takes
# 4. A paper seen again on the same day keeps values that the later sighting lacks; a sighting
# without anything new writes nothing.
_SEE = """
INSERT INTO sightings
    (source, feed, day, announce_type, upvotes, comments, place, inferred, paper)
SELECT ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), value FROM json_each(?) WHERE true
ON CONFLICT (paper, feed, day) DO UPDATE SET
    announce_type = coalesce(excluded.announce_type, announce_type),
    inferred = CASE WHEN excluded.announce_type IS NULL THEN inferred ELSE excluded.inferred END,
    upvotes = coalesce(excluded.upvotes, upvotes),
    comments = coalesce(excluded.comments, comments),
    place = coalesce(excluded.place, place)
WHERE coalesce(excluded.announce_type, announce_type) IS NOT announce_type
    OR coalesce(excluded.upvotes, upvotes) IS NOT upvotes
    OR coalesce(excluded.comments, comments) IS NOT comments
    OR coalesce(excluded.place, place) IS NOT place
    OR excluded.announce_type IS NOT NULL AND excluded.inferred IS NOT inferred
"""
# The values of a sighting that _SEE takes.
_SEEN = slice(1, Sighting._fields.index("is_news"))

_INSERT = f"INSERT INTO papers (key, {ROW_COLUMNS}) VALUES (?, {ROW_MARKS})"
_UPDATE = f"UPDATE papers SET ({ROW_COLUMNS}) = ({ROW_MARKS}) WHERE key = ?"
_AS_BEFORE = "SELECT came, authority FROM papers WHERE key = ?"
_CATEGORISE = """
INSERT OR IGNORE INTO paper_categories (category, paper) SELECT ?, value FROM json_each(?)
"""
_ANNOUNCED = frozenset(("new", "cross"))


@dataclass(frozen=True, slots=True)
class Stored:
    """How many papers a batch added, changed, merged into others, and left unchanged.

    older are those added that are no news.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    older: int = 0

    def __add__(self, other: Stored) -> Stored:
        """Add up the counts of both."""
        return Stored(*map(add, astuple(self), astuple(other)))

    @property
    def papers(self) -> int:
        """How many papers were received."""
        return self.new + self.updated + self.unchanged + self.older


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a batch changes, with papers by key; keys are those of the sightings' papers.

    older are the keys of new papers that are no news. by holds the authorities to be written, see
    merging.AttributedPaper. came_as are the ids of sightings that are not, or no longer, the
    paper's id; unknown are the names that only refer to new papers.
    """

    new: Mapping[int, Paper]
    updated: Mapping[int, tuple[Paper, Paper]]
    by: Mapping[int, int]
    merges: Sequence[tuple[Match, Sighting]]
    keys: Sequence[int]
    came_as: Collection[tuple[str, int]]
    telling: Callable[[str], bool]
    unknown: Mapping[int, tuple[str, ...]]
    older: Collection[int] = ()

    @property
    def written(self) -> dict[int, Paper]:
        return {**self.new, **{key: after for key, (_, after) in self.updated.items()}}

    def stored(self, announced: Collection[int] = ()) -> Stored:
        """Count what was written; papers that are only now announced count as new."""
        updated = len(self.updated.keys() - set(announced))
        unchanged = len(set(self.keys)) - len(self.new) - updated - len(announced)
        new = len(self.new) - len(self.older) + len(announced)
        return Stored(new, updated, unchanged, len(self.merges), len(self.older))

    def to_score(self, *, new: bool) -> dict[int, Paper]:
        changed = {
            key: after for key, (old, after) in self.updated.items() if text_changed(old, after)
        }
        return {**self.new, **changed} if new else changed


@translating
def store(
    connection: sqlite3.Connection,
    sightings: Sequence[Sighting],
    *,
    scoring: Scoring,
    now: str,
    feed: str = "",
    state: Mapping[str, str] | None = None,
    indexed: bool = True,
) -> Stored:
    """Store a batch in one transaction: papers, index, sightings, tags and interests, or nothing.

    Scoring happens before the lock is taken, so that a person's keep never waits for it. state is
    what to remember about the feed; "" deletes. Without `indexed`, new papers wait for
    indexing.index() if they are few; untagged ones get their tags when retag() continues where a
    topic's tags end.
    """
    tagged, interest = scoring.tagged, scoring.interest
    before = data_version(connection)
    plan = _planned(connection, sightings)
    scores = _scored(plan.to_score(new=tagged), scoring.score)
    likely = _likely(interest, [paper for paper, _ in scores.values()])
    with writing(connection):
        # Another process may have written in the meantime: plan again, now that the lock is held.
        if data_version(connection) != before:
            plan = _planned(connection, sightings)
            scores = _scored_again(plan.to_score(new=tagged), scores, scoring.score)
            likely |= _likely(interest, [one for one, _ in scores.values() if one not in likely])
        insert_papers(connection, plan.new, now, plan.by, indexed=indexed, tagged=tagged)
        update_papers(connection, plan.updated, now)
        write_authorities(connection, {k: by for k, by in plan.by.items() if k not in plan.new})
        write_names(connection, plan.written, plan.came_as, plan.telling, plan.unknown)
        for match, sighting in plan.merges:
            write_merge(connection, match, sighting, now)
        _see(connection, zip(plan.keys, sightings, strict=True))
        _forget_tags(connection, [key for key in scores if key not in plan.new])
        tags = {key: found for key, (_, found) in scores.items()}
        _insert_tags(connection, tags, merit=scoring.merit, came=now)
        if interest:
            scored = [
                InterestScore(key, own.score, scoring.merit(own.score, now), own.evidence)
                for key, (paper, _) in scores.items()
                for own in [likely[paper]]
            ]
            write_scores(connection, interest.model, scored)
        announced = _perhaps_announced(plan, sightings)
        come = mark_news(connection, plan.older, announced, scoring.merit, now)
        write_state(connection, feed, state or {})
    return plan.stored(come)


def _scored(
    papers: Mapping[int, Paper], score: Scorers
) -> dict[int, tuple[Paper, tuple[TopicScore, ...]]]:
    found = score(list(papers.values())) if papers else ()
    return {
        key: (paper, tuple(scores))
        for (key, paper), scores in zip(papers.items(), found, strict=True)
    }


def _scored_again(
    papers: Mapping[int, Paper],
    scores: Mapping[int, tuple[Paper, tuple[TopicScore, ...]]],
    score: Scorers,
) -> dict[int, tuple[Paper, tuple[TopicScore, ...]]]:
    """Return the scores of a new plan's papers, reusing existing ones."""
    known = dict(scores.values())
    fresh = _scored({key: one for key, one in papers.items() if one not in known}, score)
    return {key: fresh.get(key) or (paper, known[paper]) for key, paper in papers.items()}


def _likely(interest: InterestScorer | None, papers: Sequence[Paper]) -> dict[Paper, TopicScore]:
    if not interest or not papers:
        return {}
    return dict(zip(papers, interest.score(papers), strict=True))


def write_tags(
    connection: sqlite3.Connection,
    key: int,
    scores: Iterable[TopicScore],
    *,
    merit: Merit,
    came: str,
) -> None:
    """Replace the tags of one paper; the caller holds the transaction."""
    _forget_tags(connection, [key])
    _insert_tags(connection, {key: tuple(scores)}, merit=merit, came=came)


def _forget_tags(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    connection.executemany("DELETE FROM tags WHERE paper = ?", [(key,) for key in keys])


def _insert_tags(
    connection: sqlite3.Connection,
    found: Mapping[int, Iterable[TopicScore]],
    *,
    merit: Merit,
    came: str,
) -> None:
    topics = topic_keys(connection)
    connection.executemany(
        "INSERT INTO tags (paper, topic, score, tagged, merit, evidence) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                key,
                topics[s.topic],
                s.score,
                s.tagged,
                merit(s.score, came),
                evidence_text(s.evidence),
            )
            for key, scores in found.items()
            for s in scores
            if s.topic in topics
        ],
    )


def _planned(connection: sqlite3.Connection, sightings: Sequence[Sighting]) -> _Plan:
    catalogue = Catalogue(connection, [sighting.paper for sighting in sightings])
    fresh = last_key(connection)
    new: dict[int, Paper] = {}
    updated: dict[int, tuple[Paper, Paper]] = {}
    by: dict[int, int] = {}
    merges: list[tuple[Match, Sighting]] = []
    keys: list[int] = []
    came_as: dict[tuple[str, int], str] = {}
    for sighting, names in zip(sightings, catalogue.named, strict=True):
        paper = sighting.paper
        authority = authority_of(sighting)
        if catalogue.add_unknown(fresh + 1, paper, names, authority):
            fresh += 1
            new[fresh], by[fresh] = paper, authority
            keys.append(fresh)
            continue
        match = catalogue.match(paper)
        if match is None:
            fresh += 1
            own = catalogue.free_id(paper)
            new[fresh] = paper if own == paper.id else paper._replace(id=own)
            by[fresh] = authority
            keys.append(fresh)
            came_as[paper.id, fresh] = new[fresh].id
            catalogue.add(Known(fresh, new[fresh], authority), paper.id)
            continue
        key, old, said = match.known
        keys.append(key)
        whole, says = joined(match.known, paper, authority)
        if whole.id != old.id and catalogue.taken(whole.id):
            whole = whole._replace(id=old.id)
        came_as[paper.id, key] = whole.id
        if match.why != "id":
            merges.append((match, sighting))
        if says != said or key in catalogue.untold:
            by[key] = says
        if whole == old and says == said:
            continue
        if key in new:
            new[key] = whole
        elif whole != old:
            updated[key] = (updated[key][0] if key in updated else old, whole)
        catalogue.add(Known(key, whole, says), paper.id)
    others = [name_and_key for name_and_key, now in came_as.items() if name_and_key[0] != now]
    news = {key for key, sighting in zip(keys, sightings, strict=True) if sighting.is_news}
    older = new.keys() - news
    unknown = catalogue.unknown()
    return _Plan(new, updated, by, merges, keys, others, catalogue.telling, unknown, older)


def _perhaps_announced(plan: _Plan, sightings: Sequence[Sighting]) -> set[int]:
    """Return the keys of papers that existed before and are now announced as news."""
    return {
        key
        for key, one in zip(plan.keys, sightings, strict=True)
        if one.announce_type in _ANNOUNCED and one.is_news and key not in plan.new
    }


def insert_papers(
    connection: sqlite3.Connection,
    papers: Mapping[int, Paper],
    now: str,
    by: Mapping[int, int] = MappingProxyType({}),
    *,
    indexed: bool = True,
    tagged: bool = True,
) -> None:
    """Insert papers by key, with keys following the last one, in a transaction.

    Without `indexed`, the full-text indexes lag behind until indexing.index() if the papers are
    few; without `tagged`, the topics until retag(). by holds the authorities, see
    merging.AttributedPaper.
    """
    if not papers:
        return
    last = min(papers) - 1
    rows: list[tuple[Any, ...]] = []
    texts: list[Text] = []
    for key, paper in papers.items():
        row = row_of(paper, now, by.get(key))
        rows.append((key, *row))
        texts.append((key, paper.abstract, row[1], row[3]))
    connection.executemany(_INSERT, rows)
    if len(texts) >= MANY_AT_ONCE:
        index_texts(connection, texts)
    elif indexed:
        index_rest(connection)
    if tagged:
        # Tags that reached the last paper now reach the new last one; those that lag still lag.
        connection.execute(
            "UPDATE topics SET tagged_to = ? WHERE tagged_to = ?", (last + len(papers), last)
        )
    categorise(connection, papers)


def categorise(connection: sqlite3.Connection, papers: Mapping[int, Paper]) -> None:
    """Record the categories of papers by key; in a transaction."""
    keys: dict[str, list[int]] = {}
    for key, paper in papers.items():
        for category in paper.categories:
            keys.setdefault(category, []).append(key)
    for category, its in keys.items():
        connection.execute(_CATEGORISE, (category, str(its)))


def update_papers(
    connection: sqlite3.Connection, updated: Mapping[int, tuple[Paper, Paper]], now: str
) -> None:
    """Replace papers, given as (before, after) by key, including the index; in a transaction."""
    for key, (old, new) in updated.items():
        as_before = connection.execute(_AS_BEFORE, (key,)).fetchone()
        connection.execute(_UPDATE, (*row_of(new, *as_before), key))
        reindex(connection, key, old, new)
        connection.execute("DELETE FROM paper_categories WHERE paper = ?", (key,))
        categorise(connection, {key: new})
        if old.id != new.id:
            rename(connection, key, old.id, new.id)
        if text_changed(old, new) and old.abstract is not None:
            connection.execute(
                """
                INSERT OR REPLACE INTO earlier_texts (paper, at, version, title, abstract)
                VALUES (?, ?, ?, ?, ?)
                """,
                (key, now, old.version, old.title, old.abstract),
            )
        if reads_differently(old, new):
            connection.execute("UPDATE papers SET changed = ? WHERE key = ?", (now, key))


def _see(connection: sqlite3.Connection, sightings: Iterable[tuple[int, Sighting]]) -> None:
    for said, group in groupby(sightings, lambda pair: pair[1][_SEEN]):
        connection.execute(_SEE, (*said, str([key for key, _ in group])))
