"""Skip papers."""

from __future__ import annotations

from papertriage.commands import _options as o
from papertriage.commands._deciding import decide_all


def command(ids: o.Ids) -> None:
    """Skip papers: they do not come back, and teach `today` to rank their like lower."""
    decide_all(ids, "skip")
