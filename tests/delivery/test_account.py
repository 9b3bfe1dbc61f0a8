from __future__ import annotations

import pytest

from papertriage import config
from papertriage.delivery.account import Account, account, address
from papertriage.errors import ConfigurationError, InputError


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        (" me@example.org ", "me@example.org"),
        ("First.Last+papers@Mail.Example.ORG", "First.Last+papers@mail.example.org"),
        ("me@localhost", "me@localhost"),
        ("me@bücher.example", "me@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_spelled_as_mail_headers_do(typed: str, spelled: str) -> None:
    assert address(typed) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        *("", "me", "@example.org", "me@", "me@@example.org", "me you@example.org", "me@exa mple"),
        *("me@example.org\nBcc: you@example.org", "a@b,c@d", "<me@example.org>", "mé@example.org"),
        *("me@example..org", ".me@example.org", "me@-x.org", "me@x\u202e.org", "me@example.org\0"),
        *(f"{'x' * 65}@example.org", f"me@{'x' * 300}.org", "me@\ud800.org"),
    ],
)
def test_what_is_no_address_is_one_line(typed: str) -> None:
    with pytest.raises(InputError, match="is not an e-mail address") as caught:
        address(typed)
    assert str(caught.value).isprintable()


def change(**settings: str) -> None:
    for name, value in settings.items():
        config.change(f"mail.{name.replace('_', '-')}", value)


def test_an_account_has_the_port_of_its_security() -> None:
    change(host="smtp.example.org", user="me@example.org")
    own = Account("smtp.example.org", 587, "starttls", "me@example.org", "me@example.org")
    assert account() == own
    change(security="tls", user="me", **{"from": "papers@example.org"})
    assert account() == Account("smtp.example.org", 465, "tls", "me", "papers@example.org")
    change(security="none", host="::1", port="2525")
    assert account() == Account("::1", 2525, "none", "me", "papers@example.org")


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({}, "no mail server is set"),
        ({"host": "smtp.example.org/x"}, "mail.host is 'smtp.example.org/x'"),
        ({"host": "x.org", "security": "ssl"}, "mail.security is 'ssl': choose from starttls"),
        ({"host": "x.org", "security": "none"}, "mail.security none is for a server on this"),
        ({"host": "10.0.0.1", "security": "none"}, "mail.security none is for a server on this"),
        ({"host": "x.org", "user": "me"}, "no sender is set"),
        ({"host": "x.org", "from": "me"}, "mail.from: 'me' is not an e-mail address"),
        ({"host": "x.org", "from": "a@b", "port": "65536"}, "mail.port is 65536"),
    ],
)
def test_what_is_missing_or_wrong_is_named(settings: dict[str, str], line: str) -> None:
    change(**settings)
    with pytest.raises(ConfigurationError) as caught:
        account()
    assert str(caught.value).startswith(line)
