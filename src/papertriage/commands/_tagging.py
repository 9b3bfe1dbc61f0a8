"""Show how far the tags of the cache are, and how to go on where that was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from papertriage.render.terminal import note, progress


@contextmanager
def tagging(what: str = "tagging the cache") -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar; where tagging is stopped, say what was done and what goes on from there."""
    done, whole = 0, 0
    with progress(what) as moved:

        def advance(n: int, total: int | None) -> None:
            nonlocal done, whole
            done, whole = done + n, total or whole
            moved(n, total)

        try:
            yield advance
        except (KeyboardInterrupt, SystemExit):
            of = f" of {whole:,}" if whole else ""
            note(
                f"stopped: {done:,}{of} papers are tagged;"
                " `papertriage topics retag` goes on from there"
            )
            raise
