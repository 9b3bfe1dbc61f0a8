"""Pack texts into a third of their bytes, and read them again."""

from __future__ import annotations

from _thread import get_ident
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertriage.errors import CacheUnusable

if TYPE_CHECKING:
    import sqlite3

    from zstandard import ZstdCompressor, ZstdDecompressor

DICTIONARY = Path(__file__).parent / "abstracts.zdict"
"""Phrases that many abstracts share. Every cache is read with this file: it may never change."""

# Between zstd's levels 1 and 3 in size, and faster than both: docs/research/costs.md.
_WINDOW, _TABLE, _SHORTEST = 17, 15, 7
# https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1: no text begins so, as it is not UTF-8.
_MAGIC = b"\x28\xb5\x2f\xfd"


class _Tools(NamedTuple):
    pack: ZstdCompressor
    unpack: ZstdDecompressor
    fault: type[Exception]


def packed(text: str | None) -> bytes | str | None:
    """Return what the cache stores of a text: a Zstandard frame, or the text where that is less."""
    if not text:
        return text
    plain = text.encode()
    frame = _tools(get_ident()).pack.compress(plain)
    return frame if len(frame) < len(plain) else text


def unpacked(stored: bytes | str | None) -> str | None:
    """Return the text that packed() was given; raises CacheUnusable for a damaged frame."""
    if not isinstance(stored, bytes):
        return stored
    tools = _tools(get_ident())
    try:
        return tools.unpack.decompress(stored).decode()
    # MemoryError: a bit of the size that a frame claims.
    except (tools.fault, UnicodeDecodeError, MemoryError) as error:
        why = str(error) or "its size"
        msg = (
            f"a text in the cache is damaged ({why}): restore a copy of the cache"
            " (`papertriage doctor --restore FILE`), or save what can be read (`papertriage doctor"
            " --salvage FILE`)"
        )
        raise CacheUnusable(msg) from error


def is_frame(value: bytes) -> bool:
    """Say whether bytes are a frame, and no text in UTF-8."""
    return value.startswith(_MAGIC)


def teach(connection: sqlite3.Connection) -> None:
    """Let SQL say unpacked(abstract)."""
    connection.create_function("unpacked", 1, unpacked, deterministic=True)


@cache
def _tools(thread: int) -> _Tools:  # noqa: ARG001 - what one thread uses no other may at the same time
    import zstandard as zstd

    phrases = zstd.ZstdCompressionDict(DICTIONARY.read_bytes())
    recipe = zstd.ZstdCompressionParameters(
        strategy=zstd.STRATEGY_FAST,
        window_log=_WINDOW,
        hash_log=_TABLE,
        min_match=_SHORTEST,
        write_checksum=True,
    )
    return _Tools(
        zstd.ZstdCompressor(dict_data=phrases, compression_params=recipe),
        zstd.ZstdDecompressor(dict_data=phrases),
        zstd.ZstdError,
    )
