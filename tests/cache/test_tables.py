from __future__ import annotations

from papertriage.cache.packing import packed
from papertriage.cache.tables import WORDS, Table, by_paper_key, counted, readable, tables


def test_what_people_said_comes_first_and_indexes_of_words_are_no_tables(connection):
    names = [table.name for table in tables(connection)]
    assert tuple(names[:3]) == WORDS
    assert {"papers", "tags", "sightings"} < set(names)
    assert not [name for name in names if "index" in name]


def test_a_table_knows_its_key(connection):
    keys = {table.name: table.key for table in tables(connection)}
    assert keys["papers"] == ("rowid",)
    assert keys["other_names"] == ("name", "paper")
    assert keys["paper_categories"] == ("paper", "category")


def test_every_kind_of_table_is_told_from_what_is_none(connection):
    connection.executescript("""
        CREATE TABLE kin (a TEXT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
        CREATE TABLE kith (a TEXT PRIMARY KEY, b TEXT UNIQUE);
        CREATE TABLE papers_index_notes (a INTEGER PRIMARY KEY);
        CREATE INDEX kith_by_b ON kith (b, a);
        CREATE VIEW seen AS SELECT a FROM kith;
        CREATE VIRTUAL TABLE found USING fts5 (a);
    """)
    mine = {"kin", "kith", "papers_index_notes", "seen", "found", "found_data"}
    found = {table.name: table for table in tables(connection) if table.name in mine}
    assert set(found) == {"kin", "kith", "papers_index_notes"}
    assert found["kin"] == Table("kin", ("a", "b"), ("b", "a"))
    assert found["kith"] == Table("kith", ("a", "b"), ("rowid",))


def test_the_tables_of_an_attached_cache_are_its_own(connection):
    connection.execute("ATTACH ':memory:' AS other")
    connection.execute("CREATE TABLE other.tins (a TEXT, PRIMARY KEY (a)) WITHOUT ROWID")
    assert tables(connection, "other") == [Table("tins", ("a",), ("a",))]
    assert counted(connection, "other") == {"tins": 0}


def test_rows_are_counted(connection):
    connection.execute("INSERT INTO topics VALUES (1, 'x', 0.5, 'm', 0)")
    assert counted(connection)["topics"] == 1


def test_a_key_of_a_paper_is_told_from_its_id(connection):
    assert by_paper_key(connection, "tags")
    assert not by_paper_key(connection, "labels")


def test_a_row_of_rubbish_is_not_readable(connection):
    (tags,) = [table for table in tables(connection) if table.name == "tags"]
    assert readable(tags, (1, 1, 0.5, 1, 0.0, b"[]"))
    assert not readable(tags, (1, 1, 0.5, 1, 0.0, b"["))
    assert not readable(tags, (1, 1, 0.5, 1, 0.0, b"\xff\xff"))
    assert not readable(tags, (1, 1, 0.5, 1, 0.0, None))


def test_a_frame_is_readable_where_it_can_be_unpacked(connection):
    frame = packed("In this paper, we propose a novel method to count the tins of a roof.")
    notes = Table("notes", ("abstract",), ("rowid",))
    assert readable(notes, (frame,))
    assert not readable(notes, (frame[:-1],))
