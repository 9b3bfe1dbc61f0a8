"""Connect to checked addresses, or through the proxy set in the environment."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from papertriage.sources import _addresses, _dialing
from papertriage.text import visible


class Names:
    """The addresses of hosts, each looked up once, so that we connect to the ones checked.

    A name that resolves to a public address first and a private one later (DNS rebinding) would
    pass a check with its own lookup.
    """

    def __init__(self, resolve: _dialing.Resolve, patience: Callable[[], float]) -> None:
        """Begin empty; patience returns how many seconds a lookup may take."""
        self._resolve = resolve
        self._patience = patience
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host; raise OSError if the lookup fails or takes too long."""
        if host not in self._known:
            self._known[host] = _dialing.looked_up(host, self._resolve, self._patience())
        return self._known[host]

    def known(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host, an empty tuple if the lookup fails."""
        try:
            return self.of(host)
        except OSError:
            return ()


class Transport(httpx.BaseTransport):
    """httpx's transport, direct or through a proxy, depending on the environment."""

    def __init__(self, home: str, names: Names, tls_seconds: float) -> None:
        """Open no connection yet; only home, the configured host, may have private addresses."""
        self._backend = _Backend(home, names, tls_seconds)
        self._names = names
        self._context: ssl.SSLContext | None = None
        self._ways: dict[str, httpx.BaseTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raise SourceError for a refused address, and httpx's own errors."""
        proxy = proxy_of(str(request.url))
        if proxy:
            # Bounds the time of the lookup, which httpx then repeats.
            try:
                self._names.of(urlsplit(proxy).hostname or "")
            except OSError as error:
                raise httpx.ConnectError(_dialing.why(error), request=request) from error
        return self._way(proxy).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for way in self._ways.values():
            way.close()

    def _way(self, proxy: str) -> httpx.BaseTransport:
        if proxy not in self._ways:
            self._context = self._context or httpx.create_ssl_context()
            self._ways[proxy] = (
                httpx.HTTPTransport(verify=self._context, proxy=proxy)
                if proxy
                else _Direct(self._context, self._backend)
            )
        return self._ways[proxy]


def proxy_of(url: str) -> str:
    """Return the proxy set in the environment for an address, "" if there is none."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not proxy or proxy_bypass(parts.hostname or ""):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def dialled(url: str) -> tuple[str, str, int]:
    """Return (name for a message, host, port) of the server or proxy that gets a request."""
    proxy = proxy_of(url)
    parts = urlsplit(proxy or url)
    host = parts.hostname or ""
    port = parts.port or (
        443 if parts.scheme == "https" else 1080 if "socks" in parts.scheme else 80
    )
    return (f"the proxy {visible(host, 80)}" if proxy else visible(host, 80)), host, port


class _Direct(httpx.HTTPTransport):
    def __init__(self, context: ssl.SSLContext, backend: httpcore.NetworkBackend) -> None:
        super().__init__(verify=context)
        # httpx has no option for the network backend.
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, home: str, names: Names, tls_seconds: float) -> None:
        self._home = home
        self._names = names
        self._tls_seconds = tls_seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - never used
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        end = time.monotonic() + (self._tls_seconds if timeout is None else timeout)
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            found = self._names.of(host)
            home = self._names.known(self._home)
            addresses = _addresses.allowed(host, found, home)
            return _Stream(
                _dialing.dial(addresses, port, end - time.monotonic()), self._tls_seconds
            )


class _Stream(httpcore.NetworkStream):
    def __init__(self, connected: socket.socket, tls_seconds: float) -> None:
        self._socket = connected
        self._tls_seconds = tls_seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            self._socket.settimeout(timeout)
            self._socket.sendall(buffer)

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - that of connecting, which is done
    ) -> httpcore.NetworkStream:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._socket.settimeout(self._tls_seconds)
            try:
                secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
            except OSError:
                self.close()
                raise
        return _Stream(secured, self._tls_seconds)

    def get_extra_info(self, info: str) -> object:
        if info == "socket":
            return self._socket
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":
            with selectors.DefaultSelector() as selector:
                selector.register(self._socket, selectors.EVENT_READ)
                return bool(selector.select(0))
        return None


@contextlib.contextmanager
def _mapped(late: type[Exception], lost: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late(_dialing.why(error)) from error
    except OSError as error:
        raise lost(
            _dialing.why(error) if not isinstance(error, ssl.SSLError) else str(error)
        ) from error
