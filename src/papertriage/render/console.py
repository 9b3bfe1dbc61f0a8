"""Create the rich console, without markup, emoji codes or highlighting."""

from __future__ import annotations

import io
import sys

from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Return a console on standard output or error, which must be a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        # A terminal that is not UTF-8 shows é as \\xe9 instead of raising an error.
        stream.reconfigure(errors="backslashreplace")
    return Console(
        file=stream,
        force_terminal=True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
