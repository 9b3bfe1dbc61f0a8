"""Find how many papers to show for a share of what would be kept, or for some minutes."""

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
    """How many papers to show, of those that came after a time (UTC), and what to expect."""

    papers: int
    since: str
    lines: tuple[str, ...]


def for_recall(
    connection: sqlite3.Connection, day: date, filters: Filters, recall: float, *, again: bool
) -> ReadingPlan:
    """Show as many of the new papers as hold so much of what would be kept of them.

    What is new came after the picks of the last day before this one were chosen. A paper's
    probability is how much of it is expected to be kept. Raises InputError before there is enough
    to learn from.
    """
    model = active_model(connection)
    if model is None:
        msg = f"--recall requires {needed_line(connection)}, to know what you would keep"
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
        f"that is {share:.0%} of what you would keep of them; {_from(model)}",
    ]
    if unscored := count_unscored(connection, since):
        without = counted(unscored, "more new paper")
        lines.append(f"{without} without a score: `papertriage topics retag` scores all")
    return ReadingPlan(max(1, papers + done), since, tuple(lines))


def for_minutes(
    connection: sqlite3.Connection, day: date, filters: Filters, minutes: float, *, again: bool
) -> ReadingPlan:
    """Show as many papers as can be decided in so many minutes."""
    pace = reading_pace(connection)
    papers = pace.papers_in(minutes)
    whose = "your pace" if pace.decisions else "a guess until your own pace is known"
    took = f"{counted(papers, 'paper')} in {minutes:g} minutes, at {pace.seconds:.0f} s each"
    model = active_model(connection)
    if model is None:
        unknown = f"what you would keep of them takes {needed_line(connection)}"
        return ReadingPlan(papers, "", (f"{took} ({whose})", unknown))
    found = ranked_candidates(
        connection, reader_day(day), filters._replace(limit=papers), again=again
    )
    left = _kept(sum(candidate.score for candidate in found), len(found))
    expected = f"expected: {counted(len(found), 'paper')}, {left}"
    return ReadingPlan(papers, "", (f"{took} ({whose})", expected, _from(model)))


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
