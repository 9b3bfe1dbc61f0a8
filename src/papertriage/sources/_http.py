"""Ask a service politely: paced, bounded, retried, and never redirected elsewhere."""

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
# Ten minutes of silence ended the 429s of arXiv, which names no time itself.
_PAUSE = 600.0
_LONGEST_VALIDATOR = 500
# What a second try may mend: a lost or refused connection, a silence, a half answer.
_TRANSIENT = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of our time, memory and insistence an answer may take; seconds and bytes."""

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
    """An answer, whatever its status, with the whole body inflated.

    etag and modified are the headers byte for byte: arXiv's ETag has no quotes, and they are only
    ever sent back. following is the address of the next page ("Link: <…>; rel=next", RFC 8288).
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
            resolve, lambda: self._network.patience(self._limits.connect)
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
        """Return the answer, whatever its status: 429 and 5xx only when retrying has not helped.

        address, where given, is a link that the service itself has named, held to the rules for
        redirects. A 429 (of arXiv a 406 as well) without Retry-After is returned at once: it is
        overrun, and only minutes of silence have helped. After it, and after a longer wait than
        ours that was asked for, every turn fails until then. Raises SourceError where no whole
        answer came.
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
            self._network.refuse()
            raise NoAnswer(self._line(error, host)) from error
        # httpx raises InvalidURL, StreamError, ImportError (a SOCKS proxy), FileNotFoundError
        # (SSL_CERT_FILE) and UnicodeError besides its HTTPError.
        except Exception as error:
            raise NoAnswer(self._line(error, host)) from error
        raise AssertionError  # pragma: no cover - stamina's loop returns or raises

    def _wait(self, error: Exception) -> bool | float:
        """Say whether to try again, or after how many seconds."""
        if isinstance(error, _Refused):
            after = error.reply.retry_after
            if after is None:
                return error.reply.status not in self._pace.overrun
            # To come back earlier than asked would only be refused again.
            return after if after <= self._limits.retry_after else False
        if not isinstance(error, _TRANSIENT) or _untrusted(error) or self._deadline.passed:
            return False
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            # Where nobody can be reached, trying again takes time and nothing else.
            return not self._network.lost(self._target, visible(str(error), 100))
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
        self._network.refuse()
        if self._pace.remaining() > 0:
            # Meanwhile the pace would have us wait, and that may be for nothing.
            self._network.probe()
        if address is not None:
            url = _addresses.next_target(url, url, address, self._names.known, "links to")
        # Merging nothing would still spell the query anew, and an address may be signed.
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
        connect = self._network.patience(self._limits.connect)
        with (
            self._network.uneasy(self._target),
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
            # A body without length that the deadline cut off looks whole.
            if deadline.passed:
                raise NoAnswer(self._too_long())
        given = response.headers
        reply = Reply(
            response.status_code,
            # Our own words for the status: the server's could be anything.
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
        # A library may quote an address, the reader's proxy's among them, with its password.
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
        # checked() says so when the address is asked.
        name, host, port = "an invalid address", "", 0
    return _network.Target(name, host, port, resolve)


def user_agent(contact: str) -> str:
    """Return "papertriage/0.1.0 (+mailto:…)": arXiv asks for a name and a way to reach us."""
    contact = re.sub(r"[^!-'*-~]", "", contact)
    return f"papertriage/{__version__}" + (f" (+mailto:{contact})" if contact else "")


def retry_after(value: str | None, now: float) -> float | None:
    """Return a Retry-After header (seconds or a date, RFC 9110 section 10.2.3) as seconds, or None.

    A number or date that is past gives 0, a number too long for a date infinity.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"-?[0-9]+", value):
        # A number of 400 digits is infinity as a float, and no error.
        return max(float(value), 0.0)
    # email is loaded by httpx anyhow.
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
