from __future__ import annotations

import re
import signal
import threading
import time
from contextlib import suppress

import pytest

from papertriage.errors import SourceError
from papertriage.sources import _time_limit
from papertriage.sources._time_limit import in_time, time_limit

LINE = r"the answer cannot be read within 0\.2 s: is the address right\?"


def busy() -> None:
    while True:
        # A library that takes whatever goes wrong for bad input.
        with suppress(Exception):
            sum(range(100))


def elsewhere(work) -> list[object]:
    """Return what a function returned, or raised, in another thread."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except SourceError as error:
            found.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return found


def limited() -> None:
    with time_limit(0.2):
        busy()


def test_a_loop_that_never_ends_is_ended_with_one_line():
    with pytest.raises(SourceError, match=LINE):
        limited()


def test_a_loop_is_ended_in_any_thread():
    (line,) = elsewhere(limited)
    assert re.fullmatch(LINE, str(line))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="waits for the end of one call of C")
def test_a_regular_expression_is_ended_too():
    with pytest.raises(SourceError, match="cannot be read within"), time_limit(0.2):
        re.search(r"(a+)+b", "a" * 40)


def test_a_second_signal_comes_where_the_first_was_lost(monkeypatch):
    monkeypatch.setattr(_time_limit, "_AGAIN", 0.05)

    def lossy() -> None:
        with time_limit(0.2):
            for _ in range(2):
                # As Python does in a destructor.
                with suppress(BaseException):
                    busy()
            busy()

    with pytest.raises(SourceError, match=LINE):
        lossy()
    assert re.fullmatch(LINE, str(elsewhere(lossy)[0]))


@pytest.mark.parametrize("run", [lambda work: [work()], elsewhere])
def test_what_ends_in_time_is_returned_and_nothing_comes_later(run):
    @in_time
    def quick(number: int) -> int:
        return number + 1

    def work() -> int:
        with time_limit(0.05):
            found = quick(1)
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            sum(range(10))
        return found

    assert run(work) == [2]


def test_the_outer_limit_holds_within_an_inner_one():
    with pytest.raises(SourceError, match=LINE), time_limit(0.2), time_limit(60):
        busy()


def test_another_error_is_passed_on():
    with pytest.raises(KeyError), time_limit(60):
        raise KeyError
    assert elsewhere(in_time(lambda: 3)) == [3]


def test_the_handler_of_before_is_put_back():
    if not hasattr(signal, "SIGALRM"):
        pytest.skip("no such signal here")
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(60):
        assert signal.getsignal(signal.SIGALRM) != before
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
