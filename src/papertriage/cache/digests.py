"""Store every digest as it was made, and what was written of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from papertriage.cache.connection import patience, writing
from papertriage.cache.rows import list_text
from papertriage.models import (
    CachedPaper,
    Coverage,
    Digest,
    Paper,
    Pick,
    Receipt,
    TopicNews,
    TopicScore,
    Unpicked,
)

_PATIENCE = 1.0
_ID_LENGTH = 16
_Made = TypeVar("_Made")


class Behind(NamedTuple):
    """What shaped a digest: by topic the hash of the model, and the settings."""

    models: Mapping[str, str]
    settings: Mapping[str, object]


class StoredDigest(NamedTuple):
    """A digest as it was made, with what shaped it."""

    digest: Digest
    behind: Behind


class Written(NamedTuple):
    """A text that was written of a digest, and the version of papertriage that wrote it."""

    sha256: str
    digest: str
    format: str
    version: str


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text as it is written."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def settings_hash(settings: Mapping[str, object]) -> str:
    """Return a short hash of settings."""
    return text_hash(json.dumps(settings, sort_keys=True))[:_ID_LENGTH]


def identified(connection: sqlite3.Connection, digest: Digest, now: str) -> Digest:
    """Return the digest with its id, which its content gives, and when it was first made."""
    name = text_hash(_content(digest))[:_ID_LENGTH]
    row = connection.execute("SELECT at FROM digests WHERE id = ?", (name,)).fetchone()
    return replace(digest, id=name, made=row["at"] if row else now)


def store(
    connection: sqlite3.Connection,
    digest: Digest,
    behind: Behind,
    written: Written,
    now: str,
) -> str | None:
    """Store an identified digest and that this was written of it.

    Returns a warning where the cache cannot be written just now.
    """
    known = connection.execute(
        "SELECT 1 FROM digest_texts WHERE sha256 = ?", (written.sha256,)
    ).fetchone()
    if known:
        return None
    settings = {**behind.settings, "hash": settings_hash(behind.settings)}
    row = (digest.id, digest.day, list_text(digest.asked), digest.made, _content(digest))
    try:
        with patience(connection, _PATIENCE), writing(connection):
            connection.execute(
                """
                INSERT OR IGNORE INTO digests (id, day, asked, at, content, models, settings)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                (*row, list_text(dict(behind.models)), list_text(settings)),
            )
            connection.execute(
                """
                INSERT OR IGNORE INTO digest_texts (sha256, digest, format, version, at)
                VALUES (?, ?, ?, ?, ?)
                """,
                (*written, now),
            )
    except sqlite3.OperationalError as error:
        return f"this digest could not be saved ({error}): it cannot be replayed or verified"
    return None


def digests_of(connection: sqlite3.Connection, day: str) -> list[StoredDigest]:
    """Read the digests of a day, in the order in which they were made."""
    rows = connection.execute("SELECT * FROM digests WHERE day = ? ORDER BY at, id", (day,))
    return [_stored(row) for row in rows]


def digest_by_id(connection: sqlite3.Connection, name: str) -> StoredDigest | None:
    """Read a digest by its id."""
    row = connection.execute("SELECT * FROM digests WHERE id = ?", (name,)).fetchone()
    return _stored(row) if row else None


def written_of(connection: sqlite3.Connection, name: str) -> list[Written]:
    """Read what was written of a digest, in the order of time."""
    rows = connection.execute(
        """
        SELECT sha256, digest, format, version FROM digest_texts
        WHERE digest = ?
        ORDER BY at, sha256
        """,
        (name,),
    )
    return [Written(*row) for row in rows]


def written_as(connection: sqlite3.Connection, content_hash: str) -> Written | None:
    """Read which digest a text with that SHA-256 is of."""
    row = connection.execute(
        "SELECT sha256, digest, format, version FROM digest_texts WHERE sha256 = ?",
        (content_hash,),
    ).fetchone()
    return Written(*row) if row else None


def _content(digest: Digest) -> str:
    return list_text(_data(replace(digest, id="", made="")))


def _data(value: Any) -> Any:  # noqa: ANN401 - any part of a digest
    """Return what a digest holds as JSON's kinds of values, named as its fields are."""
    if is_dataclass(value):
        return {field.name: _data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        named = getattr(value, "_fields", None)
        parts = map(_data, value)
        return dict(zip(named, parts, strict=True)) if named else list(parts)
    return dict(value) if isinstance(value, Mapping) else value


def _stored(row: sqlite3.Row) -> StoredDigest:
    settings = json.loads(row["settings"])
    settings.pop("hash", None)
    digest = replace(_digest(json.loads(row["content"])), id=row["id"], made=row["at"])
    return StoredDigest(digest, Behind(json.loads(row["models"]), settings))


def _digest(found: dict[str, Any]) -> Digest:
    parts = {
        "picks": tuple(_paper(one) for one in found["picks"]),
        "receipts": tuple(_made(Receipt, one) for one in found["receipts"]),
        "feeds": tuple(_made(Coverage, one) for one in found["feeds"]),
        "topics": tuple(
            _made(TopicNews, {**one, "best": [_made(Unpicked, other) for other in one["best"]]})
            for one in found["topics"]
        ),
    }
    return _made(Digest, {**found, **parts})


def _paper(found: dict[str, Any]) -> CachedPaper:
    parts = {
        "paper": _made(Paper, found["paper"]),
        "topics": tuple(_made(TopicScore, one) for one in found["topics"]),
        "pick": found["pick"] and _made(Pick, found["pick"]),
    }
    return _made(CachedPaper, {**found, **parts})


def _made(kind: type[_Made], found: dict[str, Any]) -> _Made:
    """Make a model of a JSON object; a field that another version has or lacks is no fault."""
    names = kind.__annotations__
    return kind(**{name: _tuples(value) for name, value in found.items() if name in names})


def _tuples(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON value
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
