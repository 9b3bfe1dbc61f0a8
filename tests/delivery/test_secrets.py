from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

from papertriage import config
from papertriage.delivery import secrets
from papertriage.delivery.secrets import VARIABLE, password
from papertriage.errors import ConfigurationError

CANARY = "S3CRET-canary"


@pytest.fixture
def file(home: Path) -> Path:
    """Return the password file of the settings."""
    path = home / "password"
    path.write_text(f"{CANARY}\nnot this line\n")
    path.chmod(0o600)
    config.change("mail.password-file", str(path))
    return path


def failure() -> str:
    with pytest.raises(ConfigurationError) as caught:
        password("me")
    assert CANARY not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_who_does_not_log_in_needs_none() -> None:
    assert password("") is None
    assert "mail.user is set, but no password" in failure()


def test_the_first_line_of_a_private_file_is_the_password(file: Path) -> None:
    assert password("me") == CANARY
    config.change("mail.password-file", "password")
    assert password("me") == CANARY
    file.write_bytes(b"S3CRET-canary\r\n")
    assert password("me") == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o777])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert failure() == f"mail.password-file can be read by others: chmod 600 {file}"


def test_a_file_that_holds_nothing_usable_is_named(file: Path) -> None:
    file.write_text("\n")
    assert failure() == "mail.password-file returned no password"
    file.write_text(f"{CANARY}é")
    assert "characters that SMTP cannot send" in failure()
    file.unlink()
    assert failure().endswith("cannot be read: no such file or directory")
    config.change("mail.password-file", "~nobody-at-all/password")
    assert failure().endswith("cannot be read: no such file")
    config.change("mail.password-file", str(file))
    os.mkfifo(file, 0o600)
    assert failure().endswith("is not a file")


def test_a_command_goes_before_the_file_and_the_environment_before_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.change("mail.password-command", "printf 'from-command\\nmore' | cat")
    assert password("me") == "from-command"
    monkeypatch.setenv(VARIABLE, "from-environment")
    assert password("me") == "from-environment"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (f"echo {CANARY}; exit 3", "mail.password-command failed with exit code 3"),
        ("true", "mail.password-command returned no password"),
        ("/nowhere/pass 2>/dev/null", "mail.password-command failed with exit code 127"),
        ("a\0b", "mail.password-command cannot be run (ValueError)"),
    ],
)
def test_a_command_that_fails_is_told_without_what_it_printed(command: str, line: str) -> None:
    config.change("mail.password-command", command)
    assert failure() == line


def test_a_command_that_never_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_PATIENCE", 0.2)
    wait = shlex.join([sys.executable, "-c", f"import time; print('{CANARY}'); time.sleep(30)"])
    config.change("mail.password-command", f"exec {wait}")
    assert failure() == "mail.password-command took more than 0.2 seconds"


def keyring(monkeypatch: pytest.MonkeyPatch, found: str | Exception | None) -> None:
    """Put a library of that name in place that finds this, or raises it."""

    def get_password(service: str, user: str) -> str | None:
        if isinstance(found, Exception):
            raise found
        return found if (service, user) == ("papertriage", "me") else None

    library = ModuleType("keyring")
    library.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", library)


def test_a_keyring_is_asked_only_when_the_settings_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, CANARY)
    assert "no password" in failure()
    config.change("mail.keyring", "papertriage")
    assert password("me") == CANARY
    keyring(monkeypatch, None)
    assert failure() == "the keyring holds no password: keyring set papertriage me"
    keyring(monkeypatch, RuntimeError(CANARY))
    assert failure() == "the keyring cannot be read (RuntimeError): is it unlocked?"


def test_a_keyring_without_its_library_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config.change("mail.keyring", "papertriage")
    # What is None here cannot be imported, whether it is installed or not.
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert failure().endswith("pip install 'papertriage[keyring]'")
