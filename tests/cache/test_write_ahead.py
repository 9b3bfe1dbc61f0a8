from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from caches import cache_of, dump, whole
from papertriage.cache import connection as connections
from papertriage.cache import write_ahead
from papertriage.cache.connection import logs_ahead, opened, writing
from papertriage.cache.journal import decide
from papertriage.cache.write_ahead import alone, put_in_place
from papertriage.errors import CacheBusy, DiskError, OutputError
from processes import environment

AT = "2026-11-23T08:00:00.000000Z"
NEW_LINE = (f"line-{n}" for n in count()).__next__
TITLES = ("ood 0.9 one", "ood 0.8 two")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with cache_of(tmp_path / "cache.db", *TITLES):
        return tmp_path / "cache.db"


@pytest.fixture
def on_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "network", lambda _path: "nfs4")


def mode(connection: sqlite3.Connection) -> str:
    return connection.execute("PRAGMA journal_mode").fetchone()[0]


def mode_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return mode(connection)


def rolled_back(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def keep(connection: sqlite3.Connection, *papers: str) -> None:
    decide(connection, papers, "keep", at=AT, new_line=NEW_LINE)


def kept(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT paper FROM decisions ORDER BY paper")]


def test_a_new_cache_on_a_network_file_system_has_no_log(tmp_path: Path, on_network) -> None:
    with cache_of(tmp_path / "new" / "cache.db", *TITLES) as connection:
        full = 2
        assert mode(connection) == "delete"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == full
        assert connection.execute("PRAGMA locking_mode").fetchone()[0] == "normal"
        assert [one.name for one in (tmp_path / "new").iterdir()] == ["cache.db"]
        whole(connection)


def test_what_stands_in_a_log_is_kept_where_there_can_be_none(
    path: Path, tmp_path: Path, on_network
) -> None:
    moved = tmp_path / "moved" / "cache.db"
    moved.parent.mkdir()
    # As two machines leave it: the last words stand in the log alone.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        keep(connection, "arxiv:2510.00001")
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{path}{end}", f"{moved}{end}")
    with opened(moved) as connection:
        assert (mode(connection), kept(connection)) == ("delete", ["arxiv:2510.00001"])
        assert not logs_ahead(moved)
        whole(connection)
    assert mode_of(moved) == "delete"


def test_the_log_comes_back_on_a_disk_of_this_machine(path: Path, monkeypatch) -> None:
    with monkeypatch.context() as network:
        network.setattr(connections, "network", lambda _path: "cifs")
        with opened(path) as connection:
            keep(connection, "arxiv:2510.00002")
    assert mode_of(path) == "delete"
    with opened(path) as connection:
        assert (mode(connection), kept(connection)) == ("wal", ["arxiv:2510.00002"])


def test_whoever_reads_is_let_read_and_a_later_command_brings_the_log_back(path: Path) -> None:
    rolled_back(path)
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT * FROM papers")
        rows.fetchone()
        with opened(path) as connection:
            assert mode(connection) == "delete"
            assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
        rows.close()
    with opened(path) as connection:
        assert mode(connection) == "wal"


def test_a_log_that_another_uses_is_waited_for(path: Path, on_network) -> None:
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("SELECT * FROM papers").fetchall()
        with pytest.raises(CacheBusy), opened(path, wait=0.05):
            pass
        threading.Timer(0.3, other.close).start()
        with opened(path, wait=20) as connection:
            assert mode(connection) == "delete"


def test_a_reader_waits_for_a_writer_beside_a_rollback_journal(path: Path, on_network) -> None:
    with opened(path) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CacheBusy), opened(path, wait=0.05):
            pass
        release = threading.Event()
        read: list[int] = []

        def reading() -> None:
            release.set()
            with opened(path, wait=20) as reader:
                read.append(reader.execute("SELECT count(*) FROM papers").fetchone()[0])

        thread = threading.Thread(target=reading)
        thread.start()
        release.wait()
        writer.execute("COMMIT")
        thread.join()
        assert read == [2]


def test_a_commit_that_readers_hold_up_saves_nothing_and_can_be_tried_again(
    path: Path, on_network
) -> None:
    with opened(path) as reader, opened(path, wait=0.05) as writer:
        rows = reader.execute("SELECT * FROM papers")
        rows.fetchone()
        with pytest.raises(CacheBusy, match="nothing was saved"):
            keep(writer, "arxiv:2510.00001")
        assert not writer.in_transaction
        rows.close()
        assert kept(reader) == []
        keep(writer, "arxiv:2510.00001")
        assert kept(reader) == ["arxiv:2510.00001"]


# A machine that sees a network where the test says so.
_MACHINE = """
import sys
from papertriage.cache import connection
connection.network = lambda _path: "nfs4"
from papertriage.__main__ import main
for paper in sys.argv[1].split():
    sys.argv = ["papertriage", "keep", paper]
    try:
        main()
    except SystemExit as end:
        if not end.code:
            print(paper, flush=True)
"""


def test_what_two_machines_keep_at_once_is_all_kept(home: Path) -> None:
    titles = [f"title {n}" for n in range(1, 41)]
    with cache_of(home / "cache.db", *titles):
        pass
    ids = [f"arxiv:2510.{n:05}" for n in range(1, 41)]
    machines = [
        subprocess.Popen(
            [sys.executable, "-c", _MACHINE, " ".join(half)],
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for half in (ids[:20], ids[20:])
    ]
    acknowledged = [paper for one in machines for paper in one.communicate()[0].split()]
    assert mode_of(home / "cache.db") == "delete"
    with opened(home / "cache.db") as connection:
        assert kept(connection) == sorted(acknowledged) == ids


def test_a_place_whose_memory_cannot_be_shared_gets_no_log(tmp_path: Path, monkeypatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(write_ahead.mmap, "mmap", refused)
    with cache_of(tmp_path / "cache.db", *TITLES) as connection:
        assert mode(connection) == "delete"
        whole(connection)
    assert [one.name for one in tmp_path.iterdir()] == ["cache.db"]


def test_a_cache_whose_log_cannot_be_opened_is_read_all_the_same(path: Path) -> None:
    """A process whose files may not grow to what SQLite's shared memory takes."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    assert path.stat().st_size > 32_768
    reads = (
        "import sys; from pathlib import Path; from papertriage.cache.connection import opened\n"
        "with opened(Path(sys.argv[1])) as connection:\n"
        "    print(*connection.execute('PRAGMA journal_mode').fetchone(),"
        " *connection.execute('SELECT count(*) FROM papers').fetchone())\n"
    )
    # What measures the coverage could not write its file either.
    unmeasured = {k: v for k, v in environment(path.parent).items() if not k.startswith("COV")}
    unmeasured["PYTHONDONTWRITEBYTECODE"] = "1"
    for _ in range(2):
        read = subprocess.run(
            [sys.executable, "-c", reads, str(path)],
            env=unmeasured,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limited,
        )
        assert (read.stdout, read.stderr) == ("delete 2\n", "")
    with opened(path) as connection:
        assert mode(connection) == "wal"


def test_alone_nobody_else_reads_or_writes(path: Path) -> None:
    for spoil in (lambda _path: None, rolled_back):
        spoil(path)
        with alone(path, 0.01) as held:
            held.execute("SELECT count(*) FROM papers").fetchone()
            with pytest.raises(CacheBusy), opened(path, wait=0.01):
                pass
        with opened(path):
            pass


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """Return a finished cache that has no name yet."""
    with cache_of(tmp_path / "finished.db", "three"):
        return tmp_path / "finished.db"


def test_a_finished_cache_takes_the_place_of_one_that_nobody_uses(
    path: Path, finished: Path
) -> None:
    with opened(path) as connection:
        with pytest.raises(CacheBusy, match="stop it, or choose another file"):
            put_in_place(finished, path)
        assert len(dump(connection)) > 2
    put_in_place(finished, path)
    with opened(path) as connection:
        assert connection.execute("SELECT title FROM papers").fetchone()[0] == "three"


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_log_or_journal_of_another_file_does_not_get_into_a_new_one(
    path: Path, finished: Path, end: str
) -> None:
    path.unlink()
    path.with_name(path.name + end).write_bytes(b"foreign")
    with pytest.raises(OutputError, match=f"cache.db{end} belongs to another file"):
        put_in_place(finished, path)
    assert not path.exists()
    # SQLite finds that they belong to no database, and removes them.
    path.write_text("Dear diary\n" * 100)
    put_in_place(finished, path)
    with opened(path) as connection:
        whole(connection)


def test_the_log_of_a_cache_that_was_killed_does_not_get_into_the_new_one(
    path: Path, finished: Path
) -> None:
    with opened(path) as connection:
        keep(connection, "arxiv:2510.00001")
        log = path.with_name("cache.db-wal").read_bytes()
    path.with_name("cache.db-wal").write_bytes(log)
    put_in_place(finished, path)
    assert not path.with_name("cache.db-wal").exists()
    with opened(path) as connection:
        assert kept(connection) == []
        whole(connection)


@pytest.mark.parametrize("spoil", [lambda _path: None, rolled_back])
def test_a_writer_whose_file_lost_its_name_saves_nothing(path: Path, finished: Path, spoil) -> None:
    spoil(finished)
    with opened(path) as connection:
        os.replace(finished, path)
        with pytest.raises(CacheBusy, match="another file replaced"):
            keep(connection, "arxiv:2510.00001")
        path.unlink()
        with pytest.raises(CacheBusy), writing(connection):
            pass


def test_a_directory_that_takes_no_file_gets_no_log(path: Path, monkeypatch) -> None:
    def full(_path: Path) -> None:
        raise DiskError

    rolled_back(path)
    monkeypatch.setattr(write_ahead, "beside", full)
    with opened(path) as connection:
        assert mode(connection) == "delete"
        keep(connection, "arxiv:2510.00001")
