"""Compress texts to a third of their size, and read them again."""

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
"""Phrases common in abstracts. Every cache is read with this file: it must never change."""

# Between zstd's levels 1 and 3 in size, and faster than both: docs/research/costs.md.
_WINDOW, _TABLE, _SHORTEST = 17, 15, 7
# https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1: not valid UTF-8, so no text begins with it.
_MAGIC = b"\x28\xb5\x2f\xfd"


class _Tools(NamedTuple):
    pack: ZstdCompressor
    unpack: ZstdDecompressor
    fault: type[Exception]


def packed(text: str | None) -> bytes | str | None:
    """Return a text as the cache stores it: a Zstandard frame, or the text itself if shorter."""
    if not text:
        return text
    plain = text.encode()
    frame = _tools(get_ident()).pack.compress(plain)
    return frame if len(frame) < len(plain) else text


def unpacked(stored: bytes | str | None) -> str | None:
    """Return the text given to packed(); raises CacheUnusable for a damaged frame."""
    if not isinstance(stored, bytes):
        return stored
    tools = _tools(get_ident())
    try:
        return tools.unpack.decompress(stored).decode()
    # MemoryError: one flipped bit in the size that a frame declares.
    except (tools.fault, UnicodeDecodeError, MemoryError) as error:
        why = str(error) or "its size"
        msg = (
            f"a text in the cache is damaged ({why}): restore a backup"
            " (`papertriage doctor --restore FILE`), or save what can be read (`papertriage doctor"
            " --salvage FILE`)"
        )
        raise CacheUnusable(msg) from error


def is_frame(value: bytes) -> bool:
    """Return whether bytes are a frame rather than UTF-8 text."""
    return value.startswith(_MAGIC)


def teach(connection: sqlite3.Connection) -> None:
    """Make unpacked(abstract) available in SQL."""
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
