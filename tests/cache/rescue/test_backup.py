from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from itertools import count

import pytest

from caches import cache_of, dump, store_papers, titled, whole
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.cache.rescue import backup
from papertriage.cache.rescue.backup import back_up, copy, verified
from papertriage.errors import CacheUnusable, DiskError
from processes import environment

AT = "2026-11-23T08:00:00.000000Z"


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def cache(tmp_path):
    with cache_of(tmp_path / "cache.db", *(f"ood 0.9 title {n}" for n in range(50))) as connection:
        decide(connection, ["a", "b"], "keep", at=AT, new_line=map(str, count()).__next__)
    return tmp_path / "cache.db"


def test_a_backup_holds_everything(cache, tmp_path):
    with opened(cache) as connection:
        before = sorted(dump(connection))
        rows = back_up(cache, tmp_path / "b.db", silent)
    assert (rows["papers"], rows["journal"]) == (50, 2)
    assert (tmp_path / "b.db").stat().st_mode & 0o777 == 0o600
    with opened(tmp_path / "b.db") as connection:
        assert sorted(dump(connection)) == before
        whole(connection)


_WRITER = """
import sys
from pathlib import Path
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
with opened(Path(sys.argv[1])) as connection:
    for n in range(100_000):
        name = f"{sys.argv[2]}-{n}"
        decide(connection, [name], "keep", at="2026-11-23T08:00:00.000000Z", new_line=lambda: name)
        print(name, flush=True)
"""


def test_what_was_said_before_a_backup_began_is_in_it_while_two_go_on_writing(cache, tmp_path):
    said: list[str] = []
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(cache), name],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    readers = [
        threading.Thread(target=lambda out=writer.stdout: said.extend(map(str.strip, out)))
        for writer in writers
    ]
    for reader in readers:
        reader.start()
    try:
        for number in range(5):
            while len(said) < 20 * (number + 1):
                time.sleep(0.01)
            before = set(said)
            rows = back_up(cache, tmp_path / f"{number}.db", silent)
            with opened(tmp_path / f"{number}.db") as connection:
                held = {row[0] for row in connection.execute("SELECT line FROM journal")}
                whole(connection)
            assert before <= held
            # A decision and its line are of one transaction.
            assert rows["decisions"] == rows["journal"] == len(held)
    finally:
        for writer in writers:
            writer.kill()
        for reader in readers:
            reader.join()
        for writer in writers:
            writer.wait()
            writer.stdout.close()


_BACKER = """
import sys
from pathlib import Path
from papertriage.cache.rescue.backup import back_up
print("begun", flush=True)
back_up(Path(sys.argv[1]), Path(sys.argv[2]), lambda *_: None)
"""


def test_a_kill_leaves_the_old_backup_or_the_new(cache, tmp_path):
    target = tmp_path / "b.db"
    back_up(cache, target, silent)
    with opened(cache) as connection:
        store_papers(connection, *titled(*(f"title {n}" for n in range(51))))
    sizes = set()
    for number in range(12):
        words = [sys.executable, "-c", _BACKER, str(cache), str(target)]
        process = subprocess.Popen(
            words, env=environment(tmp_path), stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(number * 0.003)
        process.kill()
        process.communicate()
        sizes.add(verified(target)["papers"])
    assert sizes <= {50, 51}


def test_a_signal_ends_a_copy_and_is_not_lost(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_STEPS", 10)

    def ended(_done: int, _total: int) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        back_up(cache, tmp_path / "b.db", ended)
    assert [path.name for path in tmp_path.iterdir()] == ["cache.db"]


def test_a_copy_says_how_far_it_is(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_STEPS", 10)
    seen: list[tuple[int, int]] = []
    (tmp_path / "b.db").touch()
    with opened(cache) as connection:
        # Pages are written as they come, and not all at the end.
        connection.execute("PRAGMA cache_size = 1")
        copy(connection, tmp_path / "b.db", lambda *far: seen.append(far))
    assert 0 < sum(done for done, _ in seen) <= seen[0][1]


def test_a_full_disk_leaves_no_half_file(cache, tmp_path):
    (tmp_path / "b.db").write_text("old")
    code = f"""
import resource, signal
from papertriage.errors import DiskError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from pathlib import Path
from papertriage.cache.rescue.backup import back_up
try:
    back_up(Path({str(cache)!r}), Path({str(tmp_path / "b.db")!r}), lambda *_: None)
except DiskError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "b.db cannot be written" in result.stdout or "b.db cannot grow" in result.stdout
    assert (tmp_path / "b.db").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db", "cache.db"]


def test_a_copy_needs_room_first(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "size_of", lambda _connection: 2**80)
    with pytest.raises(DiskError, match="the copy needs"):
        back_up(cache, tmp_path / "b.db", silent)


def test_a_damaged_cache_gives_no_backup(cache, tmp_path):
    content = bytearray(cache.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 40960] = b"\xff" * 40960
    cache.write_bytes(content)
    with pytest.raises(CacheUnusable, match="is damaged"):
        back_up(cache, tmp_path / "b.db", silent)
    assert cache.read_bytes() == content
    assert not (tmp_path / "b.db").exists()


def test_a_damaged_backup_is_told_before_it_is_used(cache, tmp_path):
    with opened(cache) as connection, sqlite3.connect(tmp_path / "b.db") as target:
        connection.backup(target)
    target.close()
    with opened(tmp_path / "b.db") as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'papers_by_day'")
    with pytest.raises(CacheUnusable, match=r"(?s)is damaged .*nothing was written"):
        verified(tmp_path / "b.db")


def test_a_backup_that_lacks_words_is_no_backup(cache, tmp_path, monkeypatch):
    def forgetful(source, target, advance):
        copy(source, target, advance)
        with opened(target) as connection:
            connection.execute("DELETE FROM journal WHERE line = '0'")

    monkeypatch.setattr(backup, "copy", forgetful)
    with pytest.raises(CacheUnusable, match="lacks journal entries"):
        back_up(cache, tmp_path / "b.db", silent)
    assert not (tmp_path / "b.db").exists()
