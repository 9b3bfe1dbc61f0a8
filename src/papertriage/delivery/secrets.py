"""Find the password of the mail account, without ever showing it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from papertriage import config, paths
from papertriage.errors import ConfigurationError

VARIABLE = "PAPERTRIAGE_SMTP_PASSWORD"
_LONGEST = 4_096
# A password manager may ask for its own password first.
_PATIENCE = 120.0


def password(user: str) -> str | None:
    """Return the password of a user, None without a user; raises ConfigurationError.

    The order is: the environment, mail.password-command, mail.password-file, mail.keyring.
    """
    if not user:
        return None
    if os.environ.get(VARIABLE):
        return _usable(os.environ[VARIABLE], VARIABLE)
    command, file = config.text("mail.password-command"), config.text("mail.password-file")
    service = config.text("mail.keyring")
    if command:
        return _usable(_from_command(command), "mail.password-command")
    if file:
        return _usable(_from_file(file), "mail.password-file")
    if service:
        return _usable(_from_keyring(service, user), "mail.keyring")
    msg = (
        f"mail.user is set, but no password: set mail.password-command, mail.password-file,"
        f" mail.keyring or {VARIABLE}"
    )
    raise ConfigurationError(msg)


def _usable(found: str, where: str) -> str:
    line = found.split("\n", 1)[0].rstrip("\r")
    if not line:
        msg = f"{where} returned no password"
        raise ConfigurationError(msg)
    # smtplib encodes the login as ASCII, and its error would quote the character.
    if not line.isascii() or "\0" in line:
        msg = f"{where} returned a password with characters that SMTP cannot send"
        raise ConfigurationError(msg)
    return line


def _from_command(command: str) -> str:
    import subprocess

    try:
        # Its standard error is shown to the user, its output is not.
        done = subprocess.run(  # noqa: S602 - the user's own command, from their own settings
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        # Without its cause, which contains the output so far.
        msg = f"mail.password-command took more than {_PATIENCE:g} seconds"
        raise ConfigurationError(msg) from None
    except (OSError, ValueError) as error:
        msg = f"mail.password-command cannot be run ({type(error).__name__})"
        raise ConfigurationError(msg) from None
    if done.returncode:
        msg = f"mail.password-command failed with exit code {done.returncode}"
        raise ConfigurationError(msg)
    return done.stdout[:_LONGEST].decode("utf-8", "replace")


def _from_file(name: str) -> str:
    path = paths.config_dir() / name
    try:
        path = paths.config_dir() / Path(name).expanduser()
        # O_NONBLOCK: opening a named pipe without a writer would block.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        msg = f"mail.password-file {path} cannot be read: {reason.lower()}"
        raise ConfigurationError(msg) from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            msg = f"mail.password-file {path} is not a file"
            raise ConfigurationError(msg)
        if found.st_mode & 0o077:
            msg = f"mail.password-file can be read by others: chmod 600 {path}"
            raise ConfigurationError(msg)
        return file.read(_LONGEST).decode("utf-8", "replace")


def _from_keyring(service: str, user: str) -> str:
    try:
        import keyring
    except ImportError:
        msg = "mail.keyring requires the package keyring: pip install 'papertriage[keyring]'"
        raise ConfigurationError(msg) from None
    try:
        found = keyring.get_password(service, user)
    # Backends raise any exception, and may quote secrets.
    except Exception as error:  # noqa: BLE001 - as above
        msg = f"the keyring cannot be read ({type(error).__name__}): is it unlocked?"
        raise ConfigurationError(msg) from None
    if not found:
        msg = f"the keyring holds no password: keyring set {service} {user}"
        raise ConfigurationError(msg)
    return str(found)
