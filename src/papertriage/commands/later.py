"""Postpone papers."""

from __future__ import annotations

from papertriage.commands import _options as o
from papertriage.commands._deciding import decide_all


def command(ids: o.Ids) -> None:
    """Postpone papers: they come back on another day, and teach nothing until then."""
    decide_all(ids, "later")
