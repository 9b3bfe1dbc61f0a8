"""Keep papers."""

from __future__ import annotations

from papertriage.commands import _options as o
from papertriage.commands._deciding import decide_all


def command(ids: o.Ids) -> None:
    """Keep papers: they are yours, leave the picks, and teach `today` to rank their like higher."""
    decide_all(ids, "keep")
