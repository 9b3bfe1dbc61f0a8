"""Read a response's body within bounds, before and after decompression."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from papertriage.errors import SourceError

# Inflate in pieces, so that a decompression bomb is noticed before it fills the memory.
_PIECE = 65_536


def bounded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the whole body, inflated; limit is in bytes and applies before and after inflating.

    Raises SourceError for a body that is larger, truncated, damaged or in another encoding: httpx
    would hang on nested gzip and accept a truncated one.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        pieces: Iterable[bytes] = chunks
    elif encoding in {"gzip", "x-gzip"}:
        pieces = _inflated(_limited(chunks, limit))
    else:
        msg = "the answer uses an encoding that was not requested"
        raise SourceError(msg)
    return b"".join(_limited(pieces, limit))


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            msg = f"the answer is larger than {limit / 2**20:g} MiB"
            raise SourceError(msg)
        yield piece


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # 16 + 15: a gzip header and the largest window (zlib manual, inflateInit2).
    stream = zlib.decompressobj(31)
    try:
        for chunk in chunks:
            waiting, full = chunk, False
            while waiting or full:
                if stream.eof:
                    stream = zlib.decompressobj(31)
                piece = stream.decompress(waiting, _PIECE)
                yield piece
                waiting = stream.unused_data if stream.eof else stream.unconsumed_tail
                # After a full piece there may be output left although all input is consumed.
                full = len(piece) == _PIECE and not stream.eof
    except zlib.error as error:
        msg = "the answer is damaged: its gzip data cannot be read"
        raise SourceError(msg) from error
    if not stream.eof:
        msg = "the answer is truncated: its gzip data ends too early"
        raise SourceError(msg)
