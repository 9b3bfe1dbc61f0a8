from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from papertriage import paths
from papertriage.errors import ConfigurationError


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
