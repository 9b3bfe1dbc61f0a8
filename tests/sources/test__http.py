from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from arxiv_server import ArxivServer, invented_papers
from papertriage import __version__
from papertriage.errors import Offline, SourceError
from papertriage.sources._http import (
    Limits,
    PoliteClient,
    Reply,
    _asked_pause,
    _Refused,
    _validator,
    retry_after,
    user_agent,
)
from papertriage.sources._network import shared
from papertriage.sources._pace import RequestPace

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC).timestamp()
PAPERS = invented_papers(3)
CALM = Limits(read=20.0, total=30.0, size=2**20, backoff=0.0)
HASTY = Limits(read=0.5, total=1.0, size=2**20, backoff=0.0)


@pytest.fixture
def ask(tmp_path):
    def read(address, limits=CALM, **options):
        pace = RequestPace(tmp_path / "pace", 0.0)
        with PoliteClient(address, pace, limits=limits, **options) as client:
            return client.read({"search_query": "cat:cs.LG AND (x)", "start": 0})

    return read


def test_a_request_says_who_asks_and_what(ask):
    with ArxivServer(PAPERS) as server:
        reply = ask(server.url, contact="me@example.org")
    (request,) = server.requests
    assert reply.status == 200
    assert request.params == {"search_query": "cat:cs.LG AND (x)", "start": "0"}
    assert request.headers["User-Agent"] == f"papertriage/{__version__} (+mailto:me@example.org)"
    assert request.headers["Accept-Encoding"] == "gzip"


def test_no_contact_can_add_a_header():
    assert user_agent("") == f"papertriage/{__version__}"
    assert user_agent("a@b\r\nX: (y)").endswith(" (+mailto:a@bX:y)")


def test_a_client_is_used_again_after_its_connection_was_closed(tmp_path):
    with ArxivServer(PAPERS) as server:
        client = PoliteClient(server.url, RequestPace(tmp_path / "pace", 0.0), limits=CALM)
        for _ in range(2):
            with client:
                assert client.read({}).status == 200


@pytest.mark.parametrize(
    "fault", ["status:503", "status:500", "status:429:0", "reset", "lost", "hang:0.7"]
)
def test_what_a_second_try_may_mend_is_tried_again(ask, fault):
    with ArxivServer(PAPERS, script={1: fault, 2: fault}) as server:
        assert ask(server.url, HASTY if "hang" in fault else CALM).status == 200
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "status", "requests"),
    [
        ("status:503", 503, 3),
        ("status:429", 429, 1),
        ("status:429:soon", 429, 1),
        ("status:429:61", 429, 1),
        ("status:503:99999999999999999999", 503, 1),
        ("status:503:-5", 503, 3),
        ("status:403", 403, 1),
        ("status:404", 404, 1),
        ("error:400", 400, 1),
    ],
)
def test_a_refusal_comes_back_after_as_many_tries_as_it_deserves(ask, fault, status, requests):
    with ArxivServer(PAPERS, always=fault) as server:
        assert ask(server.url).status == status
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("fault", "line", "requests"),
    [
        ("reset", "the connection to .* was lost", 3),
        ("lost", "the connection to .* was lost", 3),
        ("hang:1", "no answer from .* within 0.5 s", 3),
        ("drip:3", "took longer than 1 s", 1),
        ("drip-open:3", "took longer than 1 s", 1),
        ("bomb", "larger than 1 MiB", 1),
        ("gzip-cut", "truncated", 1),
        ("gzip-damaged", "damaged", 1),
        ("gzip-stacked", "not requested", 1),
        ("redirect:/api/query", "redirects more than 3 times", 4),
        ("redirect:file:///etc/passwd", "refused", 1),
    ],
)
def test_an_answer_that_is_none_is_one_line(ask, fault, line, requests):
    with (
        ArxivServer(PAPERS, always=fault) as server,
        pytest.raises(SourceError, match=line) as caught,
    ):
        ask(server.url, HASTY if fault.startswith(("hang", "drip")) else CALM)
    assert "\n" not in str(caught.value)
    assert len(server.requests) == requests


def test_a_redirect_is_followed_and_paced_like_any_request(tmp_path):
    turns = []
    with ArxivServer(PAPERS, script={1: "redirect:/moved"}) as server:
        pace = RequestPace(tmp_path / "pace", 3.0, sleep=turns.append, clock=lambda: NOW)
        with PoliteClient(server.url, pace, limits=CALM) as client:
            assert client.read({"start": 7}).status == 200
    assert [request.path for request in server.requests] == ["/api/query", "/moved"]
    assert turns == [3.0]


def test_nobody_who_listens_is_one_line(ask):
    with ArxivServer() as server:
        closed = server.url
    with pytest.raises(Offline, match=r"^offline: 127.0.0.1 cannot be reached \(.*refused\): "):
        ask(closed)


def test_one_server_of_several_that_does_not_listen_is_tried_again_and_named(tmp_path):
    with ArxivServer() as server:
        closed = server.url
    turns = []
    with ArxivServer(PAPERS) as server, shared():
        pace = RequestPace(tmp_path / "pace", 0.01, sleep=turns.append)
        dead = PoliteClient(closed, pace, limits=CALM)
        living = PoliteClient(server.url, pace, limits=CALM)
        with pytest.raises(SourceError, match=r"cannot connect to http://127.0.0.1:\d+/api/query"):
            dead.read({})
        with living:
            assert living.read({}).status == 200
    assert server.requests


def test_whoever_is_offline_is_told_without_waiting_for_a_turn(tmp_path):
    with ArxivServer() as server:
        closed = server.url
    turns = []
    pace = RequestPace(tmp_path / "pace", 3.0, sleep=turns.append)
    with shared():
        clients = [PoliteClient(closed, pace, limits=CALM) for _ in range(3)]
    for _ in range(2):
        for client in clients:
            with pytest.raises(Offline):
                client.read({})
        # The turn before was a moment ago.
        clients = [PoliteClient(closed, pace, limits=CALM) for _ in range(2)]
    assert turns == []


def test_a_server_that_takes_long_to_answer_is_not_offline(ask):
    with ArxivServer(PAPERS, script={1: "hang:2.5"}) as server:
        assert ask(server.url).status == 200
    assert len(server.requests) == 1


def test_no_secret_of_the_address_is_shown(ask):
    with ArxivServer() as server:
        closed = server.url.replace("//", "//me:secret@") + "?key=secret"
    with pytest.raises(SourceError) as caught:
        ask(closed)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["ftp://x/", "http://127.0.0.1:99999/", "http://\udcff/", "x"])
def test_an_address_that_cannot_be_asked_is_one_line(ask, address):
    with pytest.raises(SourceError, match="not an http or https address"):
        ask(address)


def test_a_certificate_file_that_is_missing_is_named(ask, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authorities.pem")
    with pytest.raises(SourceError, match="is SSL_CERT_FILE right"):
        ask("https://127.0.0.1:1/")


def test_a_proxy_that_httpx_cannot_use_is_one_line(ask, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(SourceError, match=r"the request to .* failed .*socks"):
        ask("http://127.0.0.1:1/")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted_nor_tried_again(ask, tmp_path):
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with ArxivServer(PAPERS) as server:
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        with pytest.raises(SourceError, match=r"cannot be trusted .*SSL_CERT_FILE"):
            ask(server.url.replace("http:", "https:"))
    assert server.requests == []


def test_a_time_to_wait_is_obeyed_up_to_a_minute(tmp_path):
    client = PoliteClient("http://127.0.0.1/", RequestPace(tmp_path / "pace", 0.0))
    assert client._wait(_Refused(Reply(503, "", b"", 7.0))) == 7.0
    assert client._wait(_Refused(Reply(429, "", b"", 60.0))) == 60.0
    assert client._wait(_Refused(Reply(429, "", b"", 60.1))) is False
    assert client._wait(_Refused(Reply(429, "", b""))) is False
    assert client._wait(_Refused(Reply(502, "", b""))) is True
    assert client._wait(httpx.ReadTimeout("")) is True
    assert client._wait(ValueError()) is False


@pytest.mark.parametrize(
    ("status", "given", "seconds"),
    [
        (429, {"RateLimit": '"api";r=0;t=37'}, 37.0),
        (429, {"RateLimit": '"api";r=0;t=37', "Retry-After": "5"}, 5.0),
        (429, {"RateLimit": "soon"}, None),
        (429, {}, None),
        (200, {"RateLimit": '"api";r=9;t=37'}, None),
    ],
)
def test_a_limit_names_the_pause_in_either_header(status, given, seconds):
    response = httpx.Response(status, headers=given)
    assert _asked_pause(response, NOW, frozenset({429})) == seconds


class _Validating(ArxivServer):
    def answer(self, request):
        given = {"ETag": "a" * 64, "Last-Modified": "Fri", "Link": '</p?a=2>; rel="next"'}
        return replace(super().answer(request), headers=given)


def test_validators_and_the_next_page_come_with_the_answer(tmp_path):
    with _Validating(PAPERS) as server:
        client = PoliteClient(server.url, RequestPace(tmp_path / "pace", 0.0), limits=CALM)
        with client:
            reply = client.read({"start": 1}, headers={"If-None-Match": "a" * 64})
            assert (reply.etag, reply.modified, reply.following) == ("a" * 64, "Fri", "/p?a=2")
            client.read(address=reply.following)
            with pytest.raises(SourceError, match=r"links to file:///x: refused"):
                client.read(address="file:///x")
    assert server.requests[0].headers["If-None-Match"] == "a" * 64
    assert (server.requests[1].path, server.requests[1].params) == ("/p", {"a": "2"})


def test_no_validator_can_spoil_the_next_request():
    assert _validator('W/"x"') == 'W/"x"'
    assert [_validator(bad) for bad in ("é", "a\r\nb", "x" * 501)] == ["", "", ""]


@pytest.mark.parametrize(
    ("fault", "seconds"), [("status:429", 600.0), ("status:429:1800", 1800.0), ("status:503", None)]
)
def test_a_refusal_with_a_pause_silences_every_later_turn(ask, fault, seconds):
    with ArxivServer(PAPERS, always=fault) as server:
        assert ask(server.url).retry_after == seconds
        asked = len(server.requests)
        if seconds is None:
            ask(server.url)
        else:
            with pytest.raises(SourceError, match="asked for a pause"):
                ask(server.url)
    assert (len(server.requests) > asked) == (seconds is None)


def test_a_connection_that_takes_too_long_is_told_from_an_answer_that_does(tmp_path):
    client = PoliteClient("http://127.0.0.1/", RequestPace(tmp_path / "pace", 0.0))
    assert client._line(httpx.ConnectTimeout(""), "X").startswith("cannot connect to X within 10 s")
    assert client._line(httpx.ReadTimeout(""), "X").startswith("no answer from X within 60 s")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("-7", 0.0),
        ("9" * 500, float("inf")),
        ("Fri, 13 Mar 2026 12:00:30 GMT", 30.0),
        ("Fri, 13 Mar 2026 11:00:00 GMT", 0.0),
        ("Fri, 99 Mar 99999 12:00:30 GMT", None),
        ("tomorrow", None),
        ("", None),
        ("٣", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds
