"""Read topic definitions: one TOML file per topic, checked key by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from papertriage.errors import ConfigurationError
from papertriage.topics.words import fold, words

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[^\W_](?:[\w .+-]{0,62}[\w+])?")
_LISTS = ("phrases", "misleading", "examples")
_KEYS = ("name", "description", *_LISTS, "recall", "precision")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a topic's threshold must guarantee: a minimum recall or a minimum precision."""

    measure: Literal["recall", "precision"]
    value: float


@dataclass(frozen=True, slots=True)
class Topic:
    """What the user wants to follow, in words that need no training."""

    name: str
    description: str
    phrases: tuple[str, ...]
    misleading: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    promise: Promise | None = None


def load_topic(path: Path) -> Topic:
    """Read one topic file.

    Raises ConfigurationError naming file, topic and key.
    """
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise ConfigurationError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not a TOML file: {error}"
        raise ConfigurationError(msg) from error
    return parse_topic(document, str(path))


def load_topics(directory: Path) -> dict[str, Topic]:
    """Read every `*.toml` of a directory, keyed and sorted by topic name."""
    files: dict[str, Path] = {}
    topics: dict[str, Topic] = {}
    for path in sorted(directory.glob("*.toml")):
        topic = load_topic(path)
        if topic.name in topics:
            msg = f"{path}: topic {topic.name!r}: key 'name' is already used by {files[topic.name]}"
            raise ConfigurationError(msg)
        files[topic.name], topics[topic.name] = path, topic
    return dict(sorted(topics.items()))


def parse_topic(document: dict[str, Any], where: str) -> Topic:
    """Check the keys of one definition; `where` names its file in the messages."""
    name = document.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        msg = (
            f"{where}: key 'name' must be 1 to 64 letters, digits, spaces or . + - _, "
            f"starting with a letter or digit, not {name!r}"
        )
        raise ConfigurationError(msg)
    prefix = f"{where}: topic {name!r}"
    for key in document:
        if key not in _KEYS:
            msg = f"{prefix}: unknown key {key!r}; known: {', '.join(_KEYS)}"
            raise ConfigurationError(msg)
    description = document.get("description", "")
    if not isinstance(description, str):
        msg = f"{prefix}: key 'description' must be a string"
        raise ConfigurationError(msg)
    lists = {key: _strings(document.get(key, []), key, prefix) for key in _LISTS}
    if not lists["phrases"]:
        msg = f"{prefix}: key 'phrases' must list at least one phrase"
        raise ConfigurationError(msg)
    return Topic(name, description, **lists, promise=_promise(document, prefix))


def dump_topic(topic: Topic) -> str:
    """Write a topic as TOML that `load_topic` reads back equal."""
    lines = [f"name = {_quoted(topic.name)}", f"description = {_quoted(topic.description)}"]
    if topic.promise:
        lines.append(f"{topic.promise.measure} = {topic.promise.value!r}")
    for key in _LISTS:
        values: tuple[str, ...] = getattr(topic, key)
        lines += [f"{key} = [", *(f"  {_quoted(value)}," for value in values), "]"]
    return "\n".join(lines) + "\n"


def _strings(value: object, key: str, prefix: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        msg = f"{prefix}: key {key!r} must be a list of strings"
        raise ConfigurationError(msg)
    for one in value:
        if not any(map(fold, words(one))):
            msg = f"{prefix}: key {key!r} holds {one!r}, which has no word"
            raise ConfigurationError(msg)
    return tuple(value)


def _promise(document: dict[str, Any], prefix: str) -> Promise | None:
    given = [key for key in ("recall", "precision") if key in document]
    if not given:
        return None
    if len(given) > 1:
        msg = f"{prefix}: set key 'recall' or key 'precision', not both"
        raise ConfigurationError(msg)
    key: Literal["recall", "precision"] = "recall" if given == ["recall"] else "precision"
    value = document[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        msg = f"{prefix}: key {key!r} must be a number above 0 and below 1, not {value!r}"
        raise ConfigurationError(msg)
    return Promise(key, float(value))


def _quoted(text: str) -> str:
    """Write a TOML basic string (TOML 1.0: control characters and U+007F must be escaped)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda one: f"\\u{ord(one[0]):04x}", escaped) + '"'
