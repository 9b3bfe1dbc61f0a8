from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.delivery import smtp
from papertriage.delivery.account import Account
from papertriage.delivery.smtp import Sending
from papertriage.errors import MailError
from smtp_server import SmtpServer, certificate

MESSAGE = b"Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n"
PASSWORD = "S3CRET-canary"  # noqa: S105 - invented, to look for


def account(server: SmtpServer, **fields: object) -> Account:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": ""}
    return Account(**{**given, "sender": "from@example.org", **fields})  # type: ignore[arg-type]


def failure(server: SmtpServer, password: str | None = None, **fields: object) -> tuple[str, bool]:
    """Return what is said of a mail that failed, and whether the server may have it."""
    sending = Sending(account(server, **fields), password)
    with pytest.raises(MailError) as caught:
        sending.send("to@example.org", MESSAGE)
    # Nothing that --debug prints may hold the server's answers.
    assert caught.value.__suppress_context__
    return str(caught.value), sending.handed_over


def test_a_message_arrives_as_it_was_written() -> None:
    with SmtpServer() as server:
        Sending(account(server), None).send("to@example.org", MESSAGE)
    (mail,) = server.mails
    assert (mail.sender, mail.recipients) == ("from@example.org", ("to@example.org",))
    assert mail.content == MESSAGE
    assert server.said == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_comes_after_tls(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    with SmtpServer(tls=security, certificate=own) as server:
        sending = Sending(account(server, host="localhost", security=security, user="me"), PASSWORD)
        sending.send("to@example.org", MESSAGE)
    (mail,) = server.mails
    assert (mail.login, mail.encrypted) == (("me", PASSWORD), True)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("trusted", [False, True])
def test_nothing_is_said_to_a_server_that_cannot_be_trusted(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    # Either nobody vouches for the certificate, or it is another host's.
    own = certificate(tmp_path, name="DNS:other.example")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
    with SmtpServer(tls=security, certificate=own) as server:
        said, unknown = failure(server, PASSWORD, host="localhost", security=security, user="me")
    assert "cannot be trusted" in said
    assert "SSL_CERT_FILE" in said
    assert not unknown
    assert set(server.said) <= {"EHLO", "STARTTLS"}


def test_a_server_without_starttls_gets_no_login() -> None:
    with SmtpServer() as server:
        said, unknown = failure(server, PASSWORD, security="starttls", user="me")
    assert "does not support STARTTLS" in said
    assert not unknown
    assert server.said == ["EHLO"]


def test_a_server_that_speaks_no_tls_is_told() -> None:
    with SmtpServer() as server:
        said, _ = failure(server, security="tls")
    assert "does not speak TLS here" in said


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("fault", ["421 closing", "535 no", "550 no such user"])
def test_a_refusal_is_certain_and_names_server_and_reason(step: str, fault: str) -> None:
    with SmtpServer({step: fault}) as server:
        said, unknown = failure(server)
    assert said.startswith(f"127.0.0.1:{server.port} ")
    assert not unknown
    assert server.mails == []
    if step in {"MAIL", "RCPT", "DATA", "."}:
        assert said.endswith(f"refused the mail: {fault}")


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_message_is_certain(step: str) -> None:
    with SmtpServer({step: "drop"}) as server:
        said, unknown = failure(server)
    assert "closed the connection" in said
    assert not unknown


def test_a_connection_lost_after_the_message_leaves_it_unknown() -> None:
    with SmtpServer({".": "drop"}) as server:
        _, unknown = failure(server)
    assert unknown
    assert len(server.mails) == 1


def test_a_farewell_that_fails_loses_nothing() -> None:
    with SmtpServer({"QUIT": "drop"}) as server:
        Sending(account(server), None).send("to@example.org", MESSAGE)
    assert len(server.mails) == 1


@pytest.mark.parametrize("step", ["connect", "EHLO", "RCPT", "."])
@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_server_that_never_ends_its_answer_is_left(
    step: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_WHOLE", 0.3)
    with SmtpServer({step: fault}) as server:
        _, unknown = failure(server)
        assert server.reached.is_set()
    assert unknown == (step == ".")


def test_nobody_at_the_port_is_told() -> None:
    with SmtpServer() as server:
        pass
    said, unknown = failure(server)
    assert said == f"127.0.0.1:{server.port} cannot be reached: connection refused"
    assert not unknown


def test_a_refused_login_tells_the_code_alone() -> None:
    with SmtpServer({"AUTH": f"535 wrong: {PASSWORD}"}) as server:
        said, unknown = failure(server, PASSWORD, user="me")
    assert said == f"127.0.0.1:{server.port} refused the login of me (535)"
    assert not unknown


def test_an_answer_that_quotes_the_password_is_told_without_it() -> None:
    with SmtpServer({"RCPT": f"550 {PASSWORD} UzNDUkVULWNhbmFyeQ== \x1b[2J"}) as server:
        said, _ = failure(server, PASSWORD, user="me")
    assert said.endswith("refused the mail: 550 … … \ufffd[2J")
