"""Order papers by score and age."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache

# A waiting paper's odds of being picked halve every week. Because all papers fade alike, their
# order never changes with time, and one index on this number serves every day.
_HALF_LIFE_DAYS = 7.0


def merit(score: float, came: str) -> float:
    """Return the sort key for picks: log2 of the score, plus weeks since 1970."""
    return round(math.log2(max(score, 1e-6)) + _half_lives(came), 6)


# Papers of a batch share one time, and each has as many scores as there are topics.
@lru_cache(maxsize=1_000)
def _half_lives(came: str) -> float:
    return datetime.fromisoformat(came).timestamp() / 86_400 / _HALF_LIFE_DAYS
