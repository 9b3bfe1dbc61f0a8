"""Draw a progress bar on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from papertriage.text import visible


class Advance(Protocol):
    """Advance a bar, and set its total once that is known."""

    def __call__(self, n: int = 1, total: int | None = None) -> None:
        """Advance by n."""


@contextmanager
def bar(console: Console, description: str, total: int | None) -> Iterator[Advance]:
    """Show a bar until the block ends, then erase it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    progress = Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    with progress:
        task = progress.add_task(visible(description, 60), total=total)
        (shown,) = progress.tasks

        def advance(n: int = 1, total: int | None = None) -> None:
            # Set directly, because update() resets the speed when the total changes. The total of a
            # file is an estimate that changes with every batch, so no time would ever be shown.
            if total is not None:
                shown.total = total
            progress.update(task, advance=n)

        yield advance
