from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import write_corpus
from papertriage.bulk import parquet
from papertriage.errors import ConfigurationError, InputError


def ids(path, start, stop, batch=7):
    with parquet.opened(str(path)) as file:
        return [
            one
            for rows in parquet.read_rows(file, ["id"], start, stop, batch)
            for one in rows.column("id").to_pylist()
        ]


@pytest.mark.parametrize("group", [5, 20, 33, 100])
@pytest.mark.parametrize(("start", "stop"), [(0, 100), (0, 1), (19, 21), (60, 100), (33, 66)])
def test_rows_are_read_from_start_to_stop_whatever_the_row_groups_are(
    tmp_path, group, start, stop
) -> None:
    path = write_corpus(tmp_path / "a.parquet", 100, row_group_size=group)
    assert ids(path, start, stop) == [f"p{number}" for number in range(start, stop)]


def test_rows_that_are_not_there_are_a_fault(tmp_path) -> None:
    with pytest.raises(InputError, match="2 rows fewer"):
        ids(write_corpus(tmp_path / "a.parquet", 10), 0, 12)


@pytest.mark.parametrize(
    ("content", "fault"), [(b"", "the file is empty"), (b"some text, long enough", "magic bytes")]
)
def test_what_is_no_parquet_is_one_line(tmp_path, content, fault) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match=fault) as caught:
        parquet.footer(str(path))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_keeps_what_the_system_says(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        parquet.footer(str(tmp_path / "none"))


def test_a_file_stands_under_its_name_when_it_is_whole(tmp_path) -> None:
    target, folder = tmp_path / "out" / "a.parquet", tmp_path / "working"
    schema = pa.schema([("x", pa.int64())])
    rows = pa.record_batch([[1, 2]], schema=schema)
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(str(target), str(folder), rows)
    assert not target.exists()
    assert list(folder.iterdir()) == []
    with parquet.written(str(target), str(folder), schema, "stamp", "1") as writer:
        writer.write(rows)
        writer.counts = {"n": 2}
    assert parquet.stamped(parquet.footer(str(target))) == ("stamp", {"n": 2})
    assert pq.read_table(target).to_pylist() == [{"x": 1}, {"x": 2}]
    assert pq.ParquetFile(target).metadata.row_group(0).column(0).compression == "ZSTD"


def _write_and_fail(target, folder, rows) -> None:
    with parquet.written(target, folder, rows.schema, "stamp", "1") as writer:
        writer.write(rows)
        raise ZeroDivisionError


def test_a_foreign_file_has_no_stamp(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 1)
    assert parquet.stamped(parquet.footer(str(path))) == ("", {})


def test_large_batches_become_row_groups_of_a_bounded_size(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 1000)
    target = tmp_path / "a.parquet"
    schema = pa.schema([("x", pa.int64())])
    with parquet.written(str(target), str(tmp_path / "w"), schema, "s", "1") as writer:
        for _ in range(5):
            writer.write(pa.record_batch([list(range(100))], schema=schema))
    assert [pq.ParquetFile(target).metadata.row_group(n).num_rows for n in range(3)] == [
        200,
        200,
        100,
    ]


def test_without_pyarrow_the_line_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'papertriage\[bulk\]'"):
        parquet.check_installed()
