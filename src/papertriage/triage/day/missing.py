"""Bound how many papers of some days were missed, or say that too little is known."""

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
    """Return a sentence on the papers that came on these days, or None where none came.

    It speaks of what you would have kept among those that are undecided. The decisions are taken
    in the order in which they were made; the bound is that of ranking.stopping.
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
    """Return the better of two bounds: by the order of reading, and by audits where there are any.

    With both, each has half of the error (Bonferroni), so that one of them may be chosen by looking
    at it. Half of what the order has is left for choosing among windows: papers read in an order of
    chance, the worst that is assumed, kept within 84 % of the bounds at 90 % and 92 % of these.
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
