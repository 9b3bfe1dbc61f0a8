from __future__ import annotations

import os
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from builders import make_paper
from caches import cache_of, dump, store_papers, titled, whole
from papertriage.cache import migrations
from papertriage.cache.audits import record_audit, was_audit
from papertriage.cache.connection import (
    APPLICATION_ID,
    examined,
    opened,
    path_of,
    patience,
    translated,
    writing,
)
from papertriage.cache.listing import list_papers
from papertriage.cache.write_ahead import bulk_write
from papertriage.errors import CacheBusy, CacheUnusable, DiskError, PapertriageError
from papertriage.models import Filters


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_cache_says_what_it_is_and_keeps_what_is_committed(path: Path) -> None:
    with opened(path) as connection:
        names = ("application_id", "user_version", "journal_mode", "synchronous")
        full = 2
        assert [pragma(connection, name) for name in names] == [
            APPLICATION_ID,
            migrations.VERSION,
            "wal",
            full,
        ]
    with opened(path) as connection:
        assert pragma(connection, "synchronous") == full


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_cache_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "new" / "cache.db"
    before = os.umask(umask)
    try:
        with opened(path):
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("cache.db", "cache.db-wal", "cache.db-shm"), 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_of_no_bytes_is_a_new_cache(path: Path) -> None:
    path.touch()
    with opened(path) as connection:
        assert pragma(connection, "user_version") == migrations.VERSION


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()


def foreign_of_the_same_version(path: Path) -> None:
    foreign(path)
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.VERSION}")
    connection.close()


def newer(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("PRAGMA user_version = 99")


def text(path: Path) -> None:
    path.write_text("Dear diary, this is a text file and no database at all.\n" * 40)


def truncated(path: Path) -> None:
    with cache_of(path, *(f"a title {n}" for n in range(200))):
        pass
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with cache_of(path, *(f"a title {n}" for n in range(200))):
        pass
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (foreign, "is not a papertriage cache: choose another with --cache"),
        (foreign_of_the_same_version, "is not a papertriage cache: choose another with --cache"),
        (newer, r"is from a newer papertriage \(cache version 99, .*: upgrade papertriage"),
        (text, "is not a papertriage cache: choose another with --cache"),
        (truncated, "is damaged .*: restore a backup"),
        (overwritten, "is damaged .*: restore a backup"),
    ],
)
def test_another_file_is_refused_and_left_as_it_is(path: Path, spoil, line: str) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(CacheUnusable, match=line), opened(path) as connection:
        connection.execute("SELECT sum(length(title)) FROM papers").fetchone()
    assert path.read_bytes() == before


def test_a_directory_is_no_cache(tmp_path: Path) -> None:
    with pytest.raises(CacheUnusable, match="cannot be opened"), opened(tmp_path):
        pass


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    with opened(tmp_path / "a" / "b" / "cache.db"):
        pass
    assert (tmp_path / "a" / "b" / "cache.db").is_file()


def test_a_file_in_a_directorys_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(PapertriageError, match="cannot create the directory"):  # noqa: SIM117 - one line would be too long
        with opened(tmp_path / "a" / "cache.db"):
            pass


def test_a_place_that_takes_no_file_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(DiskError, match=r"cache\.db cannot be created: permission denied"):  # noqa: SIM117 - one line would be too long
        with opened(path):
            pass


def test_a_busy_cache_is_told_from_a_broken_one(path: Path) -> None:
    with opened(path) as writer, writing(writer), opened(path, wait=0.01) as other:
        assert other.execute("SELECT count(*) FROM papers").fetchone()[0] == 0
        with pytest.raises(CacheBusy, match="nothing was saved, try again"):  # noqa: SIM117 - one line would be too long
            with opened(path, wait=0.01) as third, writing(third):
                pass


def test_a_full_disk_keeps_what_was_stored(path: Path) -> None:
    papers = [make_paper(number=n, title=f"title {n}") for n in range(2_000)]
    with opened(path) as connection:
        store_papers(connection, *papers[:500])
        before = dump(connection)
        pages = pragma(connection, "page_count")
    with pytest.raises(DiskError, match=r"the disk is full, .* free space"), opened(path) as full:  # noqa: PT012 - the block is what is tested
        full.execute(f"PRAGMA max_page_count = {pages}")
        store_papers(full, *papers)
    with opened(path) as connection:
        assert dump(connection) == before
        whole(connection)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_READONLY_DBMOVED", DiskError),
        ("SQLITE_IOERR_WRITE", DiskError),
        ("SQLITE_LOCKED", CacheBusy),
        ("SQLITE_SCHEMA", CacheUnusable),
    ],
)
def test_every_other_fault_of_sqlite_has_its_kind(
    path: Path, name: str, kind: type[PapertriageError]
) -> None:
    error = sqlite3.OperationalError("invented")
    error.sqlite_errorname = name
    with pytest.raises(kind, match=r"cache\.db"), opened(path):
        raise error


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    with opened(path) as connection:
        with pytest.raises(KeyboardInterrupt), writing(connection):  # noqa: PT012 - the block is what is tested
            connection.execute("INSERT INTO topics VALUES (1, 'x', 0.5, 'm', 0)")
            raise KeyboardInterrupt
        assert not connection.in_transaction
        assert connection.execute("SELECT count(*) FROM topics").fetchone()[0] == 0


def test_a_transaction_that_sqlite_has_ended_is_not_ended_twice(path: Path) -> None:
    with opened(path) as connection, pytest.raises(RuntimeError), writing(connection):  # noqa: PT012 - the block is what is tested
        connection.execute("ROLLBACK")
        raise RuntimeError


def test_many_may_make_the_cache_at_once(path: Path) -> None:
    failures: list[BaseException] = []

    def make() -> None:
        try:
            with opened(path) as connection:
                assert pragma(connection, "application_id") == APPLICATION_ID
        except BaseException as error:  # noqa: BLE001 - a thread's own would be lost
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("open_it", [opened, examined])
def test_an_older_sqlite_is_refused_before_it_touches_the_cache(
    path: Path, monkeypatch: pytest.MonkeyPatch, open_it
) -> None:
    with opened(path):
        pass
    before = path.read_bytes()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 33, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.33.0")
    line = r"^this Python has SQLite 3\.33\.0, and papertriage needs 3\.34 or newer: "
    with pytest.raises(CacheUnusable, match=line), open_it(path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE VIRTUAL TABLE found USING fts5 (a)", "FTS5"),
        ("SELECT value FROM json_each('[1]')", "JSON"),
    ],
)
def test_a_sqlite_that_was_built_without_what_is_needed_is_told_from_damage(
    path: Path, statement: str, named: str
) -> None:
    # What this SQLite does not have in place of what another may lack.
    lacking = statement.replace("fts5", "fts0").replace("json_each", "json_none")
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.Error) as raised:
        other.execute(lacking)
    said = str(raised.value).replace("fts0", "fts5").replace("json_none", "json_each")
    with pytest.raises(CacheUnusable, match=rf"was built without {named}, which"), translated(path):
        raise sqlite3.OperationalError(said)


def test_a_wait_is_put_back_after_what_it_was_for_and_after_an_error_in_it(path: Path) -> None:
    with opened(path, wait=7) as connection:
        with patience(connection, 0.25):
            assert pragma(connection, "busy_timeout") == 250
        assert pragma(connection, "busy_timeout") == 7_000
        with pytest.raises(ValueError, match="between"), patience(connection, 1):
            raise ValueError("between")  # noqa: EM101 - a test's own
        assert pragma(connection, "busy_timeout") == 7_000


def test_a_large_file_is_read_with_more_memory(path: Path) -> None:
    with opened(path) as connection:
        before = [pragma(connection, name) for name in ("cache_size", "wal_autocheckpoint")]
        with bulk_write(connection):
            assert pragma(connection, "cache_size") == -48_000
        after = [pragma(connection, name) for name in ("cache_size", "wal_autocheckpoint")]
    assert after == before


def test_a_function_of_the_cache_raises_no_error_of_sqlites(path: Path) -> None:
    with opened(path) as writer, opened(path, wait=0) as other:
        with writing(writer), pytest.raises(CacheBusy, match=re.escape(str(path))):
            record_audit(other, "arxiv:2510.00001", "2026-11-23T08:00:00Z")
        record_audit(other, "arxiv:2510.00001", "2026-11-23T08:00:00Z")
        assert was_audit(writer, "arxiv:2510.00001")
        writer.execute("DROP TABLE labels")
        assert list(list_papers(writer, Filters())) == []
        store_papers(other, *titled("ood 0.9"))
        with pytest.raises(CacheUnusable, match="no such table: labels"):
            list(list_papers(writer, Filters()))


def test_a_connection_tells_which_file_it_has_open(path: Path) -> None:
    with opened(path) as connection:
        assert path_of(connection) == path
    plain = sqlite3.connect(path)
    assert path_of(plain) == path
    plain.close()
