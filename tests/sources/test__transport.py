from __future__ import annotations

import shutil
import socket
import ssl
import subprocess

import httpx
import pytest

from arxiv_server import ArxivServer, invented_papers
from papertriage.errors import Offline, SourceError
from papertriage.sources import _dialing, _transport
from papertriage.sources._http import Limits, PoliteClient
from papertriage.sources._pace import RequestPace
from papertriage.sources._transport import Names, dialled, proxy_of

PUBLIC = "93.184.216.34"
PAPERS = invented_papers(3)
CALM = Limits(read=20.0, total=30.0, backoff=0.0)


class Resolver:
    """Answers each name with one answer after the other, the last one for ever."""

    def __init__(self, **answers):
        self.answers = {name.replace("_", "."): list(given) for name, given in answers.items()}
        self.asked = []

    def __call__(self, host):
        self.asked.append(host)
        given = self.answers.get(host, [("127.0.0.1",)])
        return given.pop(0) if len(given) > 1 else given[0]


@pytest.fixture
def dialed(monkeypatch):
    """Let public addresses lead to the loopback, and return which addresses were dialled."""
    seen = []
    dial = _dialing.dial

    def dials(addresses, port, seconds):
        seen.extend(addresses)
        return dial(["127.0.0.1"], port, seconds)

    monkeypatch.setattr(_dialing, "dial", dials)
    return seen


@pytest.fixture
def ask(tmp_path):
    def read(address, resolve, **options):
        client = PoliteClient(
            address, RequestPace(tmp_path / "pace", 0.0), limits=CALM, resolve=resolve
        )
        with client:
            return client.read({"start": 0}, **options)

    return read


def test_what_was_checked_is_what_is_dialled(ask, dialed):
    resolve = Resolver(rebound_example=[(PUBLIC,), ("127.0.0.1",)])
    with ArxivServer(PAPERS, script={1: "redirect:/moved", 2: "status:503"}) as server:
        address = server.url.replace("127.0.0.1", "rebound.example")
        assert ask(address, resolve).status == 200
    assert set(dialed) == {PUBLIC}
    assert resolve.asked == ["rebound.example"]
    assert [one.path for one in server.requests] == ["/api/query", "/moved", "/api/query"]
    host = f"rebound.example:{server.port}"
    assert {one.headers["Host"] for one in server.requests} == {host}


def test_a_redirect_is_checked_and_dialled_by_one_lookup(ask, dialed):
    resolve = Resolver(rebound_example=[(PUBLIC,)], www_rebound_example=[(PUBLIC,), ("::1",)])
    with ArxivServer(PAPERS) as server:
        there = f"http://www.rebound.example:{server.port}/moved"
        server.script[1] = f"redirect:{there}"
        address = server.url.replace("127.0.0.1", "rebound.example")
        assert ask(address, resolve).status == 200
    assert set(dialed) == {PUBLIC}
    assert resolve.asked == ["rebound.example", "www.rebound.example"]


@pytest.mark.parametrize("first", [(), (PUBLIC,)])
def test_a_name_that_turns_private_is_not_dialled(ask, dialed, first):
    # The second lookup follows the first only where that found nothing.
    resolve = Resolver(rebound_example=[(PUBLIC,)], www_rebound_example=[first, ("127.0.0.1",)])
    with ArxivServer(PAPERS) as server:
        there = f"http://www.rebound.example:{server.port}/moved"
        server.script[1] = f"redirect:{there}"
        address = server.url.replace("127.0.0.1", "rebound.example")
        if first:
            ask(address, resolve)
        else:
            with pytest.raises(SourceError, match="resolves to a private address: refused"):
                ask(address, resolve)
    assert "127.0.0.1" not in dialed


def test_of_a_host_with_public_and_private_addresses_the_public_ones_count(ask, dialed):
    with ArxivServer(PAPERS) as server:
        address = server.url.replace("127.0.0.1", "mixed.example")
        ask(address, Resolver(mixed_example=[("10.0.0.1", PUBLIC, "::1")]))
    assert dialed == [PUBLIC]


def test_a_private_host_that_is_configured_may_be_dialled(ask, dialed):
    with ArxivServer(PAPERS) as server:
        address = server.url.replace("127.0.0.1", "inside.example")
        assert ask(address, Resolver(inside_example=[("10.0.0.1",)])).status == 200
    assert dialed == ["10.0.0.1"]


def test_a_name_that_was_not_found_is_looked_up_again():
    resolve = Resolver(a=[(), (PUBLIC,), ("127.0.0.1",)])
    names = Names(resolve, lambda: 5.0)
    assert [names.known("a"), names.known("a"), names.known("a")] == [(), (PUBLIC,), (PUBLIC,)]


def test_requests_go_through_the_proxy_of_the_environment(ask, monkeypatch):
    with ArxivServer(PAPERS) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://localhost:{proxy.port}")
        # The proxy decides what its names mean: nobody here has to know them.
        resolve = Resolver(elsewhere_example=[()], localhost=[("127.0.0.1",)])
        assert ask("http://elsewhere.example/api/query", resolve).status == 200
        assert proxy.requests[0].headers["Host"] == "elsewhere.example"
        assert resolve.asked == ["localhost"]
        monkeypatch.setenv("NO_PROXY", "elsewhere.example")
        with pytest.raises(Offline, match=r"elsewhere.example cannot .*name resolution failed"):
            ask("http://elsewhere.example/api/query", resolve)
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    ("resolve", "why"),
    [(Resolver(proxy_example=[()]), "name resolution failed"), (Resolver(), "refused")],
)
def test_a_proxy_that_cannot_be_reached_is_named(ask, monkeypatch, resolve, why):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        closed = listener.getsockname()[1]
    name = "proxy.example" if resolve.answers else "127.0.0.1"
    monkeypatch.setenv("ALL_PROXY", f"http://{name}:{closed}")
    with pytest.raises(Offline, match=rf"offline: the proxy {name} cannot be reached \(.*{why}"):
        ask("http://elsewhere.example/api/query", resolve)


def test_the_environment_says_who_is_dialled(monkeypatch):
    assert dialled("https://a.example/x") == ("a.example", "a.example", 443)
    assert dialled("http://a.example:8080/x") == ("a.example", "a.example", 8080)
    monkeypatch.setenv("HTTPS_PROXY", "me:secret@gate.example:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,.b.example")
    assert proxy_of("http://a.example/") == ""
    assert proxy_of("https://x.b.example/") == ""
    assert dialled("https://a.example/") == ("the proxy gate.example", "gate.example", 3128)
    monkeypatch.setenv("ALL_PROXY", "socks5://gate.example")
    assert dialled("http://a.example/") == ("the proxy gate.example", "gate.example", 1080)
    monkeypatch.setenv("NO_PROXY", "*")
    assert proxy_of("https://a.example/") == ""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_the_certificate_is_that_of_the_host_and_not_of_its_address(ask, tmp_path, monkeypatch):
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=tls.example", "-addext", "subjectAltName=DNS:tls.example"),
            *("-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    named = []
    context.sni_callback = lambda _, name, __: named.append(name)
    with ArxivServer(PAPERS) as server:
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        address = f"https://tls.example:{server.port}/api/query"
        assert ask(address, Resolver()).status == 200
        with pytest.raises(SourceError, match="cannot be trusted"):
            ask(address.replace("tls.example", "other.example"), Resolver())
    assert named == ["tls.example", "other.example"]
    assert server.requests[0].headers["Host"] == f"tls.example:{server.port}"


def test_a_connection_is_used_again_and_a_lost_one_is_not(tmp_path):
    with ArxivServer(PAPERS) as server:
        names = Names(Resolver(), lambda: 5.0)
        transport = _transport.Transport("127.0.0.1", names, 5.0)
        with httpx.Client(transport=transport) as client:
            streams = []

            def traced(event, info):
                if event.endswith("connect_tcp.complete"):
                    streams.append(info["return_value"])

            for _ in range(3):
                assert client.get(server.url, extensions={"trace": traced}).status_code == 200
                if len(streams) == 1 and len(server.requests) == 2:
                    streams[0].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    assert len(streams) == 2
    assert streams[0].get_extra_info("no such thing") is None
