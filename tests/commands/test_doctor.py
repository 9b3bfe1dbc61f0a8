from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from caches import EARLIER, make_earlier
from papertriage.cache import connection, status
from papertriage.cache.connection import opened, writing
from papertriage.cache.migrations import VERSION
from papertriage.errors import ExitCode
from processes import ran

TITLE = "On the Convergence of Invented Optimisers"


def imported(**paper: object) -> None:
    assert ran("import", "-", stdin=json.dumps(paper)).exit_code == 0


def test_a_cache_in_order_is_said_to_be(seeded: Path):
    result = ran("doctor")
    assert result.exit_code == 0
    assert "no problems found" in result.stdout


def test_a_search_index_out_of_step_is_found_and_mended(seeded: Path):
    with opened(seeded) as connection:
        connection.execute("UPDATE papers SET title = 'zebra' WHERE key = 1")
    assert ran("doctor").exit_code == 1
    assert ran("doctor", "--rebuild-index").exit_code == 0
    assert ran("search", "zebra", "--format", "ids").stdout


def test_no_cache_is_no_fault_and_none_is_made(home: Path):
    result = ran("doctor")
    assert (result.exit_code, "there is no cache yet" in result.stdout) == (0, True)
    assert list(home.iterdir()) == []


def test_a_cache_says_how_it_is_written_and_on_what(seeded: Path, monkeypatch):
    def said() -> tuple[str, str, dict[str, object]]:
        found = json.loads(ran("status", "--json").stdout)
        return ran("doctor").stdout, ran("status").stdout, found

    checked, shown, found = said()
    assert f"{seeded} is written through a write-ahead log\n" in checked
    assert "writes           through a write-ahead log\n" in shown
    assert (found["journal_mode"], found["network"]) == ("wal", None)
    for module in (connection, status):
        monkeypatch.setattr(module, "network", lambda _path: "nfs4")
    checked, shown, found = said()
    line = "through a rollback journal, on a network file system (nfs4)\n"
    assert (line in checked, line in shown) == (True, True)
    assert (found["journal_mode"], found["network"]) == ("delete", "nfs4")


def test_a_folder_that_a_program_syncs_is_a_warning_with_what_to_do(tmp_path: Path, monkeypatch):
    home = tmp_path / "Dropbox" / "papers"
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(home))
    ran("list")
    result = ran("doctor")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("warning: ")]
    assert line.startswith(f"warning: Dropbox seems to sync {home}, which can damage the cache")
    assert "papertriage doctor --backup FILE" in line


@pytest.mark.parametrize("version", [0, -1])
def test_a_cache_without_its_version_is_one_line_and_stays(seeded: Path, version):
    with opened(seeded) as held:
        held.execute(f"PRAGMA user_version = {version}")
    before = seeded.read_bytes()
    for command in (("doctor",), ("list",), ("keep", "2510.00001"), ("status",)):
        result = ran(*command)
        assert result.exit_code == ExitCode.CACHE_UNUSABLE
        assert result.stderr.count("\n") == 1
        assert f"its version is invalid ({version}): restore" in result.stderr
    assert seeded.read_bytes() == before
    saved = seeded.with_name("saved.db")
    assert ran("doctor", "--salvage", saved).exit_code == 0
    assert ran("doctor", "--restore", saved).exit_code == 0
    assert ran("list").exit_code == 0


@pytest.mark.parametrize("version", EARLIER)
def test_a_cache_of_before_the_release_is_one_line_that_names_the_way_and_stays(
    home: Path, tmp_path: Path, version
):
    cache = home / "cache.db"
    make_earlier(cache, version)
    before = cache.read_bytes()
    line = (
        f"{cache} is from before papertriage was released (cache version {version},"
        f" this one reads {VERSION}): `papertriage doctor --salvage FILE` carries its decisions,"
        " labels and own topics over to a new cache\n"
    )
    copy = ("doctor", "--backup", tmp_path / "b.db")
    commands = (("doctor",), ("list",), ("keep", "2510.00001"), ("status",), ("today",), copy)
    for command in (*commands, ("doctor", "--deep"), ("doctor", "--rebuild-index")):
        result = ran(*command)
        assert (result.exit_code, result.stderr) == (ExitCode.CACHE_UNUSABLE, line)
    assert cache.read_bytes() == before


@pytest.mark.parametrize("version", EARLIER)
def test_a_cache_of_before_the_release_is_carried_over_and_put_in_place(home: Path, version):
    cache = home / "cache.db"
    make_earlier(cache, version)
    assert ran("doctor", "--salvage", home / "new.db").exit_code == 0
    assert ran("doctor", "--restore", home / "new.db").exit_code == 0
    assert ran("doctor", "--deep").exit_code == 0
    kept = json.loads(ran("list", "--decision", "keep", "--json").stdout)
    assert len(kept) == {1: 3, 13: 1}[version]
    labelled = json.loads(ran("list", "--json").stdout)
    assert [one["labels"] for one in labelled if "birdsong" in one["labels"]] == [
        {"birdsong": True}
    ]


def test_a_backup_of_before_the_release_is_refused_with_the_way(seeded: Path, tmp_path: Path):
    make_earlier(tmp_path / "old backup.db", 13)
    before = seeded.read_bytes()
    result = ran("doctor", "--restore", tmp_path / "old backup.db")
    assert (result.exit_code, result.stderr.count("\n")) == (ExitCode.CACHE_UNUSABLE, 1)
    way = f"`papertriage doctor --salvage FILE --cache '{tmp_path / 'old backup.db'}'`"
    assert way in result.stderr
    assert seeded.read_bytes() == before
    named = ("--cache", tmp_path / "old backup.db")
    assert ran("doctor", "--salvage", tmp_path / "new.db", *named).exit_code == 0
    assert ran("doctor", "--restore", tmp_path / "new.db").exit_code == 0
    assert len(json.loads(ran("list", "--decision", "keep", "--json").stdout)) == 1


def test_papers_that_cannot_be_read_are_left_out_with_what_brings_them_again(home: Path):
    make_earlier(home / "cache.db", 13)
    with closing(sqlite3.connect(home / "cache.db", isolation_level=None)) as connection:
        connection.execute("UPDATE papers SET authors = 'no list' WHERE key < 3")
    result = ran("doctor", "--salvage", home / "new.db")
    assert result.exit_code == 0
    assert (
        "left out 1 paper of cs.LG: to restore it, run"
        " `papertriage fetch arxiv --since 2026-11-23`\n"
        "left out 1 paper of refs.bib: to restore it, import that file again\n"
    ) in result.stdout


def test_a_check_changes_nothing(seeded: Path):
    before = seeded.read_bytes()
    assert ran("doctor", "--deep").exit_code == 0
    assert seeded.read_bytes() == before


def test_options_exclude_each_other(seeded: Path):
    result = ran("doctor", "--deep", "--vacuum")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "use one at a time" in result.stderr


def spoil(cache: Path, start: int, end: int) -> bytes:
    content = bytearray(cache.read_bytes())
    content[start:end] = b"\xff" * (min(end, len(content)) - start)
    cache.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize(("start", "end"), [(0, 100), (4096, 10**9), (4096, 8192), (0, 10**9)])
def test_damage_is_one_line_with_the_way_on_and_the_file_stays(seeded: Path, start, end):
    before = spoil(seeded, start, end)
    result = ran("doctor")
    assert result.exit_code in {ExitCode.FAILED, ExitCode.CACHE_UNUSABLE}
    assert result.stdout or result.stderr.count("\n") == 1
    assert seeded.read_bytes() == before


def test_a_busy_cache_is_not_called_damaged(seeded: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection.examined.__wrapped__, "__kwdefaults__", {"wait": 0.01})
    with opened(seeded) as other, writing(other):
        assert ran("doctor").exit_code == ExitCode.CACHE_BUSY


def test_a_backup_is_written_again_but_replaces_no_other_file(seeded: Path, tmp_path: Path):
    result = ran("doctor", "--backup", tmp_path / "b.db")
    assert (result.exit_code, "66 papers" in result.stdout) == (0, True)
    imported(title="A paper that came between two backups")
    assert ran("doctor", "--backup", tmp_path / "b.db").exit_code == 0
    (tmp_path / "b.db").write_text("my notes")
    result = ran("doctor", "--backup", tmp_path / "b.db")
    assert (result.exit_code, "use --force to overwrite it" in result.stderr) == (74, True)
    assert (tmp_path / "b.db").read_text() == "my notes"
    assert ran("doctor", "--backup", tmp_path / "b.db", "--force").exit_code == 0
    for file in (seeded, tmp_path, tmp_path / "no" / "b.db"):
        assert ran("doctor", "--backup", file).exit_code in {2, 74}


def decisions(cache: Path) -> set[tuple]:
    with opened(cache) as held:
        return {tuple(row) for row in held.execute("SELECT * FROM decisions")}


def test_a_damaged_cache_is_salvaged_and_restored_with_every_word(seeded: Path, home: Path):
    assert ran("list").exit_code == 0
    assert ran("keep", "1", "2").exit_code == 0
    before = decisions(seeded)
    assert len(before) == 2
    spoil(seeded, 0, 100)
    result = ran("doctor")
    assert (result.exit_code, "2 journal entries can still be read" in result.stderr) == (6, True)
    result = ran("doctor", "--salvage", home / "new.db")
    assert (result.exit_code, "journal: 2 rows" in result.stdout) == (0, True)
    assert ran("doctor", "--restore", home / "new.db").exit_code == 0
    assert decisions(seeded) == before
    assert ran("doctor", "--deep").exit_code == 0
    assert ran("today").exit_code == 0


def test_decisions_that_differ_from_the_journal_are_read_anew(seeded: Path):
    ran("list")
    ran("keep", "1")
    with opened(seeded) as held:
        held.execute("DELETE FROM decisions")
    result = ran("doctor")
    assert (result.exit_code, "--replay-journal" in result.stdout) == (1, True)
    assert ran("doctor", "--replay-journal").exit_code == 0
    assert ran("doctor").exit_code == 0


def test_the_file_is_made_small(seeded: Path):
    result = ran("doctor", "--vacuum")
    assert (result.exit_code, "MB before" in result.stdout) == (0, True)
    assert ran("doctor").exit_code == 0


def test_a_model_that_cannot_be_read_is_found(seeded: Path, home: Path):
    (home / "topics").mkdir()
    (home / "topics" / "ood.toml").write_text("rubbish")
    result = ran("doctor")
    assert (result.exit_code, "ood.toml" in result.stdout) == (1, True)


def test_a_wrong_merge_is_taken_apart(home: Path):
    imported(title=TITLE, abstract="We study causal discovery.")
    imported(id="2511.00001", title=TITLE, authors=["Ada Example"])
    (merged,) = json.loads(ran("list", "--json").stdout)
    assert merged["id"] == "arxiv:2511.00001"
    assert ran("doctor", "--split", "2511.00001").exit_code == 0
    papers = json.loads(ran("list", "--json").stdout)
    assert len(papers) == 2
    assert all(paper["topics"] for paper in papers)
    result = ran("doctor", "--split", "2511.00001")
    assert (result.exit_code, "nothing to split" in result.stderr) == (2, True)
