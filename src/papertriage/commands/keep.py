"""Keep papers."""

from __future__ import annotations

from papertriage.commands import _options as o
from papertriage.commands._deciding import decide_all


def command(ids: o.Ids) -> None:
    """Keep papers: they are yours, and leave the picks."""
    decide_all(ids, "keep")
