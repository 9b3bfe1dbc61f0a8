"""Record the SQL statements that a command line runs, and judge their query plans."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

# Tables that stay small however many papers come and however long somebody reads. Every other
# table is large, a new one too until it is named here.
SMALL = {
    "topics": "followed by one person",
    "consumers": "set up by one person",
    "interest_models": "one line",
    "feed_states": "some lines for each feed",
    "sqlite_master": "the schema",
    "sqlite_sequence": "a line for each counter",
    "papers_index_config": "settings of FTS5",
    "titles_index_config": "settings of FTS5",
}
# How many instructions of SQLite's virtual machine go by between two calls.
_EVERY = 10
_QUIET = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "ATTACH", "DETACH", "VACUUM")
_READ = re.compile(
    r"(?P<way>SCAN|SEARCH) (?P<alias>\w+)"
    r"(?: USING (?P<kind>(?P<made>AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX ?(?P<index>\w*)"
    r"|INTEGER PRIMARY KEY|PRIMARY KEY))?(?: VIRTUAL TABLE INDEX \d+:(?P<asked>\S*))?"
    r"(?: \((?P<terms>.*)\))?"
)
_SORT = re.compile(r"USE TEMP B-TREE FOR (?P<part>(?:RIGHT PART|LAST) .*)?(?P<why>\w+)")


# Until SQLite 3.36 a plan said SCAN TABLE papers AS p where it says SCAN p now. Whether an index
# covers, and whether EXISTS is made a join, is the concern of the version and of no test.
_OLDER = re.compile(r"^(SCAN|SEARCH) (TABLE|SUBQUERY) (\w+)(?: AS (\w+))?")
_HOW = re.compile(r"(?<=USING )COVERING |(?<=\w )EXISTS (?=USING )")


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    """Return the lines of a statement's query plan, in the same words on every SQLite."""
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    return [_HOW.sub("", _OLDER.sub(_in_newer_words, row[3])) for row in rows]


def _in_newer_words(older: re.Match[str]) -> str:
    way, kind, name, alias = older.groups()
    return f"{way} {alias or (name if kind == 'TABLE' else f'(subquery-{name})')}"


class Recorded:
    """The statements of some command lines, and how many instructions they took."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.statements: list[str] = []
        self.instructions = 0

    def said(self, statement: str) -> None:
        """Note a statement, but those that SQLite asks itself: of FTS5 and of triggers."""
        if not statement.startswith("--"):
            self.statements.append(statement)

    def step(self) -> None:
        """Count some instructions."""
        self.instructions += _EVERY


@contextmanager
def recording() -> Iterator[Recorded]:
    """Record what every connection that is opened meanwhile is asked."""
    found = Recorded()
    connect = sqlite3.connect

    def traced(*words: object, **options: object) -> sqlite3.Connection:
        connection = connect(*words, **options)
        connection.set_trace_callback(found.said)
        connection.set_progress_handler(found.step, _EVERY)
        return connection

    sqlite3.connect = traced
    try:
        yield found
    finally:
        sqlite3.connect = connect


def shape(statement: str) -> str:
    """Return a statement without its values; LIMIT -1, which is none, stays apart."""
    statement = " ".join(statement.split()).replace("( ", "(").replace(" )", ")")
    statement = re.sub(r"'(?:[^']|'')*'", "?", statement)
    statement = re.sub(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)", "?", statement)
    return re.sub(r"\?(?:, ?\?)+", "?", statement)


def planned(statements: Iterable[str]) -> dict[str, str]:
    """Return the statements that have a plan, one for each shape."""
    return {
        shape(one): one
        for one in statements
        if one.strip() and not one.lstrip().upper().startswith(_QUIET)
    }


def large_tables(connection: sqlite3.Connection, rows: int = 0) -> set[str]:
    """Return the tables that may become large, or those of them that hold so many rows now."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = {row[0] for row in found} - set(SMALL)
    count = 'SELECT count(*) FROM "{}"'
    return {name for name in names if connection.execute(count.format(name)).fetchone()[0] >= rows}


class Step(NamedTuple):
    """What a plan does to a large table that takes the longer the more rows it has."""

    what: str
    shape: str


def slow_steps(
    connection: sqlite3.Connection, statements: dict[str, str], *, large: set[str]
) -> list[Step]:
    """Return the full scans of large tables, and the sorts of more rows than a key gives."""
    for statement in statements.values():
        if statement.lstrip().startswith("CREATE TEMP"):
            connection.execute(statement)
    steps = []
    for form, statement in statements.items():
        if not statement.lstrip().startswith("CREATE"):
            steps += [Step(what, form) for what in _slow(plan(connection, statement), form, large)]
    return steps


def _slow(lines: list[str], form: str, large: set[str]) -> Iterator[str]:
    aliases = {
        alias: table
        for table, alias in re.findall(r"\b(\w+)\"? AS (\w+)", form)
        if table in large and alias not in large
    }
    reads = [found for line in lines if (found := _READ.match(line))]
    found_sorts = [found for line in lines if (found := _SORT.match(line))]
    sorts = sorted({"SORT PART" if one["part"] else f"SORT {one['why']}" for one in found_sorts})
    # Walked in the order that is asked for, and stopped by the limit.
    ordered = set(sorts) <= {"SORT PART"}
    stopped = re.search(r"\bLIMIT \?", form) and ordered and "GROUP BY" not in form
    many = False
    for read in reads:
        table = aliases.get(read["alias"], read["alias"])
        if table not in large or _of_one_paper(read):
            continue
        many = True
        # An automatic index is made for the one statement, of all rows.
        if read["made"] or (read["way"] == "SCAN" and not read["asked"] and not stopped):
            yield f"SCAN {table}"
    if many:
        yield from sorts


def _of_one_paper(read: re.Match[str]) -> bool:
    """Say whether a search finds a row, or the handful that one paper has."""
    if read["way"] == "SCAN" or read["made"] or "=?" not in (read["terms"] or ""):
        return False
    index = read["index"] or ""
    telling = ("_by_paper", "_by_undone")
    return not index or index.startswith("sqlite_autoindex_") or index.endswith(telling)
