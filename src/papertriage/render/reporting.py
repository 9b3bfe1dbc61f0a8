"""Show the progress of storing or tagging papers, and where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from papertriage.cache.papers import Stored
from papertriage.render.terminal import note, progress, stderr_on_terminal
from papertriage.text import counted

# One batch: for smaller files the receipt is enough.
_WORTH_A_LINE = 500


@contextmanager
def storing(what: str, *, lines: bool) -> Iterator[Callable[[Stored, int | None], None]]:
    """Show how many papers are stored: a bar on a terminal, else (with `lines`) a line per batch.

    A batch is counted only once it is on disk.
    """
    with progress(what, None) as moved:
        before = 0

        def advance(stored: Stored, total: int | None) -> None:
            nonlocal before
            done = stored.papers
            moved(done - before, total)
            before = done
            if lines and done >= _WORTH_A_LINE and not stderr_on_terminal():
                note(f"stored {counted(done, 'paper')}")

        yield advance


@contextmanager
def tagging(what: str = "tagging the cache") -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar; if tagging is interrupted, say what was done and how to continue."""
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
                f"interrupted: {done:,}{of} papers are tagged: run `papertriage topics retag` to"
                " tag the rest"
            )
            raise
