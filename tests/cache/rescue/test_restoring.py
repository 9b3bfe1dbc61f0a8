from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from itertools import count

import pytest

from builders import make_pick
from caches import cache_of, dump, store_papers, titled, whole
from papertriage.cache import picks
from papertriage.cache.connection import opened, writing
from papertriage.cache.journal import decide, label
from papertriage.cache.rescue import restoring
from papertriage.cache.rescue.backup import back_up, verified
from papertriage.cache.rescue.restoring import restore
from papertriage.errors import CacheBusy, CacheUnusable, DiskError, InputError
from processes import environment, started, unmeasured

AT = "2026-11-23T08:00:00.000000Z"
STAMP = "2026-11-23T090000Z"
ASIDE = f"cache-{STAMP}.db"
NEW_LINE = (f"line-{n}" for n in count()).__next__


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def cache(tmp_path):
    """Return a cache with a backup.db; a word, a label, a pick and a paper came after it."""
    path = tmp_path / "cache.db"
    with cache_of(path, "ood 0.9 one", "ood 0.9 two") as connection:
        decide(connection, ["arxiv:2510.00001"], "keep", at=AT, new_line=NEW_LINE)
        back_up(path, tmp_path / "backup.db", silent)
        decide(connection, ["arxiv:2510.00001"], "skip", at=AT, new_line=NEW_LINE)
        label(connection, ["arxiv:2510.00002"], "ood", True, at=AT, new_line=NEW_LINE)
        picks.record(connection, "2026-11-24", [("arxiv:2510.00002", make_pick(1))], at=AT)
        store_papers(connection, *titled("ood 0.9 one", "ood 0.9 two", "three"))
    return path


def words(path):
    with opened(path) as connection:
        whole(connection)
        return [
            [tuple(row)[:2] for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - ours
            for table in ("decisions", "labels", "picks")
        ]


SAID = [
    [("arxiv:2510.00001", "skip")],
    [("arxiv:2510.00002", "ood")],
    [("arxiv:2510.00002", "2026-11-24")],
]


def test_what_was_said_since_the_backup_is_carried_over(cache, tmp_path):
    done = restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert (done.lines, done.rows, done.aside) == (2, 1, tmp_path / ASIDE)
    assert words(cache) == SAID
    with opened(cache) as connection:
        assert connection.execute("SELECT count(*) FROM papers").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert cache.stat().st_mode & 0o777 == 0o600


def test_the_cache_of_before_is_put_aside_whole(cache, tmp_path):
    with opened(cache) as connection:
        before = dump(connection)
    restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", ASIDE, "cache.db"]
    with opened(tmp_path / ASIDE) as connection:
        assert dump(connection) == before
    again = restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert again.aside == tmp_path / f"cache-{STAMP}-2.db"


def test_a_backup_is_restored_where_there_is_no_cache(cache, tmp_path):
    cache.unlink()
    done = restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert (done.aside, done.lines) == (None, 0)
    assert verified(cache)["papers"] == 2


@pytest.mark.parametrize("lost", [100, 4096])
def test_the_words_of_a_damaged_cache_are_carried_over(cache, tmp_path, lost):
    with cache.open("r+b") as file:
        file.write(bytes(lost))
    damaged = cache.read_bytes()
    assert restore(tmp_path / "backup.db", cache, STAMP, silent).lines == 2
    assert words(cache)[:2] == SAID[:2]
    assert (tmp_path / ASIDE).read_bytes() == damaged


def test_the_wal_of_another_cache_does_not_come_into_the_restored_one(cache, tmp_path):
    other = tmp_path / "other" / "cache.db"
    with cache_of(other, "foreign") as connection:
        connection.execute("INSERT INTO topics VALUES (99, 'foreign', 0.5, 'm', 0)")
        wal = other.with_name("cache.db-wal").read_bytes()
    with cache.open("r+b") as file:
        file.write(bytes(100))
    cache.with_name("cache.db-wal").write_bytes(wal)
    restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert (tmp_path / f"{ASIDE}-wal").read_bytes() == wal
    with opened(cache) as connection:
        assert not connection.execute("SELECT 1 FROM topics WHERE name = 'foreign'").fetchone()


def test_a_cache_in_use_is_left_alone(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(restoring, "_WAIT", 0.01)
    with opened(cache) as connection:
        with writing(connection), pytest.raises(CacheBusy, match="stop it, then restore again"):
            restore(tmp_path / "backup.db", cache, STAMP, silent)
        connection.execute("SELECT 1 FROM papers").fetchone()
        with pytest.raises(CacheBusy):
            restore(tmp_path / "backup.db", cache, STAMP, silent)
        decide(connection, ["late"], "keep", at=AT, new_line=NEW_LINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "cache.db"]


def test_a_restore_that_fails_leaves_the_cache_as_it_was(cache, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        msg = "full"
        raise DiskError(msg)

    with opened(cache) as connection:
        before = dump(connection)
    monkeypatch.setattr(restoring, "place", full)
    with pytest.raises(DiskError):
        restore(tmp_path / "backup.db", cache, STAMP, silent)
    with opened(cache) as connection:
        assert dump(connection) == before
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_only_a_whole_cache_is_restored(cache, tmp_path):
    before = cache.read_bytes()
    (tmp_path / "text").write_text("Dear diary\n" * 100)
    for name in ("text", "nothing"):
        with pytest.raises(CacheUnusable, match=name):
            restore(tmp_path / name, cache, STAMP, silent)
    with pytest.raises(InputError, match="is the cache itself"):
        restore(cache, cache, STAMP, silent)
    assert cache.read_bytes() == before


def refused(*_: object, **_options: object) -> None:
    raise OSError(5, "Input/output error")


def test_a_place_that_takes_no_copy_is_one_line(cache, tmp_path, monkeypatch):
    before = cache.read_bytes()
    monkeypatch.setattr(shutil, "copyfileobj", refused)
    with pytest.raises(DiskError, match="cannot be moved aside: input/output error"):
        restore(tmp_path / "backup.db", cache, STAMP, silent)
    monkeypatch.undo()
    unreadable(cache)
    for name in ("link", "copyfile"):
        monkeypatch.setattr(os if name == "link" else shutil, name, refused)
    with pytest.raises(DiskError, match="cannot be moved aside: input/output error"):
        restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert cache.read_bytes()[100:] == before[100:]


def unreadable(cache):
    with cache.open("r+b") as file:
        file.write(bytes(100))


def test_a_disk_without_second_names_takes_a_copy(cache, tmp_path, monkeypatch):
    unreadable(cache)
    damaged = cache.read_bytes()
    monkeypatch.setattr(os, "link", refused)
    assert restore(tmp_path / "backup.db", cache, STAMP, silent).lines == 2
    assert (tmp_path / ASIDE).read_bytes() == damaged
    assert words(cache)[:2] == SAID[:2]


def test_a_link_to_the_cache_stays_one(cache, tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    cache.rename(place / "papers.db")
    cache.symlink_to(place / "papers.db")
    for spoil in (lambda _: None, unreadable):
        spoil(cache)
        done = restore(tmp_path / "backup.db", cache, STAMP, silent)
        assert done.aside.parent == place
        assert cache.is_symlink()
        assert words(cache)[:2] == SAID[:2]
        assert cache.resolve() == place / "papers.db"


def test_a_cache_with_pages_of_another_size_is_restored(cache, tmp_path):
    connection = sqlite3.connect(cache)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("VACUUM")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert words(cache) == SAID
    with opened(cache) as connection:
        assert connection.execute("PRAGMA page_size").fetchone()[0] == 4096


def test_a_log_whose_cache_was_removed_still_gives_its_words(cache, tmp_path):
    with opened(cache) as connection:
        decide(connection, ["arxiv:2510.00002"], "later", at=AT, new_line=NEW_LINE)
        log = cache.with_name("cache.db-wal").read_bytes()
    cache.unlink()
    cache.with_name("cache.db-wal").write_bytes(log)
    done = restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert (done.aside, done.lines > 0) == (None, True)
    assert ("arxiv:2510.00002", "later") in words(cache)[0]


def test_the_log_of_a_damaged_cache_gives_its_words_after_a_restore_was_killed(
    cache, tmp_path, monkeypatch
):
    with opened(cache) as connection:
        decide(connection, ["arxiv:2510.00002"], "later", at=AT, new_line=NEW_LINE)
        log = cache.with_name("cache.db-wal").read_bytes()
    unreadable(cache)
    cache.with_name("cache.db-wal").write_bytes(log)
    # Killed after the log was put aside, and before the restored cache had its name.
    monkeypatch.setattr(restoring, "place", refused)
    with pytest.raises(OSError, match="Input/output"):
        restore(tmp_path / "backup.db", cache, STAMP, silent)
    monkeypatch.undo()
    assert not cache.with_name("cache.db-wal").exists()
    restore(tmp_path / "backup.db", cache, STAMP, silent)
    assert ("arxiv:2510.00002", "later") in words(cache)[0]


# Says each step before it is done, and waits for a line, so that a test can do what it likes there.
_STEPS = """
import sys
from pathlib import Path
from papertriage.cache.rescue import restoring

def told(name, real):
    def step(*given, **options):
        print(name, flush=True)
        sys.stdin.readline()
        return real(*given, **options)
    setattr(restoring, name, step)

for name in ("_copy", "_carry", "_put_aside", "place", "_overwrite"):
    told(name, getattr(restoring, name))
restoring.restore(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], lambda *_: None)
print("restored", flush=True)
"""
STEPS = ("_copy", "_carry", "_put_aside", "place", "_overwrite")


def in_steps(tmp_path, cache):
    return subprocess.Popen(
        [sys.executable, "-c", _STEPS, str(tmp_path / "backup.db"), str(cache), STAMP],
        env=environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_word_said_while_a_restore_works_is_in_the_restored_cache(cache, tmp_path, step):
    restoring_now = in_steps(tmp_path, cache)
    while restoring_now.stdout.readline().strip() != step:
        restoring_now.stdin.write("\n")
        restoring_now.stdin.flush()
    # At every step nobody else gets in, to read or to write.
    with pytest.raises(CacheBusy), opened(cache, wait=0.01):
        pass
    said = started(tmp_path, "keep", "arxiv:2510.00002", env=unmeasured())
    time.sleep(1.0)
    assert said.poll() is None
    restoring_now.communicate("\n" * len(STEPS))
    assert said.communicate()[1].startswith(b"kept")
    assert said.returncode == 0
    assert ("arxiv:2510.00002", "keep") in words(cache)[0]
    assert {path.name for path in tmp_path.glob("cache*")} == {"cache.db", ASIDE}


@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_is_killed_at_a_step_leaves_a_whole_cache(cache, tmp_path, step):
    restoring_now = in_steps(tmp_path, cache)
    while restoring_now.stdout.readline().strip() != step:
        restoring_now.stdin.write("\n")
        restoring_now.stdin.flush()
    restoring_now.kill()
    restoring_now.communicate()
    assert verified(cache)["papers"] == 3
    assert words(cache) == SAID
    with opened(cache) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_word_whose_process_is_killed_while_a_restore_works_spoils_nothing(cache, tmp_path):
    restoring_now = in_steps(tmp_path, cache)
    restoring_now.stdout.readline()
    for number in range(5):
        said = started(tmp_path, "keep", "arxiv:2510.00002", env=unmeasured())
        time.sleep(number * 0.15)
        said.kill()
        said.communicate()
    restoring_now.communicate("\n" * len(STEPS))
    assert verified(cache)["papers"] == 2
    assert words(cache)[1:] == SAID[1:]


_RESTORER = """
import sys
from pathlib import Path
from papertriage.cache.rescue.restoring import restore
print("begun", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], lambda *_: None)
"""


def killed_restores(cache, tmp_path, kills):
    """Kill so many restores, each a little later, while somebody decides beside them."""
    words_of = [sys.executable, "-c", _RESTORER, str(tmp_path / "backup.db"), str(cache)]
    ended, acknowledged = 0, []
    for number in range(kills):
        process = subprocess.Popen(
            [*words_of, f"{STAMP}-{number}"],
            env=environment(tmp_path, **unmeasured()),
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(number % 40 * 0.003)
        with contextlib.suppress(CacheBusy), opened(cache, wait=2.0) as connection:
            process.kill()
            decide(connection, [f"said-{number}"], "keep", at=AT, new_line=NEW_LINE)
            acknowledged.append((f"said-{number}", "keep"))
        process.kill()
        process.communicate()
        ended += process.returncode == 0
        assert verified(cache)["papers"] in {2, 3}
        decisions, labels, shown = words(cache)
        assert set(decisions) >= {*SAID[0], *acknowledged}
        assert (labels, shown) == tuple(SAID[1:])
        with opened(cache) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        for path in tmp_path.glob("cache-*"):
            path.unlink()
    return ended, len(acknowledged)


def test_a_kill_leaves_the_old_cache_or_the_restored_one_and_every_word(cache, tmp_path):
    ended, acknowledged = killed_restores(cache, tmp_path, 20)
    assert ended < 20
    assert acknowledged


@pytest.mark.soak
def test_many_kills_leave_the_old_cache_or_the_restored_one_and_every_word(cache, tmp_path):
    ended, acknowledged = killed_restores(cache, tmp_path, 200)
    assert ended < 200
    assert acknowledged > 50
