"""End the reading of an answer that takes too long."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import ParamSpec, TypeVar

from papertriage.errors import SourceError

SECONDS = 20.0
"""A feed of 10 MB takes 5 s, and 12 s on a busy machine."""
# Python drops an exception that is raised while an object is taken apart: then it comes once more.
_AGAIN = 1.0

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Expired(BaseException):
    """What `except Exception`, in a library, lets pass."""


def in_time(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate what reads an answer: it raises SourceError after 20 s."""

    @wraps(function)
    def limited(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with time_limit():
            return function(*args, **kwargs)

    return limited


@contextmanager
def time_limit(seconds: float | None = None) -> Iterator[None]:
    """Raise SourceError in the body once it has taken so long (20 s); limits may be nested.

    In the main thread a signal ends loops and regular expressions alike. Where there is no such
    signal (Windows), and in other threads, a single call of a C function is waited for.
    """
    seconds = SECONDS if seconds is None else seconds
    limit = _thrown(seconds)
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        if signal.getitimer(signal.ITIMER_REAL)[0]:
            # The one around it ends both.
            yield
            return
        limit = _alarm(seconds)
    try:
        with limit:
            yield
    except _Expired:
        msg = f"the answer cannot be read within {seconds:g} s: is the address right?"
        raise SourceError(msg) from None


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise _Expired


if sys.platform != "win32":

    @contextmanager
    def _alarm(seconds: float) -> Iterator[None]:
        handler = signal.signal(signal.SIGALRM, _expire)
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)


@contextmanager
def _thrown(seconds: float) -> Iterator[None]:
    """Throw the exception into this thread from another one."""
    import ctypes

    target = ctypes.c_ulong(threading.get_ident())
    ended = threading.Event()

    def throw() -> None:
        wait = seconds
        while not ended.wait(wait):
            wait = _AGAIN
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(_Expired))

    watch = threading.Thread(target=throw, daemon=True)
    watch.start()
    try:
        yield
    finally:
        # What is thrown only now has come too late; it comes once at most in so short a time.
        for last in (ended.set, watch.join):
            try:
                last()
            except _Expired:
                last()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)
