"""Limit the total time of an HTTP exchange."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Deadline:
    """Shut a connection down after some seconds.

    httpx's timeouts apply to each read, so a server that sends a byte a second never triggers
    them; shutting the socket down ends a blocked read at once. `watch` is httpx's "trace"
    extension: it remembers the connection, which later exchanges may reuse.
    """

    def __init__(self, seconds: float) -> None:
        """Set the time limit of each exchange."""
        self.seconds = seconds
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def watch(self, event: str, info: dict[str, object]) -> None:
        """Remember the socket of a new connection; called by httpx for each step."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            stream = info["return_value"]
            self._socket = stream.get_extra_info("socket")  # type: ignore[attr-defined]  # httpcore.NetworkStream
            if self.passed:
                self._shut()

    def __enter__(self) -> Self:
        """Start the clock."""
        self.passed = False
        self._timer = threading.Timer(self.seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the clock."""
        assert self._timer is not None  # noqa: S101 - __enter__ has set it
        self._timer.cancel()
        self._timer.join()

    def _expire(self) -> None:
        self.passed = True
        self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown: it drops the TLS state under the reader's feet.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
