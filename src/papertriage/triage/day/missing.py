"""Estimate how many papers you missed, as an upper bound."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from papertriage import clock
from papertriage.cache.audits import ReadingTally, decided_between
from papertriage.ranking.stopping import Advice, advice, audit_bound
from papertriage.text import counted

CONFIDENCE = 0.9
_WEEK = 7


def missed_line(connection: sqlite3.Connection, first: date, last: date) -> str | None:
    """Return a sentence on how many papers of these days were missed, or None if there were none.

    Missed papers are undecided ones that you would have kept. The bound is that of
    ranking.stopping, from the decisions in the order in which they were made.
    """
    since, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
    decided = decided_between(connection, clock.stamp(since), clock.stamp(end))
    read = len(decided.ranked) + decided.audits
    if not read + decided.unread:
        return None
    when = _when(first, last)
    if not decided.unread:
        return f"Nothing missed {when}: {_all(read)} read."
    known = missed_bound(decided)
    papers = f"{read:,} of {counted(read + decided.unread, 'paper')} read"
    audits = f", {counted(decided.audits, 'audit')}" if decided.audits else ""
    if not known.known:
        return f"Too little is known to say what was missed {when}: {papers}{audits}."
    most = f"At most {known.missed_at_most:,}" if known.missed_at_most else "Nothing"
    return f"{most} missed {when}, {CONFIDENCE:.0%}: {papers}, {known.found:,} kept{audits}."


def missed_bound(decided: ReadingTally, confidence: float = CONFIDENCE) -> Advice:
    """Return the lower of two bounds: from the reading order, and from audits if there are any.

    With both, each gets half of the error (Bonferroni), so that the lower may be chosen. Half of
    the reading order's error covers the choice among windows: in random order, the worst case, 84%
    of the bounds held at 90%, and 92% of these.
    """
    error = (1 - confidence) / (2 if decided.audits else 1)
    ranked = advice(decided.ranked, decided.unread, confidence=1 - error / 2)
    most = ranked.missed_at_most
    if decided.audits:
        most = min(most, audit_bound(decided.hits, decided.audits, decided.unread, 1 - error))
    return Advice(
        read=ranked.read + decided.audits,
        found=ranked.found + decided.hits,
        unread=decided.unread,
        missed_at_most=most,
        confidence=confidence,
        enough=ranked.enough,
    )


def _all(read: int) -> str:
    return "the only paper was" if read == 1 else f"all {read:,} papers were"


def _when(first: date, last: date) -> str:
    days = (last - first).days + 1
    if days == 1:
        return f"on {first.isoformat()}"
    return "this week" if days == _WEEK else f"in {days} days"
