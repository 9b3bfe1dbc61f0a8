"""Read and write Parquet: batches of rows in, complete files out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertriage.errors import ConfigurationError, InputError
from papertriage.paths import temporary_beside

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_STAMP, _VERSION, _COUNTS = b"papertriage", b"papertriage_version", b"papertriage_counts"
_BUFFER = 1 << 20
_GROUP_BYTES = 64 << 20
"""The size of a row group, which limits the memory for reading it again."""


def check_installed() -> None:
    """Raise ConfigurationError, with the command to install it, if pyarrow is missing."""
    try:
        import pyarrow.parquet  # noqa: F401 - to check that it can be imported
    except ImportError as error:
        msg = f"Parquet requires pyarrow: pip install 'papertriage[bulk]' ({error})"
        raise ConfigurationError(msg) from error


@contextmanager
def opened(path: str) -> Iterator[pq.ParquetFile]:
    """Open a file; raise InputError if it is not Parquet or is damaged.

    OSErrors with an errno are not converted.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if Path(path).exists() and not Path(path).stat().st_size:
        msg = "not Parquet: the file is empty"
        raise InputError(msg)
    try:
        # Without pre_buffer a row group is streamed, however large it is.
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        reason = str(error).strip().split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
        msg = f"not Parquet, or damaged: {reason}"
        raise InputError(msg) from error


def footer(path: str) -> pq.FileMetaData:
    """Read a file's metadata; raises InputError and OSError."""
    with opened(path) as file:
        return file.metadata


def stamped(metadata: pq.FileMetaData) -> tuple[str, dict[str, Any]]:
    """Return the stamp and the counts stored by `written`, "" and {} in other files."""
    found = metadata.metadata or {}
    if _STAMP not in found or _COUNTS not in found:
        return "", {}
    return found[_STAMP].decode(), json.loads(found[_COUNTS])


def read_rows(
    file: pq.ParquetFile, columns: Sequence[str] | None, start: int, stop: int, batch: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows from start to stop in order; other rows of their row groups are skipped.

    Skipping rows costs a hundredth of scoring them, so parts need not match the row groups.
    """
    groups, at, before = [], 0, None
    for number in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        if at < stop and at + rows > start:
            groups.append(number)
            before = start - at if before is None else before
        at += rows
    skip, left = before or 0, stop - start
    for found in file.iter_batches(batch, groups, columns, use_threads=False):
        rows = found.slice(min(skip, found.num_rows), left)
        skip -= min(skip, found.num_rows)
        left -= rows.num_rows
        if rows.num_rows:
            yield rows
        if not left:
            return
    if left:
        msg = f"damaged: {left:,} rows fewer than its metadata says"
        raise InputError(msg)


@contextmanager
def written(
    target: str, folder: str, schema: pa.Schema, stamp: str, version: str
) -> Iterator[Writer]:
    """Write a file in the folder, and move it to target when it is complete."""
    import pyarrow.parquet as pq

    metadata = {_STAMP: stamp, _VERSION: version}
    temporary = temporary_beside(Path(folder, "part"))
    temporary.parent.mkdir(parents=True, exist_ok=True)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    try:
        with pq.ParquetWriter(
            temporary, schema.with_metadata(metadata), compression="zstd"
        ) as writer:
            yield (writing := Writer(writer))
            writing.close()
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


class Writer:
    """Gathers batches into row groups of a bounded size, and counts for the footer."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        """Write to an open file."""
        self._writer = writer
        self.schema: pa.Schema = writer.schema
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = 0
        self.counts: Mapping[str, Any] = {}

    def write(self, rows: pa.RecordBatch) -> None:
        """Add rows."""
        self._waiting.append(rows)
        self._bytes += rows.nbytes
        if self._bytes >= _GROUP_BYTES:
            self._flush()

    def write_group(self, rows: pa.Table) -> None:
        """Add rows as a row group of their own."""
        self._writer.write_table(rows, row_group_size=max(rows.num_rows, 1))

    def close(self) -> None:
        """Write the remaining rows and the counts."""
        self._flush()
        self._writer.add_key_value_metadata({_COUNTS: json.dumps(self.counts)})

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self.write_group(pa.Table.from_batches(self._waiting, self.schema))
            self._waiting, self._bytes = [], 0
