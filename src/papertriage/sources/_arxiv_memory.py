"""Remember between which announcements arXiv's papers are complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_COUNTED, _BUSY = 10, 3


@dataclass(frozen=True, slots=True)
class Memory:
    """The state of the last fetch: all papers announced from first to last are stored.

    confirmed is the announcement up to which OAI-PMH had them, highest the number of the newest
    paper, and counts the number of papers announced on each of the last days.
    """

    first: date | None = None
    last: date | None = None
    confirmed: date | None = None
    highest: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def memory_of(remembered: Mapping[str, str]) -> Memory:
    """Read the memory from a feed's state; malformed values are ignored."""
    first, last, confirmed = (
        _date(remembered.get(key, "")) for key in ("whole-from", "whole-to", "confirmed")
    )
    if first is None or last is None or last < first:
        return Memory()
    try:
        counts = {
            str(day): int(number)
            for day, number in json.loads(remembered.get("counts", "{}")).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        counts = {}
    return Memory(first, last, confirmed, remembered.get("highest", ""), counts)


def state_of(memory: Memory) -> dict[str, str]:
    """Return the memory as a feed's state, to be read by memory_of()."""
    days = {"whole-from": memory.first, "whole-to": memory.last, "confirmed": memory.confirmed}
    return {
        **{key: day.isoformat() if day else "" for key, day in days.items()},
        "highest": memory.highest,
        "counts": json.dumps(dict(sorted(memory.counts.items())[-_COUNTED:])),
    }


def is_busy(counts: Mapping[str, int]) -> bool:
    """Return whether, given these counts, an announcement without papers is unlikely."""
    return bool(counts) and sum(counts.values()) >= _BUSY * len(counts)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
