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
"""The papers to score again after a keep, which takes 0.2 s."""
AFTER_FETCH = 5_000
"""The papers to score again after a fetch or import, which takes 1 s."""
# Up to 20 decisions, learn from each; then whenever there are 5% more.
_SHARE = 0.05


def model_path() -> Path:
    """Return the path of the interest model, next to the cache with its decisions."""
    cache = paths.cache_path()
    return cache.with_name(f"{cache.name}-interest.model")


def interest_scorer(connection: sqlite3.Connection) -> InterestScorer | None:
    """Load the current model; return None if there is none or its file is damaged."""
    model = current_model(connection)
    try:
        return _scorer(model) if model else None
    except ModelError:
        # Reported and repaired after the papers are stored: learn_if_due(thorough=True).
        return None


def learn_if_due(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    most: int = AT_ONCE,
    at_once: bool = False,
    thorough: bool = False,
) -> str | None:
    """Learn if there are enough new decisions, and return a message for the reader, if any.

    With `at_once`, any new decision is enough. With `thorough`, also checks the model file, and
    scores papers that have no score. At most `most` papers are scored again. Raises
    PapertriageError if nothing could be learned; the previous model stays, unless it is damaged.
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
        msg = f"{damage}; learning it again failed ({error}), so picks are ranked by topic for now"
        raise ModelError(msg) from error
    if damage:
        return f"{damage}; learned again from {counted(new.decisions, 'decision')}"
    if not model:
        return (
            f"learned from {counted(new.keeps, 'keep')} and {counted(new.skips, 'skip')}:"
            " `papertriage today` now ranks by interest"
        )
    return None


def learn_or_explain(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    at_once: bool = False,
    after_papers: bool = False,
) -> str | None:
    """Learn if it is due, and return a message for the reader, also about a failure.

    Decisions and papers that were stored before are kept, whatever happens here.
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
    """Learn from the current decisions, and score the best undecided papers."""
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
    """Score every paper that the current model has not scored, and return their number.

    `advance` is called for papers whose scores are on disk.
    """
    model = current_model(connection)
    return _catch_up(connection, model, None, advance) if model else 0


def score_new(connection: sqlite3.Connection) -> None:
    """Score the newest papers without a score, if there is a model."""
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
        msg = f"{path}: this is not the model that this cache was scored with"
        raise ModelError(msg)
    return _of_model(model.key, loaded)


@lru_cache(maxsize=1)
def _load(path: Path, _file: int, _changed: int) -> Model:
    """Load a model file, which takes 60 ms; cached until the file changes."""
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
