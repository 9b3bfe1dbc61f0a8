from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caches import dump, lines, make_earlier, named_paper, store_papers, whole
from papertriage.cache import picks
from papertriage.cache.connection import opened
from papertriage.cache.handoff import HandoffRequest, acknowledge, next_batch, papers_in
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.listing import current_ids, require_papers
from papertriage.cache.queue import pass_over
from papertriage.cache.rescue.renaming import lasting_name
from papertriage.cache.rescue.replaying import disagreements
from papertriage.cache.rescue.restoring import restore
from papertriage.cache.rescue.salvage import salvage
from papertriage.cache.splitting import split_paper
from papertriage.identifiers import title_id, told_apart
from papertriage.models import Filters, Paper, Pick

AT = "2026-11-23T09:0{}:00.000000Z"
LONG = "A long title about invented knots"
OTHER = "Another long title about invented ropes"


def foreign(name: str, title: str, *authors: str) -> Paper:
    return named_paper(name, title=title, authors=authors or ("Ann Other",))


def grow_old(path: Path, source: str = "jsonl") -> None:
    """Make a cache one of before ids had to last, its papers seen by a source."""
    with sqlite3.connect(path, isolation_level=None) as old:
        old.execute("UPDATE sightings SET source = ?", (source,))
        # Who told a paper is not known of a cache of before.
        old.execute("UPDATE papers SET authority = NULL")
        old.execute("DROP TABLE no_news")
        old.execute("PRAGMA user_version = 11")
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old.close()


@contextmanager
def brought(old: Path) -> Iterator[sqlite3.Connection]:
    """Open what is salvaged of a cache of before, once: the same the next time."""
    new = old.with_name("new.db")
    if not new.exists():
        salvage(old, new)
    with opened(new) as connection:
        yield connection


def salvaged(old: Path) -> Path:
    new = old.with_name("salvaged.db")
    salvage(old, new)
    return new


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a cache of before, with words, picks and a batch of papers that files had named."""
    path = tmp_path / "cache.db"
    new_line = lines().__next__
    with opened(path) as connection:
        store_papers(
            connection,
            foreign("smith2020", LONG),
            foreign("3", "Owls"),
            foreign("4", OTHER),
            named_paper("arxiv:2511.00001"),
        )
        decide(connection, ["smith2020", "4"], "keep", at=AT.format(1), new_line=new_line)
        decide(connection, ["3"], "skip", at=AT.format(2), new_line=new_line)
        decide(connection, ["3"], "later", at=AT.format(3), new_line=new_line)
        undo(connection, ["4"], at=AT.format(4), new_line=new_line)
        label(connection, ["3"], "ood", True, at=AT.format(5), new_line=new_line)
        pick = Pick(1, 0.9, "ood")
        picks.record(connection, "2026-11-23", [("smith2020", pick)], at=AT.format(0))
        pass_over(connection, ["4"], AT.format(6), "catch-up of 5 minutes")
        connection.execute("INSERT INTO audits VALUES ('3', ?)", (AT.format(0),))
        connection.execute("INSERT INTO runs VALUES (1)")
        assert next_batch(connection, "notes", HandoffRequest(Filters()), AT.format(7))
    grow_old(path)
    return path


NEW = {"smith2020": title_id(LONG), "3": told_apart("Owls", "3"), "4": title_id(OTHER)}


def said(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    tables = {"decisions": "decision", "labels": "topic", "picks": "day", "passed": "why"}
    return {
        table: [
            tuple(row)
            for row in connection.execute(f"SELECT paper, {column} FROM {table} ORDER BY paper")  # noqa: S608 - our tables
        ]
        for table, column in {**tables, "audits": "at"}.items()
    }


FOLLOWED = {
    "decisions": sorted([(NEW["smith2020"], "keep"), (NEW["3"], "later")]),
    "labels": [(NEW["3"], "ood")],
    "picks": [(NEW["smith2020"], "2026-11-23")],
    "passed": [(NEW["4"], "catch-up of 5 minutes")],
    "audits": [(NEW["3"], AT.format(0))],
}


def test_papers_that_files_had_named_get_ids_that_last_and_keep_the_old_ones(old: Path) -> None:
    with brought(old) as connection:
        whole(connection)
        assert current_ids(connection, list(NEW)) == NEW
        assert [one.paper.id for one in require_papers(connection, ["3"])] == [NEW["3"]]
        ids = {row[0] for row in connection.execute("SELECT id FROM papers")}
        assert ids == {*NEW.values(), "arxiv:2511.00001"}


def test_what_was_said_and_shown_follows_and_the_journal_stays(old: Path) -> None:
    with sqlite3.connect(old) as before:
        journal = before.execute("SELECT * FROM journal ORDER BY line").fetchall()
    before.close()
    with brought(old) as connection:
        assert said(connection) == FOLLOWED
        assert list(disagreements(connection)) == []
        rows = connection.execute("SELECT * FROM journal ORDER BY line")
        assert [tuple(row) for row in rows] == journal
        assert connection.execute("SELECT count(*) FROM runs").fetchone()[0] == 0


def test_an_undo_finds_what_was_said_under_the_old_id(old: Path) -> None:
    with brought(old) as connection:
        undone = undo(connection, [NEW["3"]], at=AT.format(9), new_line=lambda: "undo")
        assert [(one.undone, one.now) for one in undone] == [("later", "skip")]


def test_a_consumer_is_given_nothing_again(old: Path) -> None:
    with brought(old) as connection:
        batch = next_batch(connection, "notes", HandoffRequest(Filters()), AT.format(8))
        assert batch is not None
        assert sorted(current_ids(connection, papers_in(connection, batch)).values()) == sorted(
            [*NEW.values(), "arxiv:2511.00001"]
        )
        acknowledge(connection, "notes", batch.number, AT.format(8))
        assert next_batch(connection, "notes", HandoffRequest(Filters()), AT.format(9)) is None
        assert (
            next_batch(connection, "notes", HandoffRequest(Filters(limit=1)), AT.format(9)) is None
        )


def test_the_same_file_brings_nothing_new_afterwards(old: Path) -> None:
    with brought(old) as connection:
        again = [foreign(NEW["smith2020"], LONG), foreign(NEW["3"], "Owls")]
        assert store_papers(connection, *again).unchanged == 2


@pytest.mark.parametrize("damaged", [False, True])
def test_a_salvaged_cache_of_before_has_ids_that_last(
    old: Path, tmp_path: Path, *, damaged: bool
) -> None:
    if damaged:
        with sqlite3.connect(old) as connection:
            connection.execute("DROP TABLE decisions")
        connection.close()
    salvage(old, tmp_path / "saved.db")
    with opened(tmp_path / "saved.db") as connection:
        assert said(connection) == FOLLOWED
        assert current_ids(connection, list(NEW)) == NEW


def test_words_and_ledgers_of_a_cache_of_before_follow_into_a_restored_one(
    old: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(old, backup)
    with sqlite3.connect(backup) as earlier:
        for table in ("journal", "decisions", "labels", "picks", "passed", "audits"):
            earlier.execute(f"DELETE FROM {table}")  # noqa: S608 - our tables
    earlier.close()
    restore(salvaged(backup), old, "20261123", lambda *_: None)
    with opened(old) as connection:
        assert said(connection) == FOLLOWED


@pytest.mark.parametrize("opened_since", [True, False])
def test_words_find_papers_that_come_back_after_a_backup_without_them_was_restored(
    old: Path, tmp_path: Path, *, opened_since: bool
) -> None:
    backup = tmp_path / "backup.db"
    with opened(backup) as connection:
        store_papers(connection, named_paper("arxiv:2511.00009"))
    if opened_since:
        restore(salvaged(old), old, "20261122", lambda *_: None)
    restore(backup, old, "20261123", lambda *_: None)
    with opened(old) as connection:
        again = [
            foreign(new, title)
            for new, title in zip(NEW.values(), (LONG, "Owls", OTHER), strict=True)
        ]
        assert store_papers(connection, *again).new == 3
        held = {one.paper.id: one for one in require_papers(connection, list(NEW.values()))}
        assert [held[new].decision for new in NEW.values()] == ["keep", "later", None]
        assert held[NEW["3"]].labels == {"ood": True}
        assert list(disagreements(connection)) == []
        undone = undo(connection, [NEW["3"]], at=AT.format(9), new_line=lambda: "undo")
        assert [(one.undone, one.now) for one in undone] == [("later", "skip")]


def test_words_of_version_1_follow_into_a_backup_that_is_restored_in_its_place(
    tmp_path: Path,
) -> None:
    make_earlier(tmp_path / "cache.db", 1)
    with opened(tmp_path / "backup.db") as connection:
        store_papers(connection, named_paper("arxiv:2511.00009"))
    restore(tmp_path / "backup.db", tmp_path / "cache.db", "20261123", lambda *_: None)
    title = "A long title about invented knots"
    with opened(tmp_path / "cache.db") as connection:
        store_papers(connection, foreign(title_id(title), title, "Cy Poe"))
        (one,) = require_papers(connection, [title_id(title)])
        assert (one.decision, one.labels) == ("keep", {"birdsong": True})


def test_two_that_would_have_one_id_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        held = foreign(title_id(LONG), LONG, "Ann Other")
        store_papers(
            connection,
            held,
            foreign("a", LONG, "Bo Roe"),
            foreign("b", LONG, "Cy Poe"),
            foreign("c", OTHER, "Di Coe"),
            foreign("d", OTHER, "Ed Foe"),
        )
    grow_old(path)
    with brought(path) as connection:
        assert current_ids(connection, list("abcd")) == {
            "a": told_apart(LONG, "a"),
            "b": told_apart(LONG, "b"),
            "c": title_id(OTHER),
            "d": told_apart(OTHER, "d"),
        }


def test_a_merge_is_split_into_papers_whose_ids_last(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        store_papers(connection, named_paper("doi:10.1000/zz.1", title=LONG, authors=()))
        assert store_papers(connection, foreign("smith2020", LONG), feed="b.json").merged == 1
    grow_old(path)
    with brought(path) as connection:
        apart = split_paper(connection, "smith2020", AT.format(1))
        assert {one.id for one in apart.values()} == {"doi:10.1000/zz.1", title_id(LONG)}
        again = store_papers(connection, foreign(title_id(LONG), LONG), feed="b.json")
        assert (again.new, again.merged) == (0, 0)


def test_what_a_source_of_another_distribution_named_keeps_that_name_under_the_sources(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        store_papers(connection, foreign("7", "Herons"), foreign("my-lab:8", "Egrets"))
    grow_old(path, "my-lab")
    with brought(path) as connection:
        assert current_ids(connection, ["7"]) == {"7": "my-lab:7"}
        assert require_papers(connection, ["my-lab:8"])[0].paper.id == "my-lab:8"


@pytest.mark.parametrize(
    "name",
    ["arxiv:2511.00001", "arxiv:hep-th/9901001", "doi:10.1000/zz.1", "doi:10.100000/zz"],
)
def test_ids_that_last_are_left_alone(name: str, tmp_path: Path) -> None:
    assert lasting_name(name, "Any title", None) is None
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        store_papers(connection, named_paper(name, title=LONG))
        connection.execute("INSERT INTO runs VALUES (1)")
        connection.execute("UPDATE sightings SET source = 'jsonl'")
        connection.execute("UPDATE papers SET authority = NULL")
        before = dump(connection)
    grow_old(path)
    with brought(path) as connection:
        assert sorted(dump(connection)) == sorted(before)


@pytest.mark.parametrize("name", ["arxiv:nonsense", "doi:nonsense", "title:nonsense", "10.1/a"])
def test_ids_that_only_look_like_lasting_ones_do_not_last(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        store_papers(connection, named_paper(name, title=LONG))
    grow_old(path)
    with brought(path) as connection:
        assert current_ids(connection, [name]) == {name: title_id(LONG)}
