from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from papertriage import config, paths
from papertriage.errors import ConfigurationError, DiskError
from processes import environment, ran


def test_one_home_holds_everything(home: Path) -> None:
    assert paths.data_dir() == paths.config_dir() == home
    assert paths.cache_path() == home / "cache.db"
    assert paths.config_path() == home / "config.toml"
    assert paths.topics_dir() == home / "topics"


def test_without_a_home_the_platform_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/config")
    assert paths.data_dir() == Path("/data/papertriage")
    assert paths.config_dir() == Path("/config/papertriage")


def test_a_user_without_any_home_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_number: int) -> None:
        raise KeyError

    for name in ("PAPERTRIAGE_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    with pytest.raises(ConfigurationError, match="set PAPERTRIAGE_HOME"):
        paths.data_dir()


def test_a_relative_papertriage_home_is_taken_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_HOME", "here")
    assert paths.data_dir() == Path.cwd() / "here"


def test_a_cache_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_CACHE", "other.db")
    assert paths.cache_path() == Path.cwd() / "other.db"


def test_the_seeds_are_there_and_those_in_the_wheel_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (paths.seeds_dir() / "trending-papers.txt").is_file()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    (tmp_path / "seeds").mkdir()
    assert paths.seeds_dir() == tmp_path / "seeds"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_directory_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        path = paths.private_directory(tmp_path / "new")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot create the directory"):
        paths.private_directory(tmp_path / "file" / "new")


def test_a_private_file_is_whole_or_not_there(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = paths.write_private(tmp_path / "new" / "file", "text")
    finally:
        os.umask(before)
    assert path.read_text() == "text"
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "taken").mkdir()
    with pytest.raises(ConfigurationError, match="taken: cannot be written"):
        paths.write_private(tmp_path / "taken", "text")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["new", "taken"]


@pytest.mark.parametrize("name", ["cache.db", "100%20 #1?mode=rw.db", "Über 量子.db", "a:b\\c.db"])
def test_an_address_leads_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    sqlite3.connect(tmp_path / name).close()
    (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / name, Path(name)):
        with closing(sqlite3.connect(f"{paths.address(path)}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskError), (errno.EROFS, DiskError), (errno.EACCES, ConfigurationError)],
)
def test_a_private_file_that_finds_no_room_is_told_by_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    paths.write_private(tmp_path / "file", "old")
    monkeypatch.setattr("os.replace", refused)
    with pytest.raises(kind, match="file: cannot be written: "):
        paths.write_private(tmp_path / "file", "new")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_a_home_that_cannot_be_entered_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("file", "loop", "x" * 300):
        monkeypatch.setenv("PAPERTRIAGE_HOME", str(tmp_path / name))
        with pytest.raises(
            ConfigurationError, match=f"cannot enter the directory .*{name}: .*PAPERTRIAGE_H"
        ):
            paths.data_dir()


def test_a_name_from_a_directory_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setenv("PAPERTRIAGE_HOME", "here")
    with pytest.raises(
        ConfigurationError, match="here is relative to a directory that no longer exists"
    ):
        paths.data_dir()


def _left(directory: Path) -> Path:
    """Return what a process that is gone would have left there."""
    code = "from papertriage.paths import temporary_beside; from pathlib import Path; import sys;"
    code += "print(temporary_beside(Path(sys.argv[1])))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(directory / "x")],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


@pytest.mark.parametrize("line", ["doctor", "fetch feeds"])
def test_what_killed_processes_left_in_a_home_is_swept(home: Path, line: str) -> None:
    assert ran("list").exit_code == 0
    paths.topics_dir().mkdir()
    files = [_left(directory) for directory in (home, paths.topics_dir())]
    shown, recent = _left(paths.topics_dir()), _left(paths.topics_dir())
    for path in files:
        path.touch()
    for path in (shown, recent):
        path.mkdir()
        (path / "ood.toml").touch()
    os.utime(shown, (1, 1))
    config.change("sources.feeds.urls", "http://127.0.0.1:9/")
    assert ran(*line.split()).exit_code in {0, 3}
    assert [path.exists() for path in (*files, shown, recent)] == [False, False, False, True]


def _changed(home: Path) -> float:
    return (home / "config.toml").stat().st_mtime if (home / "config.toml").exists() else 0.0


def test_no_kill_leaves_what_the_next_run_does_not_remove(home: Path) -> None:
    """Kill what writes settings, listings and models at some moments, and look afterwards."""
    code = """
from pathlib import Path
from papertriage import paths
from papertriage.triage.naming import remember
for n in range(10**6):
    paths.write_private(paths.config_path(), "# " + "x" * 10**6)
    paths.write_private(paths.topics_dir() / "some.model", "y" * 10**6)
    remember({m: "z" for m in range(10**4)})
"""
    for moment in range(12):
        process = subprocess.Popen([sys.executable, "-c", code], env=environment(home))
        before = _changed(home)
        while _changed(home) == before:
            time.sleep(0.01)
        time.sleep(moment / 100)
        process.kill()
        process.wait()
    (home / "config.toml").unlink(missing_ok=True)
    assert ran("doctor").exit_code == 0
    found = [path.name for path in home.rglob("*") if path.is_file()]
    assert sorted(found) == ["cache.db-listing.json", "some.model"]
