"""Learn from decisions when it is due, and score papers with the result."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from papertriage import clock, paths
from papertriage.cache import interest
from papertriage.cache.interest import InterestScore
from papertriage.cache.scoring import InterestScorer
from papertriage.cache.status import current_model
from papertriage.cache.topics import CachedText
from papertriage.errors import CacheBusy, ModelError, PapertriageError
from papertriage.models import INTEREST, Learned, Paper, TopicScore
from papertriage.ranking.merit import merit
from papertriage.text import counted
from papertriage.triage.teaching.interest import decisions_needed

if TYPE_CHECKING:
    from papertriage.topics.model import Model

AT_ONCE = 1_000
"""A keep waits 0.2 s for so many papers to be scored anew."""
AFTER_FETCH = 5_000
"""A fetch or import may take a second for it."""
# Below 20 decisions each is learned from at once, above it when they are a twentieth more.
_SHARE = 0.05


def model_path() -> Path:
    """Return the file of the model, beside the cache that its decisions are in."""
    cache = paths.cache_path()
    return cache.with_name(f"{cache.name}-interest.model")


def interest_scorer(connection: sqlite3.Connection) -> InterestScorer | None:
    """Load the model that counts; None where there is none or its file is not what it was."""
    model = current_model(connection)
    try:
        return _scorer(model) if model else None
    except ModelError:
        # Told, and mended, when the papers are stored: learn_if_due(thorough=True).
        return None


def learn_if_due(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    most: int = AT_ONCE,
    at_once: bool = False,
    thorough: bool = False,
) -> str | None:
    """Learn if enough was said since the last time; returns what a reader should know of it.

    at_once does not wait for more decisions. thorough looks after the model's file as well, and
    scores what came without one. `most` papers are scored anew. Raises PapertriageError where
    nothing could be learned; what was learned before still holds then, unless it is damaged.
    """
    model = current_model(connection)
    lacking = decisions_needed(connection)
    if lacking is None or any(lacking):
        if model:
            interest.forget_model(connection)
        return None
    damage = _damage(model) if model and thorough else None
    if model and not damage and not _due(connection, model, at_once=at_once):
        if thorough:
            _catch_up(connection, model, most)
        return None
    try:
        new = learn(connection, now, most)
    except PapertriageError as error:
        if not damage or isinstance(error, CacheBusy):
            raise
        interest.forget_model(connection)
        msg = f"{damage}; it could not be learned again ({error}), so topics rank picks until then"
        raise ModelError(msg) from error
    if damage:
        return f"{damage}; learned again from {counted(new.decisions, 'decision')}"
    if not model:
        return (
            f"learned from {counted(new.keeps, 'keep')} and {counted(new.skips, 'skip')}:"
            " `papertriage today` now ranks by them"
        )
    return None


def learn_or_explain(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    at_once: bool = False,
    after_papers: bool = False,
) -> str | None:
    """Learn if it is due, and return what a reader should know, a failure included.

    What was decided or stored before stays, whatever happens here.
    """
    try:
        return learn_if_due(
            connection,
            now,
            most=AFTER_FETCH if after_papers else AT_ONCE,
            at_once=at_once or after_papers,
            thorough=after_papers,
        )
    except (PapertriageError, OSError) as error:
        return f"your decisions are saved, but the ranking could not learn from them: {error}"


def learn(connection: sqlite3.Connection, now: datetime, most: int) -> Learned:
    """Learn from the decisions that hold, and score the undecided papers that are worth it."""
    from papertriage.ranking.interest import MOST, DecidedText, train_interest
    from papertriage.topics.labelled import Text as Words
    from papertriage.topics.model import dump_model
    from papertriage.triage.teaching.followed import shipped_model

    said = interest.count_said(connection)
    decided = [
        DecidedText(Words(title, abstract), keep)
        for title, abstract, keep in interest.decided_texts(connection, MOST)
    ]
    try:
        model = train_interest(decided, shipped_model())
    except ValueError as error:
        msg = f"the last {MOST:,} decisions hold {error}"
        raise ModelError(msg) from error
    before = current_model(connection)
    if before and before.hash == model.hash and not _damage(before):
        interest.confirm_model(connection, before, said)
        return before
    topic = model.topics[INTEREST]
    learned = Learned(
        key=0,
        hash=model.hash,
        at=clock.stamp(now),
        keeps=topic.trained_on["keeps"],
        skips=topic.trained_on["skips"],
        said=said,
        calibration_error=topic.quality.calibration_error if topic.quality else 1.0,
    )
    scorer = _of_model(0, model)
    scored = list(_scored(scorer, interest.worth_scoring(connection, most)))
    paths.write_private(model_path(), dump_model(model))
    interest.begin_model(connection, learned, scored)
    return learned


def score_all(connection: sqlite3.Connection, advance: Callable[[int, int | None], None]) -> int:
    """Score every paper that the model that counts has not scored; returns their number.

    advance hears of papers whose scores are on the disk.
    """
    model = current_model(connection)
    return _catch_up(connection, model, None, advance) if model else 0


def score_new(connection: sqlite3.Connection) -> None:
    """Score the papers that came last and have no score, as far as a model is there to do it."""
    model = current_model(connection)
    if model and not _damage(model):
        _catch_up(connection, model, 1)


def _due(connection: sqlite3.Connection, model: Learned, *, at_once: bool) -> bool:
    fresh = abs(interest.count_said(connection) - model.said)
    return fresh > 0 and (at_once or fresh >= _SHARE * model.decisions)


def _catch_up(
    connection: sqlite3.Connection,
    model: Learned,
    most: int | None,
    advance: Callable[[int, int | None], None] | None = None,
) -> int:
    done, total = 0, interest.count_lacking(connection) if advance else None
    scorer = _scorer(model)
    for page in interest.unscored(connection):
        interest.add_scores(connection, model.key, list(_scored(scorer, page)))
        done += len(page)
        if advance:
            advance(len(page), total)
        if most is not None and done >= most:
            break
    return done


def _damage(model: Learned) -> str | None:
    try:
        _scorer(model)
    except ModelError as error:
        return str(error).partition(";")[0]
    return None


def _scorer(model: Learned) -> InterestScorer:
    path = model_path()
    try:
        status = path.stat()
        loaded = _load(path, status.st_ino, status.st_mtime_ns)
    except OSError as error:
        msg = f"{path}: model cannot be read ({error.strerror})"
        raise ModelError(msg) from error
    if loaded.hash != model.hash:
        msg = f"{path}: not the model that this cache was ranked by"
        raise ModelError(msg)
    return _of_model(model.key, loaded)


@lru_cache(maxsize=1)
def _load(path: Path, _file: int, _changed: int) -> Model:
    """Load a model file, once as long as it is the same file, for it takes 60 ms."""
    from papertriage.topics.model import load_model

    return load_model(path)


def _of_model(key: int, model: Model) -> InterestScorer:
    from papertriage.topics.scoring import score_paper

    def score(papers: Sequence[Paper]) -> list[TopicScore]:
        return [score_paper(model, paper.title, paper.abstract)[0] for paper in papers]

    return InterestScorer(key, score)


def _scored(scorer: InterestScorer, texts: Sequence[CachedText]) -> Iterator[InterestScore]:
    scores = scorer.score([Paper("", text.title, text.abstract) for text in texts])
    for text, found in zip(texts, scores, strict=True):
        yield InterestScore(text.key, found.score, merit(found.score, text.came), found.evidence)
