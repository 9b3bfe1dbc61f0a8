from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from papertriage.sources import _dialing
from papertriage.sources._dialing import dial, looked_up, why


@contextmanager
def listening(family=socket.AF_INET, address="127.0.0.1"):
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((address, 0))
        listener.listen()
        yield listener.getsockname()[1]


@contextmanager
def deaf():
    """Listen with a full backlog: whoever connects hears nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port
        for one in waiting:
            one.close()


def closed():
    with listening() as port:
        return port


def test_a_connection_is_made_to_the_address_that_is_given():
    with listening() as port, dial(["127.0.0.1"], port, 5.0) as connected:
        assert connected.getpeername() == ("127.0.0.1", port)
        assert connected.gettimeout() is None


@pytest.mark.parametrize("broken", [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]])
def test_an_address_that_refuses_gives_way_to_the_next_at_once(broken):
    with listening() as port:
        begun = time.monotonic()
        dial(broken, port, 20.0).close()
        assert time.monotonic() - begun < 10


def test_an_address_that_says_nothing_does_not_keep_the_others_waiting(monkeypatch):
    begin = _dialing._begin
    with deaf() as lost, listening() as port:

        def begun(one, address, port):
            # 192.0.2.0/24 is nobody's: as if what is sent there were lost on the way.
            nobody = address == "192.0.2.1"
            begin(one, "127.0.0.1" if nobody else address, lost if nobody else port)

        monkeypatch.setattr(_dialing, "_begin", begun)
        since = time.monotonic()
        dial(["192.0.2.1", "127.0.0.1"], port, 20.0).close()
        assert time.monotonic() - since < 10


def test_nobody_who_answers_is_an_end_in_time():
    begun = time.monotonic()
    with deaf() as port, pytest.raises(TimeoutError, match=_dialing.SILENT):
        dial(["127.0.0.1"], port, 0.3)
    assert time.monotonic() - begun < 3


def test_a_refusal_is_said():
    with pytest.raises(OSError, match="refused") as caught:
        dial(["127.0.0.1"], closed(), 5.0)
    assert why(caught.value) == "Connection refused"


def test_no_address_is_no_connection():
    with pytest.raises(TimeoutError):
        dial([], 80, 1.0)


def test_the_kinds_of_addresses_take_turns():
    given = ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.1"]
    assert _dialing._by_turns(given) == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]


def test_a_name_is_looked_up_within_its_time():
    assert looked_up("a", lambda _: ("192.0.2.1",), 5.0) == ("192.0.2.1",)
    with pytest.raises(OSError, match=_dialing.UNKNOWN):
        looked_up("a", lambda _: (), 5.0)
    never = threading.Event()
    with pytest.raises(TimeoutError, match=_dialing.SLOW):
        looked_up("a", lambda _: (str(never.wait(5)),), 0.05)
    never.set()
