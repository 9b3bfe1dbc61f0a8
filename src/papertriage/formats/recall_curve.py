"""Draw a recall curve in plain characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

_WIDTH = 60
_HEIGHT = 10


def recall_curve(labels: Sequence[bool]) -> str:
    """Return 13 lines: the share of relevant papers found over the share of papers read.

    `labels` are those of all papers, in reading order.
    """
    found = [0, *accumulate(labels)]
    at = [found[round(column * len(labels) / _WIDTH)] for column in range(1, _WIDTH + 1)]
    heights = [round(_HEIGHT * count / found[-1]) for count in at]
    lines = []
    for level in range(_HEIGHT, 0, -1):
        marks = "".join(_mark(height, level) for height in heights)
        name = f"{100 * level // _HEIGHT}%" if level % 2 == 0 else ""
        lines.append(f"{name:>6} |{marks}".rstrip())
    lines.append(f"{'0%':>6} +{'-' * _WIDTH}")
    lines.append(f"{'':8}{'read: 0%':<{_WIDTH // 2 - 2}}{'50%':<{_WIDTH // 2 - 2}}100%")
    return "\n".join(["found", *lines, ""])


def _mark(height: int, level: int) -> str:
    if height == level:
        return "*"
    return "." if height > level else " "
