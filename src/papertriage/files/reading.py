"""Read papers from a file or from standard input, in a given or a detected format."""

from __future__ import annotations

import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

from papertriage.errors import InputError
from papertriage.models.fetched import FileBatch
from papertriage.text import visible

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from papertriage.files._runs import Known

# Repeated here for --help, so that the readers are loaded only to read a file.
FORMS = (
    "trending-page",
    "jsonl",
    "csv",
    "bibtex",
    "ris",
    "arxiv-snapshot",
    "arxiv-mail",
)

# A page of 66 papers has 110 KB.
_MAX_PAGE = 50_000_000
_PEEK = 65_536
_GZIP = b"\x1f\x8b"


def read_file(
    path: str,
    form: str | None,
    page_day: date | None,
    today: date,
    known: Known | None = None,
) -> Iterator[FileBatch]:
    """Yield the papers of a file, "-" for standard input; gzip is read transparently.

    form is one of FORMS, or None to detect it; page_day replaces the date in a trending page or a
    mail, and for other formats today as the day of the sightings. known tells which runs of lines
    can be skipped. Raises InputError, one line with the file's name.
    """
    if form is not None and form not in FORMS:
        msg = f"unknown format {visible(form, 40)}: choose from {', '.join(FORMS)}"
        raise InputError(msg)
    with _readable(path) as (stream, file):
        form = form or _form(stream, path)
        for batch in _batches(stream, _name(path), form, page_day, today, known):
            yield replace(batch, share=_share(file))


@contextmanager
def readable(path: str) -> Iterator[io.BufferedReader]:
    """Open a file, "-" for standard input, and inflate it if it is gzip.

    All errors in the block are raised as InputError, one line with the file's name.
    """
    with _readable(path) as (stream, _):
        yield stream


@contextmanager
def _readable(path: str) -> Iterator[tuple[io.BufferedReader, io.BufferedIOBase]]:
    """Yield the inflated stream and the file itself."""
    try:
        with ExitStack() as stack:
            file = stack.enter_context(_opened(path))
            yield _plain(file, stack), file
    except InputError as error:
        msg = f"{_name(path)}: {error}"
        raise InputError(msg) from error
    # zlib.error and EOFError: a damaged or truncated gzip; BadGzipFile is an OSError.
    except (OSError, EOFError, zlib.error, ValueError) as error:
        reason = visible(getattr(error, "strerror", None) or str(error), 200)
        msg = f"{_name(path)}: cannot be read ({reason}): is it the right file, and complete?"
        raise InputError(msg) from error


def _share(file: io.BufferedIOBase) -> float | None:
    """Return the share of a file that has been read, 0 to 1; None for a pipe."""
    try:
        size = os.fstat(file.fileno()).st_size
        return min(file.tell() / size, 1.0) if size else None
    except OSError:
        return None


def _name(path: str) -> str:
    return "stdin" if path == "-" else visible(PurePath(path).name or path, 200)


def _opened(path: str) -> AbstractContextManager[io.BufferedIOBase]:
    if path == "-":
        if sys.stdin is None:
            msg = "standard input is closed"
            raise OSError(msg)
        # nullcontext: standard input must stay open.
        return nullcontext(cast("io.BufferedIOBase", sys.stdin.buffer))
    return open(path, "rb")


class _Filled(io.RawIOBase):
    """Fill every buffer: one read of a pipe may return a line, too little to detect a format."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._stream.readinto(buffer)


def _plain(stream: io.BufferedIOBase, stack: ExitStack) -> io.BufferedReader:
    filled: io.BufferedReader = stack.enter_context(io.BufferedReader(_Filled(stream), _PEEK))
    if not filled.peek().startswith(_GZIP):
        return filled
    import gzip

    inflated = stack.enter_context(gzip.GzipFile(fileobj=filled))
    return stack.enter_context(io.BufferedReader(_Filled(inflated), _PEEK))


def _form(stream: io.BufferedReader, path: str) -> str:
    from papertriage.files._form import form_of

    return form_of(stream.peek(), path)


def _batches(
    stream: io.BufferedReader,
    name: str,
    form: str,
    page_day: date | None,
    today: date,
    known: Known | None,
) -> Iterator[FileBatch]:
    from papertriage.files import bibtex, csv, jsonl, mail, page, ris, snapshot
    from papertriage.files._runs import nothing_known

    if form == page.NAME:
        yield page.batch(_page_text(stream), name, page_day, today)
    elif form == mail.NAME:
        yield from mail.batches(stream, name, page_day, today)
    elif form in {jsonl.NAME, snapshot.NAME}:
        lines = jsonl if form == jsonl.NAME else snapshot
        yield from lines.batches(stream, name, page_day or today, today, known or nothing_known)
    else:
        streamed = (csv, bibtex, ris)
        (batches,) = (module.batches for module in streamed if form == module.NAME)
        yield from batches(stream, name, page_day or today, today)


def _page_text(stream: io.BufferedReader) -> str:
    data = stream.read(_MAX_PAGE + 1)
    if len(data) > _MAX_PAGE:
        msg = f"larger than {_MAX_PAGE // 10**6} MB: not a trending page"
        raise InputError(msg)
    return data.decode("utf-8-sig", errors="replace")
