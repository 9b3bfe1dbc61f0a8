"""Report how well past days were ranked as JSON, one window or day per line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from papertriage.ranking.scoreboard import (
    WAYS,
    Mean,
    Reliability,
    Scoreboard,
    ScoreboardWindow,
    ScoredDay,
)

_DIGITS = 6


def scoreboard_json(board: Scoreboard) -> str:
    """Return one object; unknown values are null."""
    head = {
        "schema": 1,
        "first": board.first,
        "last": board.last,
        "retrained_every": board.retrained_every,
        "shown": asdict(board.shown),
        "reliability": board.reliability and _reliability(board.reliability),
    }
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lists = {"windows": map(_window, board.windows), "days": map(_day, board.days)}
    for key, values in lists.items():
        lines = ",\n".join(map(json.dumps, values))
        parts.append(f'"{key}": [\n{lines}\n]' if lines else f'"{key}": []')
    return "{" + ",\n".join(parts) + "}\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _means(ways: Mapping[str, Mapping[str, Mean]]) -> dict[str, Any]:
    return {
        way: {
            measure: {
                "value": _rounded(mean.value),
                "low": _rounded(mean.low),
                "high": _rounded(mean.high),
                "days": mean.days,
            }
            for measure, mean in measures.items()
        }
        for way, measures in ways.items()
    }


def _window(window: ScoreboardWindow) -> dict[str, Any]:
    return {
        "name": window.name,
        "first": window.first,
        "days": window.days,
        "compared": window.compared,
        "alike": window.alike,
        "ways": _means(window.ways),
        "ahead": _means(window.ahead),
    }


def _day(day: ScoredDay) -> dict[str, Any]:
    ways = {way: day.ways.get(way) for way in WAYS}
    return {
        "day": day.day,
        "judged": day.judged,
        "kept": day.kept,
        "new": day.new,
        "unjudged": day.unjudged,
        "shown": asdict(day.shown),
        "learned_from": day.learned_from,
        "ways": {
            way: found and {name: _rounded(value) for name, value in asdict(found).items()}
            for way, found in ways.items()
        },
    }


def _reliability(found: Reliability) -> dict[str, Any]:
    return {
        "papers": found.papers,
        "expected": _rounded(found.expected),
        "kept": found.kept,
        "error": _rounded(found.error),
        "bins": [{**asdict(one), "expected": _rounded(one.expected)} for one in found.bins],
    }
