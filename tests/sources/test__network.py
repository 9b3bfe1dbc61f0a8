from __future__ import annotations

import socket
import threading
import time

import pytest

from papertriage.errors import Offline
from papertriage.sources import _network
from papertriage.sources._network import Network, Target, current, shared


def loopback(_host):
    return ("127.0.0.1",)


def nowhere(_host):
    return ()


def target(name, port, resolve=loopback):
    return Target(name, name, port, resolve)


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def closed():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def joined(*targets):
    network = Network()
    for one in targets:
        network.join(one)
    return network


def test_a_host_that_cannot_be_reached_is_its_own_fault_where_another_can(port, closed):
    dead = target("dead.example", closed)
    network = joined(dead, target("unknown.example", 80, nowhere), target("alive.example", port))
    assert network.is_offline(dead, "Connection refused") is False
    assert network.reached
    network.raise_if_offline()
    network.probe()


def test_a_machine_is_offline_where_no_host_can_be_reached(closed):
    dead = target("dead.example", closed)
    network = joined(dead, dead, target("unknown.example", 80, nowhere))
    assert network.is_offline(dead, "name resolution failed") is True
    line = (
        "offline: none of dead.example, unknown.example can be reached "
        "(name resolution failed): connect and try again"
    )
    with pytest.raises(Offline, match=r"^offline: ") as caught:
        network.raise_if_offline()
    assert str(caught.value) == line
    # Found out once, and for all of them.
    with pytest.raises(Offline):
        network.probe()
    assert network.is_offline(dead, "another cause") is True


def test_one_host_and_many_hosts_make_one_line():
    alone = joined(target("a.example", 80, nowhere))
    with pytest.raises(Offline) as caught:
        alone.probe()
    assert str(caught.value) == (
        "offline: a.example cannot be reached (name resolution failed): connect and try again"
    )
    many = joined(*(target(f"{name}.example", 80, nowhere) for name in "abcdef"))
    with pytest.raises(Offline, match=r"none of a\S+, b\S+, c\S+, d.example and 2 more can be"):
        many.probe()


def test_hosts_that_say_nothing_are_tried_together_and_not_for_long(monkeypatch):
    monkeypatch.setattr(_network, "_FIRST", 0.3)
    never = threading.Event()

    def hangs(_host):
        never.wait(20)
        return ()

    network = joined(*(target(f"{n}.example", 80, hangs) for n in range(9)))
    begun = time.monotonic()
    with pytest.raises(Offline, match=r"\((no answer|name resolution took too long)\)"):
        network.probe()
    assert time.monotonic() - begun < 5
    never.set()


def test_once_a_host_was_reached_nobody_is_offline(closed):
    dead = target("dead.example", closed)
    network = joined(dead)
    assert network.connect_timeout(10.0) < 3
    assert network.connect_timeout(0.5) == 0.5
    network.reached = True
    assert network.connect_timeout(10.0) == 10.0
    assert network.is_offline(dead, "Connection refused") is False
    network.probe()


def test_others_are_tried_while_the_first_is_silent(monkeypatch, port):
    monkeypatch.setattr(_network, "_OTHERS_AFTER", 0.05)
    silent = target("silent.example", 80, nowhere)
    seen = threading.Event()

    def looks(_host):
        seen.set()
        return ("127.0.0.1",)

    network = joined(silent, target("alive.example", port, looks))
    with network.trying_others(silent):
        assert seen.wait(20)
    assert network.is_offline(silent, "no answer") is False
    seen.clear()
    with network.trying_others(silent):
        assert not seen.wait(0.2)


def test_what_is_made_together_shares_a_network():
    with shared():
        one, other = current(), current()
    assert one is other
    assert current() is not one
    assert current() is not current()
