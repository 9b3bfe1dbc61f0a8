"""Plan how many papers to show for a given recall or a number of minutes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from papertriage.cache import picks
from papertriage.cache.interest import count_unscored
from papertriage.errors import InputError
from papertriage.models import Filters, Learned
from papertriage.text import counted
from papertriage.triage.choosing import reader_day
from papertriage.triage.day.picking import ranked_candidates
from papertriage.triage.pace import reading_pace
from papertriage.triage.teaching.interest import active_model, needed_line


class ReadingPlan(NamedTuple):
    """How many of the papers received since a time (UTC) to show, and what to expect."""

    papers: int
    since: str
    lines: tuple[str, ...]


def for_recall(
    connection: sqlite3.Connection, day: date, filters: Filters, recall: float, *, again: bool
) -> ReadingPlan:
    """Plan to show enough new papers to include the share `recall` of those that would be kept.

    New papers were received after the previous day's picks were chosen. The expected number of
    keeps is the sum of the papers' scores. Raises InputError if there are too few decisions.
    """
    model = active_model(connection)
    if model is None:
        msg = f"--recall requires {needed_line(connection)} to learn what you would keep"
        raise InputError(msg)
    today = reader_day(day)
    since = picks.last_picked_at(connection, today.date) or ""
    found = ranked_candidates(
        connection, today, filters._replace(limit=0), again=again, since=since
    )
    scores = [candidate.score for candidate in found]
    papers = _enough(scores, recall)
    expected, total = sum(scores[:papers]), sum(scores)
    done = len(picks.decided_ranks(connection, today))
    share = expected / total if total else 1.0
    lines = [
        f"expected: {papers:,} of {counted(len(scores), 'new paper')}, {_kept(expected, papers)}",
        f"that is {share:.0%} of those you would keep ({_calibration(model)})",
    ]
    if unscored := count_unscored(connection, since):
        without = counted(unscored, "more new paper")
        lines.append(f"{without} without a score: run `papertriage topics retag` to score all")
    return ReadingPlan(max(1, papers + done), since, tuple(lines))


def for_minutes(
    connection: sqlite3.Connection, day: date, filters: Filters, minutes: float, *, again: bool
) -> ReadingPlan:
    """Plan to show as many papers as can be decided in a number of minutes."""
    pace = reading_pace(connection)
    papers = pace.papers_in(minutes)
    whose = "your pace" if pace.decisions else "a guess until your own pace is known"
    took = f"{counted(papers, 'paper')} in {minutes:g} minutes, at {pace.seconds:.0f} s each"
    model = active_model(connection)
    if model is None:
        unknown = f"predicting what you would keep requires {needed_line(connection)}"
        return ReadingPlan(papers, "", (f"{took} ({whose})", unknown))
    found = ranked_candidates(
        connection, reader_day(day), filters._replace(limit=papers), again=again
    )
    left = _kept(sum(candidate.score for candidate in found), len(found))
    expected = f"expected: {counted(len(found), 'paper')}, {left}"
    return ReadingPlan(papers, "", (f"{took} ({whose})", expected, _calibration(model)))


def _kept(expected: float, papers: int) -> str:
    precision = f"{expected / papers:.2f}" if papers else "unknown"
    return f"{expected:.0f} of which you would keep (precision {precision})"


def _calibration(model: Learned) -> str:
    return (
        f"calibration error {model.calibration_error:.2f} on {counted(model.decisions, 'decision')}"
    )


def _enough(scores: Sequence[float], recall: float) -> int:
    """Return how many of the first papers add up to a share of the sum of all scores."""
    wanted, held = recall * sum(scores), 0.0
    for number, score in enumerate(scores):
        # 1e-9 absorbs rounding errors.
        if held >= wanted - 1e-9:
            return number
        held += score
    return len(scores)
