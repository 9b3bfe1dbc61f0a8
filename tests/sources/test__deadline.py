from __future__ import annotations

import socket

from papertriage.sources._deadline import Deadline


class Stream:
    def __init__(self, end):
        self.end = end

    def get_extra_info(self, _):
        return self.end


def test_a_blocked_read_ends_with_the_deadline():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.05) as deadline:
        deadline.watch("connection.connect_tcp.complete", {"return_value": Stream(ours)})
        assert ours.recv(1) == b""
        assert deadline.passed


def test_a_connection_made_too_late_is_shut_at_once():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.0) as deadline:
        deadline._timer.join()
        deadline.watch("connection.start_tls.complete", {"return_value": Stream(ours)})
        assert ours.recv(1) == b""


def test_an_exchange_in_time_leaves_its_connection_open():
    ours, theirs = socket.socketpair()
    deadline = Deadline(60.0)
    with ours, theirs:
        with deadline:
            deadline.watch("connection.connect_tcp.complete", {"return_value": Stream(ours)})
            deadline.watch("http11.send_request_headers.started", {})
        theirs.send(b"x")
        assert ours.recv(1) == b"x"
    assert not deadline.passed


def test_a_connection_that_is_already_gone_is_no_error():
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()
    with Deadline(0.0) as deadline:
        deadline.watch("connection.connect_tcp.complete", {"return_value": Stream(ours)})
        deadline._timer.join()
    assert deadline.passed
