"""Store every digest as it was written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from papertriage.cache.connection import patience, writing
from papertriage.cache.packing import packed, unpacked
from papertriage.cache.rows import list_text
from papertriage.models import CachedPaper, Paper, Pick, TopicScore
from papertriage.models.digest import Coverage, Digest, TopicNews, Unpicked
from papertriage.models.fetched import Receipt

_PATIENCE = 1.0
_STORE = """
INSERT OR IGNORE INTO digests (id, day, asked, at, content, models, settings)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_STORE_TEXT = """
INSERT INTO digest_texts (sha256, digest, format, version, at, text)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET text = excluded.text
"""
_IS_STORED = "SELECT 1 FROM digest_texts WHERE sha256 = ? AND text IS NOT NULL"
_TEXT = """
SELECT text FROM digest_texts WHERE digest = ? AND format = ? AND text IS NOT NULL
ORDER BY at DESC, sha256 DESC LIMIT 1
"""
_ID_LENGTH = 16
_Made = TypeVar("_Made")


class Behind(NamedTuple):
    """What shaped a digest: the model hash of each topic, and the settings."""

    models: Mapping[str, str]
    settings: Mapping[str, object]


class StoredDigest(NamedTuple):
    """A digest as it was made, with what shaped it."""

    digest: Digest
    behind: Behind


class Written(NamedTuple):
    """A text rendered from a digest, and the papertriage version that wrote it."""

    sha256: str
    digest: str
    format: str
    version: str


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text, encoded as it is written."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def settings_hash(settings: Mapping[str, object]) -> str:
    """Return a short hash of settings."""
    return text_hash(json.dumps(settings, sort_keys=True))[:_ID_LENGTH]


def identified(connection: sqlite3.Connection, digest: Digest, now: str) -> Digest:
    """Return the digest with its id, derived from its content, and the time it was first made."""
    name = text_hash(_content(digest))[:_ID_LENGTH]
    row = connection.execute("SELECT at FROM digests WHERE id = ?", (name,)).fetchone()
    return replace(digest, id=name, made=row["at"] if row else now)


def store_digest(
    connection: sqlite3.Connection,
    digest: Digest,
    behind: Behind,
    written: Written,
    text: str,
    now: str,
) -> str | None:
    """Store an identified digest and the text rendered from it.

    Returns a warning if the cache cannot be written.
    """
    if connection.execute(_IS_STORED, (written.sha256,)).fetchone():
        return None
    settings = {**behind.settings, "hash": settings_hash(behind.settings)}
    kept = (digest.id, digest.day, list_text(digest.asked), digest.made, _content(digest))
    try:
        with patience(connection, _PATIENCE), writing(connection):
            connection.execute(_STORE, (*kept, list_text(dict(behind.models)), list_text(settings)))
            connection.execute(_STORE_TEXT, (*written, now, packed(_as_written(text))))
    except sqlite3.OperationalError as error:
        return f"could not record this digest ({error}): `digest --as-of` will not find it"
    return None


def written_text(connection: sqlite3.Connection, name: str, form: str) -> str | None:
    """Read what was last written of a digest in a format; None where the text was not kept."""
    row = connection.execute(_TEXT, (name, form)).fetchone()
    return unpacked(row["text"]) if row else None


def digests_of(connection: sqlite3.Connection, day: str) -> list[StoredDigest]:
    """Read the digests of a day in the order they were made."""
    rows = connection.execute("SELECT * FROM digests WHERE day = ? ORDER BY at, id", (day,))
    return [_kept(row) for row in rows]


def written_of(connection: sqlite3.Connection, name: str) -> list[Written]:
    """List the texts rendered from a digest, oldest first."""
    rows = connection.execute(
        """
        SELECT sha256, digest, format, version FROM digest_texts
        WHERE digest = ?
        ORDER BY at, sha256
        """,
        (name,),
    )
    return [Written(*row) for row in rows]


def _as_written(text: str) -> str:
    """Return the text as it reads back: files hold question marks for lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def _content(digest: Digest) -> str:
    return list_text(_data(replace(digest, id="", made="")))


def _data(value: Any) -> Any:  # noqa: ANN401 - any part of a digest
    """Convert any part of a digest to JSON values; objects are keyed by field name."""
    if is_dataclass(value):
        return {field.name: _data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        named = getattr(value, "_fields", None)
        parts = map(_data, value)
        return dict(zip(named, parts, strict=True)) if named else list(parts)
    return dict(value) if isinstance(value, Mapping) else value


def _kept(row: sqlite3.Row) -> StoredDigest:
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
    """Build a model from a JSON object, tolerating fields that another version has or lacks."""
    names = kind.__annotations__
    return kind(**{name: _tuples(value) for name, value in found.items() if name in names})


def _tuples(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON value
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
