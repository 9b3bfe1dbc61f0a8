"""Limit the time that reading an answer may take."""

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
# Python ignores an exception raised in a destructor: raise it again after a second.
_AGAIN = 1.0

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Expired(BaseException):
    """Not an Exception, so that no library catches it."""


def in_time(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a function that reads an answer: it raises SourceError after 20 s."""

    @wraps(function)
    def limited(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with time_limit():
            return function(*args, **kwargs)

    return limited


@contextmanager
def time_limit(seconds: float | None = None) -> Iterator[None]:
    """Raise SourceError in the body after some seconds (20 s); limits may be nested.

    In the main thread a signal interrupts even a regular expression. On Windows and in other
    threads a call of a C function must end first.
    """
    seconds = SECONDS if seconds is None else seconds
    limit = _thrown(seconds)
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        if signal.getitimer(signal.ITIMER_REAL)[0]:
            # The outer limit ends both.
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
    """Raise the exception in this thread from another one."""
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
        # An exception raised only now is too late; at most one can arrive here.
        for last in (ended.set, watch.join):
            try:
                last()
            except _Expired:
                last()
        # Delivered in a call. To clear it with None would leave Python 3.11's flag for pending
        # exceptions set for good, which is an endless loop under a tracer.
        try:  # noqa: SIM105 - to enter suppress() is a call as well
            ended.is_set()
        except _Expired:
            pass
