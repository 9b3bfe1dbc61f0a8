"""Look up a host and connect to it, both within a time limit."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

Resolve = Callable[[str], tuple[str, ...]]

UNKNOWN = "name resolution failed"
SLOW = "name resolution took too long"
SILENT = "no answer"
# RFC 8305, section 8: the delay before the next address is tried, in seconds.
_STAGGER = 0.25


def looked_up(host: str, resolve: Resolve, seconds: float) -> tuple[str, ...]:
    """Return the addresses of a host; raise TimeoutError or OSError if the lookup fails.

    If the resolver does not answer, getaddrinfo blocks for 10 s or more and cannot be interrupted,
    so it runs in a thread that is abandoned.
    """
    found: list[tuple[str, ...]] = []
    thread = threading.Thread(target=lambda: found.append(resolve(host)), daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError(SLOW)
    if not found[0]:
        raise OSError(UNKNOWN)
    return found[0]


def dial(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """Return a connection to the address that answers first; raise OSError if none does.

    The addresses are numeric, so that they are not looked up again. A new one is tried every
    quarter of a second, alternating between IPv6 and IPv4 (RFC 8305), so that one unreachable
    family does not delay the other.
    """
    end = time.monotonic() + seconds
    waiting = deque(_by_turns(addresses))
    fault: OSError = TimeoutError(SILENT)
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as opened:
        while waiting or selector.get_map():
            if waiting:
                begun = opened.enter_context(_socket(waiting[0]))
                try:
                    _begin(begun, waiting.popleft(), port)
                    selector.register(begun, selectors.EVENT_WRITE)
                except OSError as error:
                    fault = error
                    continue
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(SILENT)
            for key, _ in selector.select(min(left, _STAGGER) if waiting else left):
                selector.unregister(key.fileobj)
                answered = key.fileobj
                assert isinstance(answered, socket.socket)  # noqa: S101 - nothing else is registered
                code = answered.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code == 0:
                    return _kept(answered)
                fault = OSError(code, os.strerror(code))
    raise fault


def why(error: OSError) -> str:
    """Return the message of an error of this module, without its number."""
    return error.strerror or str(error) or SILENT


def _socket(address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.socket(family, socket.SOCK_STREAM)


def _begin(begun: socket.socket, address: str, port: int) -> None:
    begun.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        begun.connect((address, port))


def _kept(answered: socket.socket) -> socket.socket:
    """Move the connection to a new socket object; the original is closed with the others."""
    kept = socket.socket(answered.family, answered.type, answered.proto, fileno=answered.detach())
    kept.setblocking(True)
    kept.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return kept


def _by_turns(addresses: Sequence[str]) -> list[str]:
    """Alternate between IPv6 and IPv4, beginning with the family that the system prefers."""
    first_kind = ":" in addresses[0] if addresses else False
    one = [address for address in addresses if (":" in address) == first_kind]
    other = [address for address in addresses if (":" in address) != first_kind]
    turns: list[str] = []
    for place in range(max(len(one), len(other))):
        turns += [*one[place : place + 1], *other[place : place + 1]]
    return list(dict.fromkeys(turns))
