"""Remember between which announcements arXiv's papers are complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_COUNTED, _BUSY = 10, 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last fetch left: from and up to which announcement every paper has come.

    confirmed is the announcement up to which OAI-PMH has shown them, highest the number of the
    newest paper, counts are the papers announced on each of the last days.
    """

    first: date | None = None
    last: date | None = None
    confirmed: date | None = None
    highest: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def memory_of(remembered: Mapping[str, str]) -> Memory:
    """Return what a feed's state says; what it does not say well is not remembered."""
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
    """Return the state from which memory_of() reads it."""
    days = {"whole-from": memory.first, "whole-to": memory.last, "confirmed": memory.confirmed}
    return {
        **{key: day.isoformat() if day else "" for key, day in days.items()},
        "highest": memory.highest,
        "counts": json.dumps(dict(sorted(memory.counts.items())[-_COUNTED:])),
    }


def is_busy(counts: Mapping[str, int]) -> bool:
    """Say whether an announcement without any paper would be odd, after these."""
    return bool(counts) and sum(counts.values()) >= _BUSY * len(counts)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
