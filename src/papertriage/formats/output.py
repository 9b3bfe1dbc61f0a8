"""Write text to standard output or to a file, completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from papertriage.errors import DiskError, OutputError, PapertriageError
from papertriage.paths import is_ours, sweep, sync, temporary_beside
from papertriage.text import visible

_DISK = frozenset((errno.ENOSPC, errno.EROFS, errno.EDQUOT))


def write_output(chunks: Iterable[str], path: str | None, *, force: bool = False) -> None:
    """Write UTF-8 to standard output (None or "-") or to a file that only appears when complete.

    A file that papertriage did not write, or that was changed since, is only replaced with force.
    Raises OutputError, DiskError, and BrokenPipeError if the reader of a pipe has gone.
    """
    if path is None or path == "-":
        _write_stdout(chunks)
        return
    if "\0" in path:
        msg = f"cannot write {visible(path)}: a file name cannot contain NUL"
        raise OutputError(msg)
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            # /dev/null, a named pipe, a process substitution: nothing to replace.
            with target.open("wb") as file:
                _write(chunks, file)
        else:
            _replace(chunks, target, is_link=Path(path).is_symlink(), force=force)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failure(Path(path), error) from error


def _failure(path: Path, error: OSError) -> PapertriageError:
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        reason = f"the directory {visible(str(path.parent))} does not exist"
    else:
        reason = (error.strerror or str(error)).lower()
    kind = DiskError if error.errno in _DISK else OutputError
    return kind(f"cannot write {visible(str(path))}: {reason}")


def _write(chunks: Iterable[str], file: IO[bytes]) -> None:
    for chunk in chunks:
        file.write(chunk.encode("utf-8", "replace"))
    file.flush()


def make_parents(path: str) -> None:
    """Create the parent directories of a file; raises OutputError."""
    parent = Path(path).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        msg = f"cannot create the directory {visible(str(parent))}: {reason}"
        raise OutputError(msg) from error


def _write_stdout(chunks: Iterable[str]) -> None:
    if sys.stdout is None:
        msg = "cannot write the output: standard output is closed"
        raise OutputError(msg)
    try:
        sys.stdout.flush()
        _write(chunks, sys.stdout.buffer)
    except OSError as error:
        # Unwritten data stays in the buffer, and would fail again at exit.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        msg = f"cannot write to standard output: {(error.strerror or str(error)).lower()}"
        raise OutputError(msg) from error


def _replace(chunks: Iterable[str], target: Path, *, is_link: bool, force: bool) -> None:
    from papertriage.formats import written

    existing = target.stat() if target.exists() else None
    if existing and is_link and not is_ours(existing) and not force:
        raise _refused(target, "it belongs to another user and was reached through a link")
    temporary = temporary_beside(target)
    # O_EXCL follows no link placed there by others; the umask restricts 0644.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with open(descriptor, "wb") as file:
            _write(chunks, file)
            if existing:
                temporary.chmod(stat.S_IMODE(existing.st_mode) & 0o777)
            os.fsync(file.fileno())
            now = os.fstat(file.fileno()).st_mtime
        content = written.content_hash(temporary)
        if existing and existing.st_size and not force:
            _check_ours(target, content)
        # Recorded first: after a kill between the two, our own file must not look foreign.
        written.remember(content)
        temporary.replace(target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    sweep(target.parent, now)


def _check_ours(target: Path, content: str) -> None:
    from papertriage.formats import written

    before = written.content_hash(target)
    if before != content and not written.is_ours(before):
        raise _refused(target, "papertriage did not write it, or it was changed since")


def _refused(target: Path, reason: str) -> OutputError:
    msg = f"{visible(str(target))} was not overwritten: {reason} (--force overwrites it)"
    return OutputError(msg)
