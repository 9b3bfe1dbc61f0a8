"""The readable model file: terms, weights, thresholds and measured quality, checked by a hash."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from papertriage.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MAGIC = "papertriage-model 1"
_DIVIDER = b"\n---\n"


@dataclass(frozen=True, slots=True)
class Quality:
    """What cross-validation measured on the labelled papers at the shipped threshold."""

    labelled: int
    positives: int
    average_precision: float
    precision: float
    recall: float
    f1: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Cut:
    """What a threshold is expected to keep of a day's papers."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class TopicModel:
    """One topic's numbers; its weights stand in the term table.

    `base` is the calibrated log-odds of a paper without any known term. Without an abstract every
    contribution is multiplied by `title_scale` and `title_shift` is added.
    """

    name: str
    threshold: float
    base: float
    title_scale: float
    title_shift: float
    prevalence: float
    precision: float
    recall: float
    trained_on: Mapping[str, int]
    quality: Quality | None
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class TermTable:
    """Terms of one vocabulary: term -> (squared idf, idf x weight per topic in `topics` order)."""

    topics: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """Topics with the term tables that score them; `hash` changes when any number changes."""

    topics: dict[str, TopicModel]
    tables: tuple[TermTable, ...]
    hash: str
    source: Mapping[str, tuple[float, ...]] = field(repr=False, compare=False, default_factory=dict)
