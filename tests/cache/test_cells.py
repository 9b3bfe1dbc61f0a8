from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from caches import cache_of, fill_every_table
from damaged_cells import READING, VALUES, cells, damaged, outcomes
from papertriage.cache import cells as checked
from papertriage.cache.connection import opened
from papertriage.cache.rescue.health import problems
from papertriage.cache.tables import tables
from papertriage.errors import ExitCode
from processes import ran

PAPER = "arxiv:2510.00001"


@pytest.fixture
def whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the home's cache, which has something in nearly every table."""
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T12:00:00Z")
    fill_every_table(home / "cache.db")
    newer = '{"id": "2510.00001v7", "title": "Shifted Sheep of the world", "authors": ["A B"]}\n'
    assert ran("import", "-", stdin=newer).exit_code == 0
    for line in ("keep arxiv:2510.00003", "digest", "export --consumer desk", "today"):
        assert ran(*line.split()).exit_code == 0
    with closing(sqlite3.connect(home / "cache.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy(home / "cache.db", tmp_path / "whole.db"))


def read_all(whole: Path, home: Path, share: float) -> int:
    """Read the cache with damage in single columns; returns how often it was told."""
    pairs = [(cell, value) for cell in cells(home / "cache.db") for value in VALUES]
    chosen = random.Random(20).sample(pairs, round(len(pairs) * share))  # noqa: S311 - a choice of cases
    told = 0
    for cell, value in chosen:
        if not damaged(whole, home / "cache.db", cell, value):
            continue
        for line, code, stderr, _ in outcomes(READING, PAPER):
            assert "internal error" not in stderr, (cell, value, line, stderr)
            if code == ExitCode.CACHE_UNUSABLE:
                assert stderr.count("\n") == 1, (cell, value, line, stderr)
                told += 1
    return told


def test_no_cell_makes_a_reading_command_fail_as_a_fault_of_ours(whole: Path, home: Path) -> None:
    assert read_all(whole, home, 0.01)


@pytest.mark.parametrize(
    ("cell", "value", "line"),
    [
        (("papers", "authors"), "no JSON", "list"),
        (("papers", "authors"), "an object", "show {id}"),
        (("papers", "authors"), "a number in a list", "export --format bibtex"),
        (("papers", "categories"), "a null in a list", "list --json"),
        (("papers", "title"), "a blob", "list"),
        (("papers", "title"), "no UTF-8", "search sheep"),
        (("papers", "abstract"), "a blob", "show {id}"),
        (("tags", "evidence"), "no JSON", "why {id}"),
        (("tags", "evidence"), "a number in a list", "list --json"),
        (("picks", "reasons"), "an object", "show --json {id}"),
        (("receipts", "skipped"), "no JSON", "status"),
        (("receipts", "new"), "no JSON", "status"),
        (("receipts", "at"), "a blob", "status"),
        (("journal", "value"), "a large number", "doctor"),
    ],
)
def test_damage_that_a_command_reads_is_one_line(
    whole: Path, home: Path, cell: tuple[str, str], value: str, line: str
) -> None:
    assert damaged(whole, home / "cache.db", cell, value)
    ((_, code, stderr, stdout),) = outcomes((line,), PAPER)
    assert (code, stderr.count("\n")) == (ExitCode.CACHE_UNUSABLE, 1), stderr + stdout
    assert "is damaged (" in stderr
    assert "`papertriage doctor --salvage FILE`" in stderr


def test_every_value_of_a_cache_that_papertriage_wrote_fits(whole: Path, home: Path) -> None:
    with opened(home / "cache.db") as connection:
        found = [list(checked.damaged(connection, table)) for table in tables(connection)]
        assert [rows for rows in found if rows] == []
        assert list(problems(connection, deep=True)) == []
        before = connection.row_factory, connection.text_factory
        for table in tables(connection):
            list(checked.damaged(connection, table))
        assert (connection.row_factory, connection.text_factory) == before


def test_the_first_damaged_cell_is_named_by_its_table_row_and_column(home: Path) -> None:
    with cache_of(home / "cache.db", "one", "two") as connection:
        assert checked.damage() is None
        connection.execute("UPDATE papers SET categories = '{}' WHERE key = 2")
    assert "(categories of row 2 in papers has an invalid value)" in str(checked.damage())


def test_a_fault_of_ours_stays_one_where_the_cache_is_whole_or_none_is_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **_options: object) -> None:
        raise LookupError("invented")  # noqa: EM101 - a test's own

    monkeypatch.setattr("papertriage.commands.status.count_all", broken)
    result = ran("status")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.startswith("internal error: LookupError: invented")
    assert checked.damage() is None
    (home / "cache.db").unlink()
    assert checked.damage() is None
