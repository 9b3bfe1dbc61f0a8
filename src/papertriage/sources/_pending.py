"""Keep track of which parts of a window are still to be fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from papertriage.errors import InputError
from papertriage.sources.contract import Window

# Their key in a feed's state.
PENDING = "pending"
# Adjacent spans are merged; only many failed windows far apart could exceed this.
_MOST = 16


@dataclass(frozen=True, slots=True)
class PendingSpan:
    """A part of a window, both ends included; token is the server's resumption token."""

    since: datetime
    until: datetime
    token: str = ""


def requested_span(window: Window, now: datetime, earliest: datetime) -> PendingSpan:
    """Return the window with both ends; raise InputError if it ends before it begins."""
    since = max((window.since or earliest).astimezone(UTC), earliest)
    until = (window.until or now).astimezone(UTC)
    if since > until:
        msg = f"the window ends ({until:%Y-%m-%d %H:%M}) before it begins ({since:%Y-%m-%d %H:%M})"
        raise InputError(msg)
    return PendingSpan(since, until)


def spans_to_fetch(remembered: str, own: PendingSpan) -> list[PendingSpan]:
    """Return the spans left by an earlier fetch, then this one's, without overlaps."""
    left: list[PendingSpan] = []
    for span in _read(remembered):
        if span.token:
            # The token continues to the end of its span: only the rest is left to ask.
            if span.since <= own.since <= span.until:
                own = replace(own, since=max(own.since, min(span.until, own.until)))
        elif span.since <= own.since <= span.until:
            own = replace(own, since=span.since, until=max(span.until, own.until))
            continue
        elif own.since <= span.since and span.until <= own.until:
            continue
        left.append(span)
    return [*left, own]


def pending_state(spans: Sequence[PendingSpan]) -> dict[str, str]:
    """Return the state that records which spans are still to be fetched."""
    if len(spans) > _MOST:
        spans = [PendingSpan(min(one.since for one in spans), max(one.until for one in spans))]
    parts = [[one.since.isoformat(), one.until.isoformat(), one.token] for one in spans]
    return {PENDING: json.dumps(parts) if parts else ""}


def _read(remembered: str) -> list[PendingSpan]:
    """Return the remembered spans, none if they cannot be read."""
    try:
        parts = json.loads(remembered or "[]")
        spans = [
            PendingSpan(datetime.fromisoformat(since), datetime.fromisoformat(until), str(token))
            for since, until, token in parts
        ]
    except (ValueError, TypeError, RecursionError):
        return []
    return [span for span in spans if span.since.tzinfo and span.until.tzinfo]
