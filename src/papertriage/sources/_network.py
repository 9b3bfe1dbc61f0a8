"""Detect for all clients of a fetch whether the machine is offline."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from time import monotonic
from typing import NamedTuple

from papertriage.errors import Offline
from papertriage.sources import _dialing

# An offline machine is detected within five seconds.
_FIRST = 2.0
# The other hosts are tried after so many seconds without a connection, and for how many seconds.
_OTHERS_AFTER = 0.8
_OTHERS = 1.2
_NAMED = 4


class Target(NamedTuple):
    """The host that a client connects to: a server or its proxy."""

    name: str
    host: str
    port: int
    resolve: _dialing.Resolve


class Network:
    """Whether any host was reached, and the hosts to try before the machine counts as offline."""

    def __init__(self) -> None:
        """Begin without hosts; nothing has been reached yet."""
        self.reached = False
        self._targets: list[Target] = []
        self._offline = ""
        self._lock = threading.Lock()
        self._attempts: _Attempts | None = None

    def join(self, target: Target) -> None:
        """Add a host."""
        self._targets.append(target)

    def connect_timeout(self, usual: float) -> float:
        """Return the time limit in seconds for lookup and connection."""
        return usual if self.reached else min(usual, _FIRST)

    def raise_if_offline(self) -> None:
        """Raise Offline if the machine was found to be offline."""
        if self._offline:
            raise Offline(self._offline)

    @contextmanager
    def trying_others(self, own: Target) -> Iterator[None]:
        """Try the other hosts if the first request does not connect within a second."""
        if self.reached:
            yield
            return
        timer = threading.Timer(_OTHERS_AFTER, self._try_others, [own])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def is_offline(self, own: Target, cause: str) -> bool:
        """Return whether the machine is offline after one host could not be reached.

        It is if none of the other hosts can be reached either; they are tried in parallel.
        """
        if not self.reached and not self._offline:
            self._judge(self._try_others(own), cause)
        return bool(self._offline)

    def probe(self) -> None:
        """Try all hosts in parallel if none was reached yet; raise Offline if none can be."""
        if not self.reached and not self._offline:
            self._judge(_Attempts(self._targets, _FIRST), "")
        self.raise_if_offline()

    def _try_others(self, own: Target) -> _Attempts | None:
        with self._lock:
            if self._attempts is None and not self.reached:
                others = [one for one in self._targets if one[1:3] != own[1:3]]
                self._attempts = _Attempts(others, _OTHERS)
            return self._attempts

    def _judge(self, attempts: _Attempts | None, cause: str) -> None:
        if attempts is None:
            return
        fault = attempts.fault()
        if fault == "":
            self.reached = True
            return
        names = list(dict.fromkeys(one.name for one in self._targets))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        whom, can = f"none of {', '.join(names[:_NAMED])}{more}", "can"
        if len(names) == 1:
            whom, can = names[0], "cannot"
        why = cause or fault or _dialing.SILENT
        self._offline = f"{Offline.beginning}{whom} {can} be reached ({why}): connect and try "
        self._offline += "again"


class _Attempts:
    """Connection attempts to some hosts in parallel."""

    def __init__(self, targets: Iterable[Target], seconds: float) -> None:
        self._end = monotonic() + seconds
        self._told: SimpleQueue[str] = SimpleQueue()
        each = {(one.host, one.port): one for one in targets}
        self._count = len(each)
        for one in each.values():
            # A daemon thread, so that a lookup that hangs does not block the exit.
            threading.Thread(target=_try, args=(one, seconds, self._told), daemon=True).start()

    def fault(self) -> str | None:
        """Wait; return "" if a host was reached, else the first error, None without hosts."""
        first = None
        for _ in range(self._count):
            try:
                fault = self._told.get(timeout=max(self._end - monotonic(), 0.0))
            except Empty:
                return first or _dialing.SILENT
            if not fault:
                return ""
            first = first or fault
        return first


_SHARED: ContextVar[Network | None] = ContextVar("network", default=None)


@contextmanager
def shared() -> Iterator[None]:
    """Share one network between all clients made within the block."""
    token = _SHARED.set(Network())
    try:
        yield
    finally:
        _SHARED.reset(token)


def current() -> Network:
    """Return the shared network, or a new one."""
    return _SHARED.get() or Network()


def _try(target: Target, seconds: float, told: SimpleQueue[str]) -> None:
    """Put "" into told if the target can be reached, else the reason."""
    end = monotonic() + seconds
    try:
        addresses = _dialing.looked_up(target.host, target.resolve, seconds)
        _dialing.dial(addresses, target.port, end - monotonic()).close()
    except OSError as error:
        told.put(_dialing.why(error))
    else:
        told.put("")
