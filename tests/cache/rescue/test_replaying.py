from __future__ import annotations

from itertools import count

import pytest

from caches import named_paper, store_papers
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.rescue.replaying import add_lines, disagreements, line_of, replay

AT = "2026-11-23T08:00:00.000000Z"
LATER = "2026-11-24T08:00:00.000000Z"


@pytest.fixture
def said(connection):
    new_line = (f"line-{n}" for n in count()).__next__
    decide(connection, ["a", "b", "c"], "keep", at=AT, new_line=new_line)
    decide(connection, ["a"], "skip", at=LATER, new_line=new_line)
    undo(connection, ["b"], at=LATER, new_line=new_line)
    label(connection, ["a", "b"], "ood", True, at=AT, new_line=new_line)
    label(connection, ["b"], "ood", None, at=LATER, new_line=new_line)
    return connection


def words(connection):
    return [
        [tuple(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - two of our tables
        for table in ("decisions", "labels")
    ]


def test_a_cache_in_order_agrees_with_its_journal(said):
    assert list(disagreements(said)) == []


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("DELETE FROM decisions WHERE paper = 'c'", "c: its decision"),
        ("UPDATE decisions SET decision = 'later' WHERE paper = 'c'", "c: its decision"),
        ("UPDATE decisions SET decision = 'keep', at = '' WHERE paper = 'a'", "a: its decision"),
        ("INSERT INTO decisions VALUES ('b', 'keep', '')", "b: its decision"),
        ("DELETE FROM labels", "a: its labels"),
        ("UPDATE labels SET value = 0", "a: its labels"),
        ("INSERT INTO labels VALUES ('b', 'ood', 1, '2026')", "b: its labels"),
        (
            "INSERT INTO decisions VALUES ('new', 'keep', '')",
            "new: decisions missing from the journal",
        ),
    ],
)
def test_words_that_differ_from_the_journal_are_found_and_read_off_it_anew(said, statement, line):
    before = words(said)
    said.execute(statement)
    assert [found for found in disagreements(said) if found.startswith(line)]
    replay(said)
    assert list(disagreements(said)) == []
    if "'new'" not in statement:
        assert words(said) == before


def test_words_under_an_earlier_id_are_the_papers_own(connection):
    store_papers(connection, named_paper("arxiv:2511.00001"))
    connection.execute("INSERT INTO other_names VALUES ('title:old', 1, 1)")
    lines = [
        ("1", AT, "decision", "title:old", None, "keep", None),
        ("2", LATER, "label", "title:old", "ood", "1", None),
    ]
    assert add_lines(connection, lines) == 2
    assert add_lines(connection, lines) == 0
    replay(connection)
    assert words(connection) == [
        [("arxiv:2511.00001", "keep", AT)],
        [("arxiv:2511.00001", "ood", 1, LATER)],
    ]
    assert list(disagreements(connection)) == []


def test_a_lost_line_is_written_the_same_each_time(connection):
    line = line_of("decision", "a", None, "keep", AT)
    assert line == line_of("decision", "a", None, "keep", AT)
    assert line != line_of("decision", "a", None, "skip", AT)
    add_lines(connection, [line])
    replay(connection)
    assert words(connection)[0] == [("a", "keep", AT)]
