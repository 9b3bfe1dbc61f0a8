"""End on a signal at any moment with 130, 143 or 129, without a traceback."""

from __future__ import annotations

# Not signal: it imports enum first, some milliseconds in which a Ctrl-C would be a traceback.
import _signal  # type: ignore[import-not-found]  # the standard library's own, without types
import atexit
import os
import sys
import time
from _thread import get_ident, start_new_thread

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SOON, _SELDOM = 0.02, 1.0
"""Seconds until a signal is raised again that something has swallowed: first, and at most."""

_came: list[int] = []
_reminders: list[int] = []


class Ended(SystemExit):
    """A signal ends the process: it unwinds, so transactions roll back and locks are freed."""


def watch() -> None:
    """Let signals end the process from now on; one that is ignored, as by nohup, stays ignored."""
    for number in _watched():
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, _end)
    sys.unraisablehook = _unraisable
    # Registered before anything else, so that it comes last. The interpreter puts the system's
    # own handlers back at its very end, and a signal would then change the exit code.
    atexit.register(_ignore)


def leave() -> None:
    """Say that all is done: a signal finds nothing more to unwind, and ends the process at once."""
    for number in _watched():
        if _signal.getsignal(number) is _end:
            _signal.signal(number, _end_at_once)


def came() -> int:
    """Return the exit code of the last signal that came; 0 where none did."""
    return 128 + _came[-1] if _came else 0


def check() -> None:
    """Raise Ended where a signal came whose first Ended was swallowed, as SQLite does in a call.

    It does nothing in what cleans up after a signal. Called before what cannot be taken back, and
    before an error is taken for a fault.
    """
    if _came and not _unwinding():
        raise Ended(came())


def _watched() -> list[int]:
    return [getattr(_signal, name) for name in _NAMES if hasattr(_signal, name)]


def _end(number: int, _frame: object) -> None:
    if _reminders:
        _reminders.clear()
        check()
        return
    _came.append(number)
    if len(_came) == 1:
        try:  # noqa: SIM105 - contextlib is not imported yet where a signal comes early
            start_new_thread(_remind, (get_ident(), number))
        except RuntimeError:  # at the limit of a user's processes
            pass
    raise Ended(came())


def _end_at_once(number: int, _frame: object) -> None:
    os._exit(128 + number)


def _ignore() -> None:
    for number in _watched():
        if _signal.getsignal(number) in {_end, _end_at_once}:
            _signal.signal(number, _signal.SIG_IGN)


def _remind(thread: int, number: int) -> None:
    """Send the signal again and again, for who swallowed the exception goes on as if nothing was.

    C code that calls Python may drop it, and so do `__del__` and the end of a generator.
    """
    pause = _SOON
    while _signal.getsignal(number) is _end:
        time.sleep(pause)
        pause = min(2 * pause, _SELDOM)
        _reminders.append(number)
        _signal.pthread_kill(thread, number)


def _unwinding() -> bool:
    error = sys.exception()
    while error is not None:
        if isinstance(error, Ended):
            return True
        error = error.__context__
    return False


def _unraisable(fault: sys.UnraisableHookArgs) -> None:
    if not isinstance(fault.exc_value, Ended):
        sys.__unraisablehook__(fault)
