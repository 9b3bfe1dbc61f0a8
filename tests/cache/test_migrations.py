from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caches import named_paper, store_papers, whole
from papertriage.cache import migrations
from papertriage.cache.connection import APPLICATION_ID, opened
from papertriage.cache.indexing import INDEXES
from papertriage.cache.listing import current_ids, list_papers, search_papers
from papertriage.cache.status import current_model, tally
from papertriage.errors import CacheUnusable
from papertriage.identifiers import title_id
from papertriage.models import Filters
from processes import environment

VERSION_1 = Path(__file__).parents[1] / "data" / "cache" / "version-1.db"


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
    return [tuple(row) for row in rows]


def test_the_version_is_the_number_of_scripts() -> None:
    names = sorted(path.name for path in migrations.SCRIPTS.glob("*.sql"))
    assert [int(name[:4]) for name in names] == list(range(1, migrations.VERSION + 1))


def test_a_cache_of_now_is_not_touched(tmp_path: Path) -> None:
    with opened(tmp_path / "cache.db"):
        pass
    before = (tmp_path / "cache.db").read_bytes()
    with opened(tmp_path / "cache.db"):
        pass
    assert (tmp_path / "cache.db").read_bytes() == before


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory of scripts that continue those of papertriage."""
    path = tmp_path / "sql"
    path.mkdir()
    for script in migrations.SCRIPTS.glob("*.sql"):
        (path / script.name).write_text(script.read_text())
    monkeypatch.setattr(migrations, "SCRIPTS", path)
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    return path


def add(scripts: Path, script: str) -> None:
    (scripts / f"{migrations.VERSION:04}_next.sql").write_text(script)


def test_an_older_cache_is_brought_up_to_date(tmp_path: Path, scripts: Path) -> None:
    add(
        scripts,
        "-- A comment; with a semicolon.\nCREATE TABLE more (n INTEGER);\n"
        "INSERT INTO more VALUES (1);\n",
    )
    with pytest.MonkeyPatch.context() as older:
        older.setattr(migrations, "VERSION", migrations.VERSION - 1)
        older.setattr(migrations, "SCRIPTS", Path(migrations.__file__).parent / "sql")
        with opened(tmp_path / "cache.db") as connection:
            assert ("more",) not in connection.execute("SELECT name FROM sqlite_master").fetchall()
    with opened(tmp_path / "cache.db") as connection:
        assert connection.execute("SELECT n FROM more").fetchone()[0] == 1
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert version == migrations.VERSION


def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path, scripts: Path) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(migrations, "VERSION", migrations.VERSION - 1)
        with opened(tmp_path / "cache.db") as connection:
            before = schema(connection)
    add(
        scripts,
        "CREATE TABLE more (n INTEGER);\nDROP TABLE papers;\nINSERT INTO nowhere VALUES (1);\n",
    )
    with pytest.raises(CacheUnusable, match="nowhere"), opened(tmp_path / "cache.db"):
        pass
    with sqlite3.connect(tmp_path / "cache.db") as connection:
        assert schema(connection) == before
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations.VERSION - 1
    connection.close()


def test_a_cache_of_version_1_still_opens_with_all_it_holds(tmp_path: Path) -> None:
    shutil.copy(VERSION_1, tmp_path / "cache.db")
    with opened(tmp_path / "cache.db") as connection:
        whole(connection)
        held = list(list_papers(connection, Filters()))
        journal = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    assert [one.paper.title for one in held] == [
        "ood 0.9 Shifted Sheep",
        "causality 0.7 ood 0.6 Causal Cows",
        "ood 0.1 Plain Pigs",
        "Über 量子 Geese",
    ]
    assert [one.decision for one in held] == ["keep", "keep", "later", None]
    assert held[0].labels == {"ood": True}
    assert held[0].pick is not None
    assert journal == 6


def test_a_cache_of_version_1_learns_from_the_decisions_that_it_holds(tmp_path: Path) -> None:
    shutil.copy(VERSION_1, tmp_path / "cache.db")
    with sqlite3.connect(VERSION_1) as old:
        journal = old.execute("SELECT * FROM journal").fetchall()
    old.close()
    with opened(tmp_path / "cache.db") as connection:
        assert current_model(connection) is None
        assert tally(connection, 9) == (2, 0)
        kept = [tuple(row) for row in connection.execute("SELECT * FROM journal")]
        assert kept == journal
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations.VERSION


_OPENER = """
import sys
from pathlib import Path
from papertriage.cache.connection import opened
print("begun", flush=True)
with opened(Path(sys.argv[1])):
    pass
"""


def test_a_kill_leaves_the_old_version_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for number in range(15):
        shutil.copy(VERSION_1, path)
        words = [sys.executable, "-c", _OPENER, str(path)]
        process = subprocess.Popen(
            words, env=environment(tmp_path), stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(number * 0.001)
        process.kill()
        process.communicate()
        with sqlite3.connect(path) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        connection.close()
        assert (version, "titles_index" in names) in {(1, False), (migrations.VERSION, True)}
        with opened(path) as held:
            whole(held)
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def make_version(connection: sqlite3.Connection, version: int) -> None:
    """Make an empty cache of an earlier version."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for number, script in enumerate(sorted(migrations.SCRIPTS.glob("*.sql"))[:version], 1):
        connection.executescript(script.read_text())
        connection.execute(f"PRAGMA user_version = {number}")


def test_names_of_an_older_cache_are_kept(tmp_path: Path) -> None:
    title = "An invented work that two feeds have"
    path = tmp_path / "cache.db"
    with sqlite3.connect(path, isolation_level=None) as old:
        make_version(old, 2)
        old.execute(
            "INSERT INTO papers (key, id, title, authors, categories, came, day)"
            " VALUES (1, 'arxiv:2511.00001', ?, '[]', '[]', '2026-11-22', '2026-11-22')",
            (title,),
        )
        old.executemany(
            "INSERT INTO names VALUES (?, 1, ?)",
            [
                *(("arxiv:2511.00001", 1), ("doi:10.1000/zz.1", 0), ("old-id", 1)),
                (title_id(title), 0),
                (title_id("Its first title"), 1),
            ],
        )
    old.close()
    with opened(path) as connection:
        whole(connection)
        asked = ["arxiv:2511.00001", "doi:10.1000/zz.1", "old-id", title_id("Its first title")]
        assert current_ids(connection, asked) == dict.fromkeys(asked, "arxiv:2511.00001")
        assert current_ids(connection, [title_id(title)]) == {}
        again = named_paper("page:1", title=title, authors=())
        assert store_papers(connection, again).merged == 1
        first = named_paper(title_id("Its first title"), title="Its first title", authors=())
        assert store_papers(connection, first).new == 0
        assert [held.paper.id for held in search_papers(connection, "invented", Filters())] == [
            "arxiv:2511.00001"
        ]


def test_an_index_that_lagged_in_an_older_cache_catches_up_whole(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with sqlite3.connect(path, isolation_level=None) as old:
        old.create_function("unpacked", 1, lambda text: text)
        make_version(old, 9)
        old.executemany(
            "INSERT INTO papers (key, id, title, abstract, authors, categories, came, day)"
            " VALUES (?, ?, ?, 'owls', '[]', '[]', '2026-11-22', '2026-11-22')",
            [(1, "arxiv:2511.00001", "indexed works"), (2, "arxiv:2511.00002", "killed before")],
        )
        for index, columns in INDEXES.items():
            names = ", ".join(columns)
            old.execute(
                f"INSERT INTO {index} (rowid, {names}) SELECT key, {names} FROM papers"  # noqa: S608 - ours
                " WHERE key = 1"
            )
    old.close()
    with opened(path) as connection:
        held = search_papers(connection, "killed", Filters())
        assert [one.paper.id for one in held] == ["arxiv:2511.00002"]
        whole(connection)
