from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caches import EARLIER, cache_of, dump, make_earlier, whole
from papertriage.cache import migrations
from papertriage.cache.connection import examined, opened
from papertriage.cache.listing import list_papers
from papertriage.errors import CacheUnusable
from papertriage.models import Filters
from processes import environment


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
    return [tuple(row) for row in rows]


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_every_version_since_the_oldest_has_a_script() -> None:
    names = sorted(path.name for path in migrations.SCRIPTS.glob("*.sql"))
    later = range(migrations.OLDEST + 1, migrations.VERSION + 1)
    assert [int(name[:4]) for name in names] == list(later)


def test_the_schema_says_of_every_table_what_it_holds() -> None:
    script = migrations.SCHEMA.read_text(encoding="utf-8")
    tables = re.findall(r"(?m)^(.*)\nCREATE (?:VIRTUAL )?TABLE (\w+)", script)
    assert len(tables) == script.count("TABLE ")
    assert [name for before, name in tables if not before.startswith("-- ")] == []


def test_a_cache_of_now_is_not_touched(tmp_path: Path) -> None:
    with opened(tmp_path / "cache.db"):
        pass
    before = (tmp_path / "cache.db").read_bytes()
    with opened(tmp_path / "cache.db"):
        pass
    assert (tmp_path / "cache.db").read_bytes() == before


@pytest.fixture
def present(tmp_path: Path) -> Path:
    """Return a cache of the present version that holds two papers."""
    with cache_of(tmp_path / "cache.db", "ood 0.9 Shifted Sheep", "Plain Pigs"):
        pass
    return tmp_path / "cache.db"


@pytest.fixture
def scripts(present: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of scripts of an invented papertriage, two versions later."""
    path = tmp_path / "sql"
    path.mkdir()
    monkeypatch.setattr(migrations, "SCRIPTS", path)
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 2)
    return path


def add(scripts: Path, script: str, later: int) -> None:
    (scripts / f"{migrations.OLDEST + later:04}_next.sql").write_text(script)


def contents(path: Path) -> list[object]:
    with examined(path) as connection:
        return [version_of(connection), dump(connection)]


MORE = """
-- A comment; with a semicolon.
CREATE TABLE more (n INTEGER);
INSERT INTO more SELECT count(*) FROM papers;
"""


def test_a_cache_of_the_present_version_is_brought_to_the_next(
    present: Path, scripts: Path
) -> None:
    add(scripts, MORE, 1)
    add(scripts, "ALTER TABLE more ADD COLUMN m INTEGER;\nUPDATE more SET m = n + 1;\n", 2)
    for _ in range(2):
        with opened(present) as connection:
            assert [tuple(row) for row in connection.execute("SELECT * FROM more")] == [(2, 3)]
            assert version_of(connection) == migrations.VERSION
            assert len(list(list_papers(connection, Filters()))) == 2
            whole(connection)


def test_a_cache_is_brought_only_as_far_as_it_has_not_come(present: Path, scripts: Path) -> None:
    with sqlite3.connect(present) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.OLDEST + 1}")
    connection.close()
    add(scripts, "CREATE TABLE papers (n INTEGER);\n", 1)
    add(scripts, MORE, 2)
    with opened(present) as connection:
        assert connection.execute("SELECT n FROM more").fetchone()[0] == 2


def test_a_cache_that_can_be_brought_to_the_present_version_is_examined_as_it_is(
    present: Path, scripts: Path
) -> None:
    add(scripts, MORE, 1)
    with examined(present) as connection:
        assert version_of(connection) == migrations.OLDEST
        assert "more" not in dict(schema(connection))


def test_a_migration_that_fails_leaves_no_trace(present: Path, scripts: Path) -> None:
    before = contents(present)
    add(scripts, MORE, 1)
    add(scripts, "DROP TABLE decisions;\nINSERT INTO nowhere VALUES (1);\n", 2)
    line = r"does not match the schema of cache version 14 \(.*nowhere\)"
    with pytest.raises(CacheUnusable, match=line), opened(present):
        pass
    assert contents(present) == before


_OPENER = """
import sys
from pathlib import Path
from papertriage.cache import migrations
from papertriage.cache.connection import opened
migrations.SCRIPTS = Path(sys.argv[2])
migrations.VERSION += 2
print("begun", flush=True)
with opened(Path(sys.argv[1])):
    pass
"""


def test_a_kill_leaves_the_old_version_or_the_new(
    present: Path, scripts: Path, tmp_path: Path
) -> None:
    add(scripts, MORE, 1)
    add(scripts, "CREATE TABLE last (n INTEGER);\nINSERT INTO last SELECT n FROM more;\n", 2)
    path = tmp_path / "copy.db"
    for number in range(15):
        shutil.copy(present, path)
        words = [sys.executable, "-c", _OPENER, str(path), str(scripts)]
        process = subprocess.Popen(
            words, env=environment(tmp_path), stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(number * 0.001)
        process.kill()
        process.communicate()
        with sqlite3.connect(path) as connection:
            version, names = version_of(connection), dict(schema(connection))
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        connection.close()
        states = {(migrations.OLDEST, False, False), (migrations.VERSION, True, True)}
        assert (version, "more" in names, "last" in names) in states
        with opened(path) as held:
            whole(held)
            assert version_of(held) == migrations.VERSION
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


@pytest.mark.parametrize("open_it", [opened, examined])
@pytest.mark.parametrize("version", EARLIER)
def test_a_cache_of_before_the_oldest_version_is_refused_with_the_way_and_left_as_it_is(
    tmp_path: Path, version: int, open_it
) -> None:
    path = tmp_path / "cache.db"
    make_earlier(path, version)
    before = path.read_bytes()
    line = (
        rf"^{re.escape(str(path))} is from before papertriage was released"
        rf" \(cache version {version}, this one reads {migrations.VERSION}\):"
        rf" `papertriage doctor --salvage FILE --cache {re.escape(str(path))}` carries its"
        r" decisions, labels and own topics over to a new cache$"
    )
    with pytest.raises(CacheUnusable, match=line), open_it(path):
        pass
    assert path.read_bytes() == before
