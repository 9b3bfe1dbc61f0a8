"""Draw how well past days were ranked, with a bar for each day."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from papertriage.formats import scoreboard as said
from papertriage.ranking.scoreboard import Scoreboard

_BARS = "▁▂▃▄▅▆▇█"
_STYLES = {"head": "bold", "group": "bold magenta", "interest": "bold green", "note": "dim"}
_WIDEST = 100


def draw(console: Console, board: Scoreboard) -> None:
    """Print means, bars, the last days and notes."""
    width = min(console.width, _WIDEST)
    # A terminal that is not UTF-8 shows digits instead of bars.
    marks = _BARS if console.encoding.lower().startswith("utf") else said.DIGITS
    for kind, line in said.lines(board, marks):
        console.print(Text(line, _STYLES.get(kind, "")), width=width)
