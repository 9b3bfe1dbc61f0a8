from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path

import pytest

from builders import make_digest, make_picked
from papertriage import config
from papertriage.cache.connection import opened
from papertriage.errors import ConfigurationError, MailError
from papertriage.models.digest import Digest
from papertriage.triage.day import mailing
from smtp_server import SmtpServer

ME = "me@example.org"
DIGEST = make_digest()


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 10, 3, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def now() -> Clock:
    return Clock()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with opened(tmp_path / "cache.db") as connection:
        yield connection


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        config.change("mail.host", "127.0.0.1")
        config.change("mail.port", str(server.port))
        config.change("mail.security", "none")
        config.change("mail.from", "papers@example.org")
        yield server


@pytest.fixture
def send(connection, server, now):
    def sent(digest: Digest = DIGEST, to: str = ME, *, resend: bool = False) -> str:
        return mailing.send(connection, digest, to, resend=resend, now=now)

    return sent


def test_a_digest_is_mailed_once(send, server: SmtpServer) -> None:
    assert send() == "1 paper mailed to me@example.org"
    told = "this digest was already mailed to me@example.org at 2025-10-03T09:00:00Z: use --resend"
    assert send() == f"{told} to mail it again"
    # More picks on the same day are the same digest; so is another spelling of the address.
    more = make_digest(picks=(make_picked(), make_picked(2)))
    assert send(digest=more, to="ME@example.org").startswith(
        "this digest was already mailed to me@example.org"
    )
    assert len(server.mails) == 1
    send(to="you@example.org")
    send(make_digest(asked=("--topic ood",)))
    assert len({mail.parsed["Message-ID"] for mail in server.mails}) == 3


def test_a_digest_without_picks_is_not_mailed(send, server: SmtpServer) -> None:
    empty = make_digest(picks=())
    assert send(digest=empty) == "no new papers: no mail sent to me@example.org"
    assert send() == "1 paper mailed to me@example.org"
    assert server.connections == 1


def test_a_mail_that_certainly_failed_is_tried_again(send, server: SmtpServer) -> None:
    for step, fault in (("RCPT", "550 no"), (".", "451 later"), ("MAIL", "421 bye")):
        server.faults = {step: fault}
        with pytest.raises(MailError, match=f"no mail sent to me@example.org: .*{fault}; run"):
            send()
    server.faults = {}
    assert send() == "1 paper mailed to me@example.org"
    assert len(server.mails) == 1


def test_a_mail_of_unknown_fate_is_not_sent_again_unasked(send, server: SmtpServer) -> None:
    server.faults = {".": "drop"}
    with pytest.raises(MailError, match=r"to me@example\.org may have been delivered"):
        send()
    server.faults = {}
    with pytest.raises(MailError, match="interrupted: check that mailbox, and use --resend"):
        send()
    assert len(server.mails) == 1
    assert send(resend=True) == "1 paper mailed to me@example.org"
    # The same id: a server that has the first may drop the second.
    assert len({mail.parsed["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2
    send(resend=True)
    assert len({mail.parsed["Message-ID"] for mail in server.mails}) == 2


def test_a_mail_that_was_cut_short_is_left_alone_for_a_while(
    send, server: SmtpServer, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        # As after kill -9: nothing of what comes after the claim happens.
        patched.setattr(mailing.Sending, "send", killed)
        patched.setattr(mailing.deliveries, "release", lambda *_, **__: None)
        with pytest.raises(AssertionError):
            send()
    for resend in (False, True):
        with pytest.raises(MailError, match=r"may be on its way to .*: try again in 5 minutes"):
            send(resend=resend)
    now.moment += timedelta(minutes=5)
    with pytest.raises(MailError, match="the attempt was interrupted"):
        send()
    assert server.connections == 0
    assert send(resend=True) == "1 paper mailed to me@example.org"


def test_a_repeat_that_fails_leaves_the_digest_sent(send, server: SmtpServer) -> None:
    send()
    server.faults = {"RCPT": "550 no"}
    with pytest.raises(MailError):
        send(resend=True)
    assert "was already mailed to" in send()


def test_an_interruption_before_the_message_leaves_nothing_behind(
    send, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mailing.Sending, "_offer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send() == "1 paper mailed to me@example.org"


def test_without_an_account_nothing_is_claimed(send, server: SmtpServer) -> None:
    config.change("mail.user", "me")
    with pytest.raises(ConfigurationError, match="no password"):
        send()
    config.change("mail.user", "")
    assert send() == "1 paper mailed to me@example.org"


def test_a_preview_is_the_mail_that_is_sent(send, server: SmtpServer, now: Clock) -> None:
    shown = mailing.preview(DIGEST, ME, now)
    send()
    assert shown.encode() == server.mails[0].content


def test_a_preview_needs_no_settings(now: Clock) -> None:
    mail = message_from_string(mailing.preview(DIGEST, None, now), policy=policy.default)
    assert mail["To"] == "papertriage@localhost"


def test_a_digest_is_named_by_its_days_and_filters() -> None:
    assert mailing.delivery_name(DIGEST) == "2025-10-03"
    asked = ("--since 2d", "--topic ood")
    assert mailing.delivery_name(make_digest(asked=asked)) == "2025-10-03 --since 2d --topic ood"


def test_a_digest_begins_after_the_last_one_that_went_there(
    connection: sqlite3.Connection, now: Clock
) -> None:
    monday = date(2025, 10, 6)
    assert mailing.first_day(connection, "file:-", (), monday) == monday
    mailing.record_file(connection, make_digest(day="2025-10-03"), "file:-", now)
    assert mailing.first_day(connection, "file:-", (), monday) == date(2025, 10, 4)
    mailing.record_file(
        connection, make_digest(day="2025-10-06", asked=("--since 2d",)), "file:-", now
    )
    # Written again on the same day, it has the same days.
    assert mailing.first_day(connection, "file:-", (), monday) == date(2025, 10, 4)
    assert mailing.first_day(connection, "file:-", (), date(2025, 10, 7)) == date(2025, 10, 7)
    assert mailing.first_day(connection, "file:-", (), date(2026, 1, 31)) == date(2026, 1, 2)
    assert mailing.first_day(connection, "file:-", ("--topic ood",), monday) == monday
    assert mailing.first_day(connection, ME, (), monday) == monday
