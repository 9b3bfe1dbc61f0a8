"""Order papers by how well they fit and how new they are."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache

# A paper that waits loses half of its odds to be picked every week. Because all papers fade alike,
# their order never changes with time, and one index on this number serves every day.
_HALF_LIFE_DAYS = 7.0


def merit(score: float, came: str) -> float:
    """Return the order in which papers are picked: log2 of the score, plus weeks since 1970."""
    return round(math.log2(max(score, 1e-6)) + _half_lives(came), 6)


# The papers of a batch came at one time, and each has as many scores as there are topics.
@lru_cache(maxsize=1_000)
def _half_lives(came: str) -> float:
    return datetime.fromisoformat(came).timestamp() / 86_400 / _HALF_LIFE_DAYS
