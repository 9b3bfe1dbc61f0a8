"""Draw what a new version changed, word by word."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from papertriage.formats.word_diff import stretches
from papertriage.text import visible

_STYLES = {"same": "", "gone": "red strike", "new": "bold green"}
_WIDEST = 100


def draw(console: Console, heading: str, pairs: list[tuple[str, str]]) -> None:
    """Print a heading and, for each pair of texts, the diff."""
    console.print(Text(visible(heading), "dim"))
    for old, new in pairs:
        line = Text(overflow="fold")
        for change, words in stretches(visible(old), visible(new)):
            line.append(words, _STYLES[change])
            line.append(" ")
        console.print(line, width=min(console.width, _WIDEST))
        console.print()
