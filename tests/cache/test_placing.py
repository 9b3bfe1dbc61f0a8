from __future__ import annotations

import os
import subprocess

import pytest

from papertriage.cache.placing import beside, megabytes, need_space, place
from papertriage.errors import DiskError
from papertriage.paths import temporary_beside


def test_a_file_is_its_owners_alone_and_under_its_name_only_when_placed(tmp_path):
    target = tmp_path / "b.db"
    with beside(target) as temporary:
        assert temporary.stat().st_mode & 0o777 == 0o600
        temporary.write_text("whole")
        assert not target.exists()
        place(temporary, target)
    assert target.read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["b.db"]


def test_what_fails_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), beside(tmp_path / "b.db") as temporary:  # noqa: PT012 - the block is what is tested
        temporary.with_name(f"{temporary.name}-wal").touch()
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_an_hour_ago_is_removed(tmp_path):
    old, young, other = (
        tmp_path / f".papertriage-{16 * '0'}.tmp-wal",
        tmp_path / f".papertriage-{16 * '1'}.tmp",
        tmp_path / ".papertriage-notes.tmp",
    )
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (1, 1))
    with beside(tmp_path / "b.db"):
        assert [path.exists() for path in (old, young, other)] == [False, True, True]


def test_what_a_killed_process_left_is_removed_at_once_and_of_a_running_one_never(tmp_path):
    with subprocess.Popen(["true"]) as process:
        process.wait()
    gone, running = process.pid, os.getppid()
    machine = temporary_beside(tmp_path / "x").name.split("-")[1]
    left = [
        tmp_path / f".papertriage-{machine}-{gone}-{16 * '0'}.tmp",
        tmp_path / f".papertriage-{machine}-{gone}-{16 * '0'}.tmp-wal",
    ]
    kept = [
        tmp_path / f".papertriage-{machine}-{running}-{16 * '0'}.tmp",
        tmp_path / f".papertriage-00000000-{gone}-{16 * '0'}.tmp",
        tmp_path / f".papertriage-{machine}-{gone}-mine.tmp",
        tmp_path / f"papertriage-{machine}-{gone}-{16 * '0'}.tmp",
    ]
    for path in (*left, *kept):
        path.touch()
    os.utime(kept[0], (1, 1))
    with beside(tmp_path / "b.db"):
        assert [path.exists() for path in (*left, *kept)] == [False] * 2 + [True] * 4


def test_a_directory_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(DiskError, match="cannot be written: no such file"):  # noqa: SIM117 - one line would be too long
        with beside(tmp_path / "a" / "b.db"):
            pass
    with pytest.raises(DiskError, match="cannot be written"):
        place(tmp_path / "a", tmp_path / "b")
    with pytest.raises(DiskError, match="cannot be written"):
        need_space(tmp_path / "a", 1, "it")


def test_room_is_asked_for_before_anything_is_written(tmp_path):
    need_space(tmp_path, 1, "it")
    with pytest.raises(DiskError, match=r"it needs .* MB in .*: free space"):
        need_space(tmp_path, 2**80, "it")
    assert megabytes(2_545_000_000) == "2,545.0 MB"
