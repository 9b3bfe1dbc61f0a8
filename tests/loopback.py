"""Serve invented answers on the loopback, with scripted faults; a subclass speaks a protocol."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

HTML = "<!DOCTYPE html>\n<html><body><h1>Welcome to the hotel network</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """A request that came: when (monotonic seconds), with what; query is as it was sent."""

    at: float
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    query: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server answers."""

    text: str
    kind: str = "text/plain"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class LoopbackServer:
    """A server for a `with` block; script says what goes wrong at which request (1 is the first).

    A fault is a word, or "word:value":
    status:N (a plain body), status:N:SECONDS (with Retry-After), as:N (the good answer under
    another status), body:TEXT (another body), html, json, empty (no body),
    truncated, lost (fewer bytes than announced), gzip, gzip-cut, gzip-damaged, gzip-stacked,
    bomb, doctype, latin-1, redirect:URL, reset, hang:SECONDS, drip:SECONDS (a byte each 10 ms),
    drip-open:SECONDS (the same with no length announced); a subclass adds its own.
    `always` holds for every request that the script leaves out.
    """

    script: dict[int, str] = field(default_factory=dict)
    always: str = ""
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    path = "/"

    def answer(self, request: Request) -> Answer:
        """Return the good answer."""
        raise NotImplementedError

    def spoilt(self, _word: str, _value: str, answer: Answer) -> Answer:
        """Return the answer as a fault of the subclass's own leaves it."""
        return answer

    def __enter__(self) -> Self:
        """Listen on the loopback, in a thread."""
        self._server = _Listener(self)
        self.port = self._server.server_address[1]
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and wait for the answers under way."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Return the address for the setting."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def fault(self) -> tuple[str, str]:
        """Return (fault, its value) for the newest request."""
        word, _, value = self.script.get(len(self.requests), self.always).partition(":")
        return word, value


def answered(port: int, path: str, headers: dict[str, str] | None = None) -> Answer:
    """Return what a server on the loopback answers to one request."""
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers={"Connection": "close"} | (headers or {}))
        with connection.getresponse() as answer:
            kind = answer.headers.get("Content-Type", "")
            return Answer(answer.read().decode(), kind, answer.status, dict(answer.headers))


def _spoilt(word: str, answer: Answer) -> Answer:
    """Return the answer as a fault leaves it that any text can have."""
    text = answer.text
    if word == "doctype":
        root = re.search(r"<(\w[\w:.-]*)", text)
        assert root is not None
        bomb = f'<!DOCTYPE {root[1]} [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
        text = text[: root.start()] + bomb + text[root.start() :]
    replaced = {
        "html": HTML,
        "json": '{"error": "invented"}',
        "empty": "",
        "truncated": text[: int(len(text) * 0.6)],
    }
    return replace(answer, text=replaced.get(word, text))


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(64 * 2**20))


def _packed(word: str, body: bytes) -> tuple[bytes, str]:
    """Return (body, Content-Encoding) for the faults of compression."""
    if word == "gzip":
        return gzip.compress(body), "gzip"
    if word == "gzip-cut":
        return gzip.compress(body)[:-20], "gzip"
    if word == "gzip-damaged":
        return b"\x1f\x8b\x08\x00" + b"\xff" * 60, "gzip"
    if word == "gzip-stacked":
        return gzip.compress(gzip.compress(body)), "gzip, gzip"
    if word == "bomb":
        return _bomb(), "gzip"
    return body, ""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: LoopbackServer) -> None:
        super().__init__(("127.0.0.1", owner.port), _Handler)
        self.owner = owner

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that leave early: several faults make them."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        owner = self.server.owner
        parts = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(time.monotonic(), parts.path, params, dict(self.headers), parts.query)
        owner.requests.append(request)
        word, value = owner.fault()
        if word == "status":
            status, _, after = value.partition(":")
            text = "Rate exceeded." if status == "429" else HTML
            self._send(Answer(text, "text/plain", int(status), {"Retry-After": after}), b"")
        elif word == "redirect":
            self._send(Answer("", status=301, headers={"Location": value}), b"")
        elif word == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            # The socket closes with its last user, and then by a reset: it lingers for no time.
            self.rfile.close()
            self.connection.close()
        else:
            self._good(request, word, value)

    def _good(self, request: Request, word: str, value: str) -> None:
        owner = self.server.owner
        if word == "hang":
            owner.stopped.wait(float(value))
        answer = _spoilt(word, owner.spoilt(word, value, owner.answer(request)))
        if word == "as":
            answer = replace(answer, status=int(value))
        if word == "body":
            answer = replace(answer, text=value)
        body = answer.text.encode("latin-1" if word == "latin-1" else "utf-8")
        body, packed = _packed(word, body)
        if word in {"lost", "drip", "drip-open"}:
            self._slowly(body, float(value or 0), announced=word != "drip-open")
        else:
            headers = {**answer.headers, "Content-Encoding": packed}
            self._send(replace(answer, headers=headers), body)

    def _slowly(self, body: bytes, seconds: float, *, announced: bool) -> None:
        """Send some bytes, then nothing; or a byte each 10 ms for some seconds."""
        self.close_connection = True
        self.send_response(200)
        if announced:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for at in range(int(seconds * 100) or 1):
            self.wfile.write(body[at : at + 1])
            self.server.owner.stopped.wait(0.01)

    def _send(self, answer: Answer, body: bytes) -> None:
        body = body or answer.text.encode()
        if answer.status in {204, 304}:
            body = b""
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
