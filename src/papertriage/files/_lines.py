"""Read the lines of a file one at a time, with any line endings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

MAX_LINE = 10_000_000
TOO_LONG = f"longer than {MAX_LINE // 10**6} MB"

_BOM = b"\xef\xbb\xbf"
_OLD_MAC = re.compile(r"(?<=\r)(?!\n)")


def byte_lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number from 1, line); the line is None if it is longer than 10 MB.

    A byte order mark is removed; line endings are kept.
    """
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield number, None
        else:
            yield number, line.removeprefix(_BOM) if number == 1 else line


def text_lines(stream: io.BufferedReader) -> Iterator[str]:
    """Yield the lines with their endings; a line that is not UTF-8 is read as Windows-1252.

    Reference managers and spreadsheets write either. A line of more than 10 MB becomes empty.
    """
    for _, line in byte_lines(stream):
        text = decoded(line or b"\n")
        if "\r" in text[:-2]:
            yield from _OLD_MAC.split(text)
        else:
            yield text


def decoded(data: bytes) -> str:
    """Decode UTF-8 or, failing that, Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
