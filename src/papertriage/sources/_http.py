"""Request a service politely: paced, bounded, retried, never redirected to another site."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from papertriage import __version__
from papertriage.errors import NoAnswer, PapertriageError, SourceError
from papertriage.sources import _addresses, _body, _network, _transport
from papertriage.sources._deadline import Deadline
from papertriage.sources._pace import RequestPace
from papertriage.text import visible

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_SERVER_ERROR = 500
# arXiv's 429s name no time; they ended after ten minutes without requests.
_PAUSE = 600.0
_LONGEST_VALIDATOR = 500
# Errors worth a retry: a lost or refused connection, a timeout, a truncated answer.
_TRANSIENT = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of time (seconds), size (bytes) and attempts for one answer."""

    connect: float = 10.0
    # arXiv's 503 came after 46 s of silence in 2026.
    read: float = 60.0
    total: float = 90.0
    size: int = 15 * 2**20
    attempts: int = 3
    backoff: float = 3.0
    retry_after: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with any status and the whole inflated body.

    etag and modified are the headers unchanged, to be sent back: arXiv's ETag has no quotes.
    following is the address of the next page ("Link: <…>; rel=next", RFC 8288).
    """

    status: int
    reason: str
    body: bytes
    retry_after: float | None = None
    etag: str = ""
    modified: str = ""
    following: str = ""


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class PoliteClient:
    """Read from one configured address; use it in a `with` block, which closes the connection."""

    def __init__(
        self,
        address: str,
        pace: RequestPace,
        *,
        contact: str = "",
        limits: Limits | None = None,
        resolve: _addresses.Resolve = _addresses.resolved,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Send nothing yet; contact is an e-mail address for the User-Agent."""
        self.address = address
        self._pace = pace
        self._limits = limits or Limits()
        self._network = _network.current()
        self._target = _target(address, resolve)
        self._network.join(self._target)
        self._names = _transport.Names(
            resolve, lambda: self._network.connect_timeout(self._limits.connect)
        )
        self._clock = clock
        self._deadline = Deadline(self._limits.total)
        self._headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"}
        self._http: httpx.Client | None = None
        # stamina's own hook logs every retry to stderr.
        set_on_retry_hooks([])

    def __enter__(self) -> Self:
        """Return the client; the connection is made with the first request."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connection; a later read opens a new one."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def read(
        self,
        params: Mapping[str, str | int] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        address: str | None = None,
    ) -> Reply:
        """Return the answer with any status; 429 and 5xx only after retries have failed.

        address is a link from the service itself, checked like a redirect. A 429 (from arXiv also
        a 406) without Retry-After is returned at once: the service is overloaded, and only a pause
        of minutes helps. After it, or if Retry-After exceeds our limit, all requests fail until
        the pause is over. Raises SourceError if no complete answer arrived.
        """
        limits = self._limits
        host = _addresses.shown(self.address)
        try:
            for attempt in stamina.retry_context(
                on=self._wait,
                attempts=limits.attempts,
                timeout=None,
                wait_initial=limits.backoff,
                wait_max=limits.retry_after,
                wait_jitter=limits.backoff,
            ):
                with attempt:
                    return self._answer(params or {}, headers or {}, address)
        except _Refused as refused:
            return self._paused(refused.reply)
        except PapertriageError:
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            self._network.raise_if_offline()
            raise NoAnswer(self._line(error, host)) from error
        # Besides HTTPError httpx raises InvalidURL, StreamError, ImportError (a SOCKS proxy),
        # FileNotFoundError (SSL_CERT_FILE) and UnicodeError.
        except Exception as error:
            raise NoAnswer(self._line(error, host)) from error
        raise AssertionError  # pragma: no cover - stamina's loop returns or raises

    def _wait(self, error: Exception) -> bool | float:
        """Return whether to retry, or after how many seconds."""
        if isinstance(error, _Refused):
            after = error.reply.retry_after
            if after is None:
                return error.reply.status not in self._pace.overrun
            # An earlier retry would be refused again.
            return after if after <= self._limits.retry_after else False
        if not isinstance(error, _TRANSIENT) or _untrusted(error) or self._deadline.passed:
            return False
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            # A retry is useless if no host can be reached.
            return not self._network.is_offline(self._target, visible(str(error), 100))
        return True

    def _paused(self, reply: Reply) -> Reply:
        after = reply.retry_after
        if after is None:
            after = _PAUSE if reply.status in self._pace.overrun else 0.0
        if after <= 0:
            return reply
        return replace(reply, retry_after=self._pace.pause(after))

    def _answer(
        self,
        params: Mapping[str, str | int],
        headers: Mapping[str, str],
        address: str | None,
    ) -> Reply:
        url = _addresses.checked(self.address)
        self._network.raise_if_offline()
        if self._pace.remaining() > 0:
            # Find out before waiting for the pace whether any host can be reached.
            self._network.probe()
        if address is not None:
            url = _addresses.next_target(url, url, address, self._names.known, "links to")
        # Merging no parameters would still rewrite the query, which may be signed.
        if params:
            url = str(httpx.URL(url).copy_merge_params(params))
        for _ in range(1 + _MAX_REDIRECTS):
            with self._pace.turn():
                reply, location = self._exchange(url, headers)
            if reply.status in _REDIRECTS and location:
                url = _addresses.next_target(self.address, url, location, self._names.known)
                continue
            if reply.status in self._pace.overrun or reply.status >= _SERVER_ERROR:
                raise _Refused(reply)
            return reply
        msg = f"{_addresses.shown(self.address)} redirects more than {_MAX_REDIRECTS} times"
        raise SourceError(msg)

    def _exchange(self, url: str, headers: Mapping[str, str]) -> tuple[Reply, str | None]:
        if self._http is None:
            home = urlsplit(self.address).hostname or ""
            transport = _transport.Transport(home, self._names, self._limits.connect)
            self._http = httpx.Client(headers=self._headers, transport=transport)
        connect = self._network.connect_timeout(self._limits.connect)
        with (
            self._network.trying_others(self._target),
            self._deadline as deadline,
            self._http.stream(
                "GET",
                url,
                headers=dict(headers),
                timeout=httpx.Timeout(self._limits.read, connect=connect),
                extensions={"trace": self._watched(deadline.watch)},
            ) as response,
        ):
            encoding = response.headers.get("Content-Encoding", "")
            body = _body.bounded(response.iter_raw(), encoding, self._limits.size)
            # A body without Content-Length looks complete if the deadline cut it off.
            if deadline.passed:
                raise NoAnswer(self._too_long())
        given = response.headers
        reply = Reply(
            response.status_code,
            # Not the server's own reason phrase, which could be anything.
            httpx.codes.get_reason_phrase(response.status_code),
            body,
            _asked_pause(response, self._clock(), self._pace.overrun),
            _validator(given.get("ETag", "")),
            _validator(given.get("Last-Modified", "")),
            response.links.get("next", {}).get("url", ""),
        )
        return reply, given.get("Location")

    def _watched(self, watch: Callable[[str, dict[str, object]], None]) -> Callable[..., None]:
        def watched(event: str, info: dict[str, object]) -> None:
            if event.endswith(".connect_tcp.complete"):
                self._network.reached = True
            watch(event, info)

        return watched

    def _too_long(self) -> str:
        return f"the answer took longer than {self._limits.total:g} s: try again later"

    def _line(self, error: Exception, host: str) -> str:
        # A library may quote an address with a password, such as the proxy's.
        detail = _addresses.without_users(visible(str(error) or type(error).__name__, 200))
        limits = self._limits
        line = f"the request to {host} failed ({detail})"
        if self._deadline.passed:
            line = self._too_long()
        elif isinstance(error, httpx.ConnectTimeout):
            line = f"cannot connect to {host} within {limits.connect:g} s: try again later"
        elif isinstance(error, httpx.TimeoutException):
            line = f"no answer from {host} within {limits.read:g} s: try again later"
        elif _untrusted(error):
            line = f"{host} cannot be trusted ({detail}): set SSL_CERT_FILE to trust another CA"
        elif isinstance(error, httpx.ConnectError):
            line = f"cannot connect to {host} ({detail}): is the network up?"
        elif isinstance(error, _TRANSIENT):
            line = f"the connection to {host} was lost ({detail}): try again later"
        elif isinstance(error, FileNotFoundError):
            line = f"the request to {host} failed ({detail}): is SSL_CERT_FILE right?"
        return line


def _target(address: str, resolve: _addresses.Resolve) -> _network.Target:
    try:
        name, host, port = _transport.dialled(address)
    except ValueError:
        # checked() reports it when the address is requested.
        name, host, port = "an invalid address", "", 0
    return _network.Target(name, host, port, resolve)


def user_agent(contact: str) -> str:
    """Return "papertriage/0.1.0 (+mailto:…)": arXiv asks for a name and a contact."""
    contact = re.sub(r"[^!-'*-~]", "", contact)
    return f"papertriage/{__version__}" + (f" (+mailto:{contact})" if contact else "")


def retry_after(value: str | None, now: float) -> float | None:
    """Return a Retry-After header (seconds or a date, RFC 9110 section 10.2.3) as seconds, or None.

    A negative number or a date in the past gives 0, a number too long for a float infinity.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"-?[0-9]+", value):
        # A number of 400 digits is infinity as a float, and no error.
        return max(float(value), 0.0)
    # httpx loads email anyway.
    from email.utils import parsedate_to_datetime

    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return None


def _asked_pause(response: httpx.Response, now: float, overrun: frozenset[int]) -> float | None:
    after = retry_after(response.headers.get("Retry-After"), now)
    if after is None and response.status_code in overrun:
        # Hugging Face: RateLimit: "api";r=0;t=37 (draft-ietf-httpapi-ratelimit-headers).
        left = re.search(r";\s*t=([0-9]{1,9})\b", response.headers.get("RateLimit", ""))
        after = float(left[1]) if left else None
    return after


def _validator(value: str) -> str:
    sendable = value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR
    return value if sendable else ""


def _untrusted(error: Exception) -> bool:
    return isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
