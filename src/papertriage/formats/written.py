"""Record which files papertriage wrote, so that it replaces no others."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from papertriage import paths
from papertriage.errors import ConfigurationError

_NAME = "written"
_OLD = "written.old"
_LARGEST = 1_000_000


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    from hashlib import file_digest

    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def remember(content: str) -> None:
    """Record only the hash of a file's content, so that the record reveals nothing else.

    If it cannot be recorded, a later run requires --force; nothing else is lost.
    """
    with contextlib.suppress(OSError, ConfigurationError):
        path = paths.private_directory(paths.data_dir()) / _NAME
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_name(_OLD))
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A single write of one line, so that concurrent processes do not mix theirs.
            os.write(descriptor, f"{content}\n".encode())
        finally:
            os.close(descriptor)


def is_ours(content: str) -> bool:
    """Return whether papertriage wrote a file with this hash."""
    for name in (_NAME, _OLD):
        with contextlib.suppress(OSError, ConfigurationError):
            lines = (paths.data_dir() / name).read_text(encoding="ascii", errors="replace")
            if content in lines.split("\n"):
                return True
    return False
