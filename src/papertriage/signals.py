"""End on a signal at any moment with 130, 143 or 129, without a traceback."""

from __future__ import annotations

# Not `signal`, which imports enum: a Ctrl-C in those milliseconds would print a traceback.
import _signal  # type: ignore[import-not-found]  # the standard library's own, without types
import atexit
import os
import sys
import time
from _thread import get_ident, start_new_thread

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SOON, _SELDOM = 0.02, 1.0
"""Seconds until a swallowed signal is raised again: the first delay, and the longest."""

_received: list[int] = []
_reminders: list[int] = []


class Ended(SystemExit):
    """Raised by a signal: the stack unwinds, so transactions roll back and locks are released."""


def watch() -> None:
    """Let signals end the process from now on; ignored ones (as by nohup) stay ignored."""
    for number in _watched():
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, _end)
    sys.unraisablehook = _unraisable
    # Registered first, so that it runs last. At its very end the interpreter restores the system's
    # handlers, and a signal would then change the exit code.
    atexit.register(_ignore)


def leave() -> None:
    """Let a signal end the process at once from now on: nothing is left to unwind."""
    for number in _watched():
        if _signal.getsignal(number) is _end:
            _signal.signal(number, _end_at_once)


def received() -> int:
    """Return the exit code for the last signal received, or 0 if there was none."""
    return 128 + _received[-1] if _received else 0


def check() -> None:
    """Raise Ended again if a signal's Ended was swallowed, for example by SQLite.

    Does nothing while an Ended unwinds. Called before steps that cannot be undone, and before an
    error is treated as a bug.
    """
    if _received and not _unwinding():
        raise Ended(received())


def _watched() -> list[int]:
    return [getattr(_signal, name) for name in _NAMES if hasattr(_signal, name)]


def _end(number: int, _frame: object) -> None:
    if _reminders:
        _reminders.clear()
        check()
        return
    _received.append(number)
    if len(_received) == 1:
        try:  # noqa: SIM105 - contextlib may not be imported yet
            start_new_thread(_remind, (get_ident(), number))
        except RuntimeError:  # the user's process limit is reached
            pass
    raise Ended(received())


def _end_at_once(number: int, _frame: object) -> None:
    os._exit(128 + number)


def _ignore() -> None:
    for number in _watched():
        if _signal.getsignal(number) in {_end, _end_at_once}:
            _signal.signal(number, _signal.SIG_IGN)


def _remind(thread: int, number: int) -> None:
    """Send the signal repeatedly, in case its exception was swallowed.

    C code that calls Python may drop it, and so do `__del__` and the closing of a generator.
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
