"""Find how many papers keep a promise: so much of what would be kept, or so many minutes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from papertriage.cache import picks as stored_picks
from papertriage.cache.interest import count_unscored
from papertriage.cache.journal import decision_times
from papertriage.errors import InputError
from papertriage.models import Filters, Learned
from papertriage.text import counted
from papertriage.triage.choosing import day_named
from papertriage.triage.day.picking import ranked
from papertriage.triage.teaching.interest import active_model, needed

USUAL_PACE = 30.0
"""Seconds a paper, where too few decisions say how fast their reader is."""
_PAUSE = 300.0
_LEAST_GAPS = 5
_LAST = 500
# Decisions of one command have times that are microseconds apart.
_ONE_COMMAND = 1.0


class Promise(NamedTuple):
    """How many papers to show, of those that came after a time (UTC), and what to expect."""

    papers: int
    since: str
    lines: tuple[str, ...]


def for_recall(
    connection: sqlite3.Connection, day: date, filters: Filters, recall: float, *, again: bool
) -> Promise:
    """Show as many of the new papers as hold so much of what would be kept of them.

    What is new came after the picks of the last day before this one were chosen. A paper's
    probability is how much of it is expected to be kept. Raises InputError before there is enough
    to learn from.
    """
    model = active_model(connection)
    if model is None:
        msg = f"--recall needs to know what you would keep: it takes {needed(connection)}"
        raise InputError(msg)
    today = day_named(day)
    since = stored_picks.last_picked_at(connection, today.date) or ""
    found = ranked(connection, today, filters._replace(limit=0), again=again, since=since)
    scores = [candidate.score for candidate in found]
    papers = _enough(scores, recall)
    expected, total = sum(scores[:papers]), sum(scores)
    done = len(stored_picks.decided_ranks(connection, today))
    share = expected / total if total else 1.0
    lines = [
        f"expected: {papers:,} of {counted(len(scores), 'new paper')}, {_kept(expected, papers)}",
        f"that is {share:.0%} of what you would keep of them; {_from(model)}",
    ]
    if unscored := count_unscored(connection, since):
        without = counted(unscored, "more new paper")
        lines.append(f"{without} without a score: `papertriage topics retag` scores all")
    return Promise(max(1, papers + done), since, tuple(lines))


def for_minutes(
    connection: sqlite3.Connection, day: date, filters: Filters, minutes: float, *, again: bool
) -> Promise:
    """Show as many papers as can be decided in so many minutes."""
    pace = _pace(decision_times(connection, _LAST))
    papers = max(1, int(minutes * 60 / (pace or USUAL_PACE)))
    whose = "your pace" if pace else "a guess until your own pace is known"
    took = f"{counted(papers, 'paper')} in {minutes:g} minutes, at {pace or USUAL_PACE:.0f} s each"
    model = active_model(connection)
    if model is None:
        unknown = f"what you would keep of them takes {needed(connection)}"
        return Promise(papers, "", (f"{took} ({whose})", unknown))
    found = ranked(connection, day_named(day), filters._replace(limit=papers), again=again)
    left = _kept(sum(candidate.score for candidate in found), len(found))
    expected = f"expected: {counted(len(found), 'paper')}, {left}"
    return Promise(papers, "", (f"{took} ({whose})", expected, _from(model)))


def _kept(expected: float, papers: int) -> str:
    precision = f"{expected / papers:.2f}" if papers else "unknown"
    return f"{expected:.0f} of which you would keep (precision {precision})"


def _from(model: Learned) -> str:
    return (
        f"from {counted(model.decisions, 'decision')}, off by {model.calibration_error:.2f} there"
    )


def _enough(scores: Sequence[float], recall: float) -> int:
    """Count the first papers that hold a share of all probability."""
    wanted, held = recall * sum(scores), 0.0
    for number, score in enumerate(scores):
        # Sums of the same numbers in another order differ in their last digit.
        if held >= wanted - 1e-9:
            return number
        held += score
    return len(scores)


def _pace(times: Sequence[str]) -> float | None:
    """Return the median of the seconds between decisions, pauses and batches set aside."""
    moments = [datetime.fromisoformat(time).timestamp() for time in times]
    gaps = [after - before for before, after in pairwise(moments)]
    own = [gap for gap in gaps if _ONE_COMMAND <= gap <= _PAUSE]
    return median(own) if len(own) >= _LEAST_GAPS else None
