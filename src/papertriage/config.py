"""Read and change the settings in config.toml."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from papertriage import paths
from papertriage.errors import ConfigurationError, InputError
from papertriage.text import visible

Value = str | int | float | tuple[str, ...]
_KINDS = {str: "text", int: "a whole number", float: "a number", tuple: "a list of names"}


class Setting(NamedTuple):
    """The default, meaning and least value of a key of config.toml."""

    default: Value
    meaning: str
    least: float | None = None


# Above any count or delay that makes sense, below what a platform's timers refuse.
_MOST = 1_000_000_000
# The length at which a message cuts a key or a value.
_LONGEST = 200

SETTINGS: dict[str, Setting] = {
    "picks.limit": Setting(10, "how many papers `today` and `digest` pick", least=0),
    "interest.after": Setting(
        2, "keeps and skips needed before picks are ranked by interest (0: never)", least=0
    ),
    "sources.enabled": Setting(("arxiv",), "the sources that `fetch` uses by default"),
    "sources.arxiv.url": Setting(
        "https://export.arxiv.org/api/query",
        "the URL of the arXiv API, used for searches and while OAI-PMH is down",
    ),
    "sources.arxiv.categories": Setting(
        ("cs.LG", "cs.CL", "stat.ML"), "the arXiv categories to fetch"
    ),
    "sources.arxiv.query": Setting(
        "", "an arXiv API search, such as au:bengio, to fetch instead of the categories"
    ),
    "sources.arxiv.since": Setting(
        "2d",
        "how far back `fetch` goes (2d, 3w or a date) in sources other than arxiv; in arxiv only"
        " with sources.arxiv.query, and then at least two weeks",
    ),
    # https://info.arxiv.org/help/api/tou.html: one request every three seconds.
    "sources.arxiv.delay": Setting(3.0, "seconds between two requests", least=0),
    # Pages above a few hundred failed at times in 2025; the manual allows 2,000.
    "sources.arxiv.page-size": Setting(100, "papers requested at a time", least=1),
    "sources.arxiv-daily.url": Setting("https://rss.arxiv.org", "the URL of arXiv's daily feeds"),
    "sources.arxiv-daily.categories": Setting(
        (), "the categories of the daily feed; default: sources.arxiv.categories"
    ),
    "sources.arxiv-daily.format": Setting("rss", "the format of the daily feed: rss or atom"),
    "sources.arxiv-oai.url": Setting(
        "https://oaipmh.arxiv.org/oai", "the URL of arXiv's OAI-PMH service"
    ),
    "sources.arxiv-oai.sets": Setting(
        (), "the OAI-PMH sets, such as cs:cs:LG; default: sources.arxiv.categories"
    ),
    "sources.hugging-face.url": Setting(
        "https://huggingface.co", "the URL of Hugging Face daily papers"
    ),
    "sources.hugging-face.sort": Setting("publishedAt", "the order: publishedAt or trending"),
    "sources.feeds.urls": Setting((), "the URLs of RSS or Atom feeds to read"),
    "topics.off": Setting((), "shipped topics not to follow"),
    "topics.retrain-after": Setting(
        20, "new labels needed before a topic is retrained (0: never)", least=0
    ),
    "mail.host": Setting("", "the SMTP server that sends the digest"),
    "mail.port": Setting(0, "the port (0: 587 for starttls, 465 for tls, 25 for none)", least=0),
    "mail.security": Setting(
        "starttls", "starttls, tls, or none (only for a server on this machine)"
    ),
    "mail.user": Setting("", "the user name to log in with; empty: no login"),
    "mail.from": Setting("", "the sender's address; default: mail.user"),
    "mail.to": Setting("", "the recipient of scheduled digests, unless --email is given"),
    "mail.password-command": Setting("", "a shell command that prints the password"),
    "mail.password-file": Setting("", "a file with the password, readable only by you (0600)"),
    "mail.keyring": Setting("", "the keyring service that holds the password of mail.user"),
    "sources.contact": Setting("", "an e-mail address to send to sources in the User-Agent header"),
}

USUAL = (
    "picks.limit",
    "topics.off",
    "sources.enabled",
    "sources.arxiv.categories",
    "sources.arxiv.query",
    "sources.feeds.urls",
    "mail.host",
    "mail.user",
    "mail.password-command",
    "mail.from",
    "mail.to",
)
"""The settings that people change first."""


def read(path: Path | None = None) -> dict[str, Value]:
    """Return every setting, from config.toml or else its default; raises ConfigurationError."""
    path = path or paths.config_path()
    settings = {key: setting.default for key, setting in SETTINGS.items()}
    # stat() before import: tomllib is slow to import, and most readers have no file.
    if os.path.exists(path):
        settings.update(_checked(dict(_flat(_parsed(path))), path))
    return settings


def is_set(key: str) -> bool:
    """Return whether config.toml contains a setting."""
    path = paths.config_path()
    return os.path.exists(path) and key in dict(_flat(_parsed(path)))


def text(key: str) -> str:
    """Return a setting that is text."""
    return str(read()[key])


def number(key: str) -> float:
    """Return a setting that is a number."""
    value = read()[key]
    assert isinstance(value, int | float)  # noqa: S101 - _checked compared its type with the default's
    return value


def names(key: str) -> tuple[str, ...]:
    """Return a setting that is a list of names."""
    value = read()[key]
    assert isinstance(value, tuple)  # noqa: S101 - _checked compared its type with the default's
    return value


def change(key: str, value: str | None) -> Path:
    """Write one setting, or remove it if value is None; comments in the file are kept."""
    if key not in SETTINGS:
        raise InputError(unknown(key))
    parsed = None if value is None else _from_text(key, value)
    return _changed(key, lambda: parsed)


def change_names(key: str, change: Callable[[tuple[str, ...]], Iterable[str]]) -> Path:
    """Replace a list of names with what `change` makes of it; an empty list removes the setting."""
    return _changed(key, lambda: tuple(change(names(key))) or None)


def _changed(key: str, value: Callable[[], Value | None]) -> Path:
    # Imported here because only writing needs it.
    from papertriage import locks

    # If config.toml is a symbolic link, write its target.
    path = Path(os.path.realpath(paths.config_path()))
    # Read only under the lock: other processes' changes must not be lost.
    with locks.alone(path):
        before = _read_text(path) if path.exists() else ""
        return paths.write_private(path, _with(before, key, value(), path))


def _with(before: str, key: str, value: Value | None, path: Path) -> str:
    """Return the text of a settings file with one setting changed or removed."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    # tomllib's error messages are more precise than tomlkit's.
    _parse(before, path)
    *tables, last = key.split(".")
    try:
        document = tomlkit.parse(before)
        table: Any = document
        for name in tables:
            if name not in table:
                table[name] = tomlkit.table(is_super_table=name != tables[-1])
            table = table[name]
            if not isinstance(table, dict):
                msg = f"{path}: {name} is not a table: fix it first"
                raise ConfigurationError(msg)
        if value is not None:
            table[last] = list(value) if isinstance(value, tuple) else value
        else:
            table.pop(last, None)
        after = tomlkit.dumps(document)
        written = dict(_flat(_parse(after, path))).get(key)
    except (TOMLKitError, ValueError, RecursionError) as error:
        msg = f"{path}: cannot change {key} in this file: edit it by hand"
        raise ConfigurationError(msg) from error
    if written != (list(value) if isinstance(value, tuple) else value):
        msg = f"{path}: cannot change {key} in this file: edit it by hand"
        raise ConfigurationError(msg)
    return after


def _from_text(key: str, value: str) -> Value:
    default = SETTINGS[key].default
    if isinstance(default, tuple):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    if isinstance(default, str):
        return value
    try:
        parsed = type(default)(value)
        return _checked({key: parsed}, Path("config"))[key]
    except (ValueError, ConfigurationError) as error:
        least = f" of at least {SETTINGS[key].least:g}" if SETTINGS[key].least is not None else ""
        msg = f"{key} must be {_KINDS[type(default)]}{least}, not {value!r}"
        raise InputError(msg) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read ({error}): fix or remove it"
        raise ConfigurationError(msg) from error


def _parsed(path: Path) -> dict[str, Any]:
    return _parse(_read_text(path), path)


def _parse(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        msg = f"{path}: not valid TOML: nested too deeply"
        raise ConfigurationError(msg) from error
    # Also raised for an integer of more than 4,300 digits and for an invalid date.
    except ValueError as error:
        msg = f"{path}: not valid TOML: {visible(str(error), _LONGEST)}"
        raise ConfigurationError(msg) from error


def _flat(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every dotted key and its value, without recursion: tables may be nested deeply."""
    left = [("", table)]
    while left:
        prefix, inner = left.pop()
        for name, value in inner.items():
            key = prefix + name
            if isinstance(value, dict) and key not in SETTINGS and len(key) <= _LONGEST:
                left.append((f"{key}.", value))
            else:
                yield key, value


def unknown(key: str) -> str:
    """Return the message for an unknown setting, with the closest name if there is one."""
    from difflib import get_close_matches

    near = get_close_matches(key[:_LONGEST], SETTINGS, 1)
    hint = f"did you mean {near[0]}?" if near else "see `papertriage config list`"
    return f"unknown setting {visible(key, _LONGEST)}: {hint}"


def _checked(values: dict[str, Any], path: Path) -> dict[str, Value]:
    checked: dict[str, Value] = {}
    for key, given in values.items():
        if key not in SETTINGS:
            msg = f"{path}: {unknown(key)}"
            raise ConfigurationError(msg)
        setting = SETTINGS[key]
        value = tuple(given) if isinstance(given, list) else given
        if isinstance(setting.default, float) and type(value) is int and abs(value) <= _MOST:
            value = float(value)
        wrong = type(value) is not type(setting.default)
        if isinstance(value, tuple):
            wrong = wrong or not all(isinstance(name, str) for name in value)
        least = setting.least
        too_large = type(given) is int and abs(given) > _MOST
        if wrong and not (least is not None and too_large):
            # A URL may contain a password: show the type of the value instead.
            secret = key.endswith((".url", ".urls")) or key.startswith("mail.password")
            said = _KINDS.get(type(value), type(given).__name__) if secret else _shown(given)
            msg = f"{path}: {key} must be {_KINDS[type(setting.default)]}, not {said}"
            raise ConfigurationError(msg)
        # NaN compares false with everything, so test for what is valid.
        if least is not None and not (isinstance(value, int | float) and least <= value <= _MOST):
            most = f" and at most {_MOST:,}" if too_large else ""
            msg = f"{path}: {key} must be at least {least:g}{most}, not {_shown(given)}"
            raise ConfigurationError(msg)
        checked[key] = value
    return checked


def _shown(given: object) -> str:
    """Return a value as one short line for a message."""
    if isinstance(given, dict):
        return "a table"
    # repr() fails on integers of thousands of digits and on deep nesting.
    if type(given) is int and abs(given) > _MOST:
        return "a very large number" if given > 0 else "a very low number"
    try:
        return visible(repr(given), _LONGEST)
    except (ValueError, RecursionError):
        return "this value"
