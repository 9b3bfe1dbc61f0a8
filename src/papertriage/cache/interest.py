"""Store how likely each paper is to be kept, and which model predicted it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from papertriage.cache.connection import translating, writing
from papertriage.cache.eligible import NOT_JUDGED
from papertriage.cache.packing import unpacked
from papertriage.cache.rows import CURRENT_MODEL, evidence_text
from papertriage.cache.status import current_model
from papertriage.cache.topics import CachedText, text_of
from papertriage.models import Learned

_PAGE = 500
_TEXTS = "SELECT papers.key, title, abstract, came FROM papers"
# Papers ranked high so far may rise or sink; the newest were never ranked.
_BEST = f"""
{_TEXTS}
JOIN interests AS i ON i.paper = papers.key
WHERE i.model = ? AND {NOT_JUDGED}
ORDER BY i.merit DESC, i.paper LIMIT ?
"""
_TAGGED = f"""
{_TEXTS}
JOIN tags ON tags.paper = papers.key
WHERE tags.topic = ? AND tagged = 1 AND {NOT_JUDGED}
ORDER BY merit DESC, tags.paper LIMIT ?
"""
_NEWEST = f"{_TEXTS} WHERE {NOT_JUDGED} ORDER BY papers.key DESC LIMIT ?"
_LAST = """
SELECT d.at AS at, papers.id AS id, title, abstract, {kept} AS kept
FROM decisions AS d
CROSS JOIN papers ON papers.id = d.paper
WHERE d.decision = '{decision}' AND d.at < coalesce(:before, '~')
"""
# Merges two index scans: only the rows within the limit are joined with their texts and sorted.
LAST_DECIDED = f"""
{_LAST.format(kept=1, decision="keep")}
UNION ALL
{_LAST.format(kept=0, decision="skip")}
ORDER BY at DESC, id LIMIT :most
"""
"""Reads the papers kept or skipped last; before (UTC) may be NULL."""
_WRITE = """
INSERT INTO interests (paper, model, score, merit, evidence)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (paper) DO UPDATE SET
    model = excluded.model, score = excluded.score,
    merit = excluded.merit, evidence = excluded.evidence
"""


class InterestScore(NamedTuple):
    """A model's prediction for the paper with a key."""

    key: int
    score: float
    merit: float
    evidence: Sequence[tuple[str, float]]


@translating
def count_said(connection: sqlite3.Connection) -> int:
    """Count all decisions and undos ever written."""
    row = connection.execute("SELECT count(*) FROM journal WHERE kind IN ('decision', 'undo')")
    return int(row.fetchone()[0])


@translating
def decided_texts(
    connection: sqlite3.Connection, most: int, before: str | None = None
) -> list[tuple[str, str | None, bool]]:
    """Read (title, abstract, kept) of the papers kept or skipped last.

    With before (UTC), only those decided before that time.
    """
    rows = connection.execute(LAST_DECIDED, {"before": before, "most": most})
    return [(row["title"], unpacked(row["abstract"]), bool(row["kept"])) for row in rows]


@translating
def worth_scoring(connection: sqlite3.Connection, most: int) -> list[CachedText]:
    """Read undecided papers that may be picked, at most `most`.

    Half are the best by existing scores of any model, a quarter the best of the topics, and the
    rest the newest.
    """
    held = current_model(connection)
    topics = [row["key"] for row in connection.execute("SELECT key FROM topics ORDER BY key")]
    found: dict[int, CachedText] = {}
    rows = connection.execute(_BEST, (held.key if held else 0, most // 2))
    found.update({row["key"]: text_of(row) for row in rows})
    for topic in topics:
        rows = connection.execute(_TAGGED, (topic, most // (4 * len(topics))))
        found.update({row["key"]: text_of(row) for row in rows})
    for row in connection.execute(_NEWEST, (most,)):
        if len(found) >= most:
            break
        found.setdefault(row["key"], text_of(row))
    return list(found.values())


def unscored(connection: sqlite3.Connection) -> Iterator[list[CachedText]]:
    """Read the papers without a score of the current model, in pages of 500, newest first."""
    before = None
    while page := _unscored_before(connection, before):
        yield page
        before = page[-1].key


@translating
def _unscored_before(connection: sqlite3.Connection, before: int | None) -> list[CachedText]:
    rows = connection.execute(
        f"""
        {_TEXTS}
        LEFT JOIN interests AS i ON i.paper = papers.key
        WHERE (:before IS NULL OR papers.key < :before)
            AND i.model IS NOT {CURRENT_MODEL}
        ORDER BY papers.key DESC LIMIT :page
        """,
        {"before": before, "page": _PAGE},
    )
    return [text_of(row) for row in rows]


@translating
def count_lacking(connection: sqlite3.Connection) -> int:
    """Count the papers, decided or not, without a score of the current model."""
    row = connection.execute(
        f"""
        SELECT (SELECT count(*) FROM papers)
            - (SELECT count(*) FROM interests WHERE model = {CURRENT_MODEL})
        """
    )
    return int(row.fetchone()[0])


@translating
def count_unscored(connection: sqlite3.Connection, since: str) -> int:
    """Count the undecided papers added after a time (UTC) without a score of the current model."""
    row = connection.execute(
        f"""
        SELECT count(*) FROM papers
        WHERE came > ?
            AND {NOT_JUDGED}
            AND NOT EXISTS (
                SELECT 1 FROM interests AS i
                WHERE i.paper = papers.key AND i.model = {CURRENT_MODEL}
            )
        """,
        (since,),
    )
    return int(row.fetchone()[0])


@translating
def begin_model(
    connection: sqlite3.Connection, model: Learned, scored: Iterable[InterestScore]
) -> None:
    """Make a new model current, with its first scores; model.key is not used."""
    with writing(connection):
        key = connection.execute(
            """
            INSERT INTO interest_models (hash, at, keeps, skips, said, calibration_error)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            (
                model.hash,
                model.at,
                model.keeps,
                model.skips,
                model.said,
                model.calibration_error,
            ),
        ).lastrowid
        connection.execute("DELETE FROM interest_models WHERE key < ?", (key,))
        write_scores(connection, int(key or 0), scored)


@translating
def confirm_model(connection: sqlite3.Connection, model: Learned, said: int) -> None:
    """Record that the current model also reflects later lines of the journal."""
    with writing(connection):
        connection.execute("UPDATE interest_models SET said = ? WHERE key = ?", (said, model.key))


@translating
def add_scores(connection: sqlite3.Connection, model: int, scored: Iterable[InterestScore]) -> None:
    """Write more scores of the model with a key, in one transaction."""
    with writing(connection):
        write_scores(connection, model, scored)


def write_scores(
    connection: sqlite3.Connection, model: int, scored: Iterable[InterestScore]
) -> None:
    """Write scores unless another model has become current; the caller holds the transaction."""
    if connection.execute(f"SELECT {CURRENT_MODEL}").fetchone()[0] != model:
        return
    connection.executemany(
        _WRITE,
        [(one.key, model, one.score, one.merit, evidence_text(one.evidence)) for one in scored],
    )


@translating
def forget_model(connection: sqlite3.Connection) -> None:
    """Make no model current; the decisions stay."""
    with writing(connection):
        connection.execute("DELETE FROM interest_models")
