"""Define the functions that score papers as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from papertriage.cache.announced import Merit
from papertriage.models import Paper, TopicScore

Scorers = Callable[[Sequence[Paper]], Sequence[Sequence[TopicScore]]]
"""Map papers to the scores of each."""


class InterestScorer(NamedTuple):
    """The key of the current model, and its function from papers to the score of each."""

    model: int
    score: Callable[[Sequence[Paper]], Sequence[TopicScore]]


@dataclass(frozen=True, slots=True)
class Scoring:
    """How to score papers as they are stored; without `tagged`, new ones wait for retag()."""

    score: Scorers
    merit: Merit
    interest: InterestScorer | None = None
    tagged: bool = True
