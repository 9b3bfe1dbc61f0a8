"""How the reading commands read the cache: by indexes, and as much of a large one as of a small.

Instructions of SQLite's virtual machine are counted, and query plans read; no time is measured.
"""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import grown
from command_lines import (
    ELSEWHERE,
    GROWING,
    KNOWN,
    LEARNED,
    LINES,
    STATEMENTS,
    UNUSED,
    WITHOUT,
    WRITTEN,
    Known,
)
from papertriage.cache import filters, interest, listing
from papertriage.cache import queue as queues
from papertriage.cache.connection import opened
from papertriage.cache.journal import new_labels
from papertriage.cache.queue import build_queue, waiting_now
from papertriage.cli import COMMANDS, group
from papertriage.commands._tree import tree
from papertriage.formats.command_line import CommandLine
from papertriage.models import Filters
from papertriage.triage.sitting.answering import material
from papertriage.triage.sitting.beginning import Sitting
from papertriage.triage.teaching.suggesting import untagged
from papertriage.triage.teaching.training import background, own_labels
from processes import ran
from query_plans import SMALL as SMALL_TABLES
from query_plans import Step, large_tables, planned, recording, slow_steps

# Every line is run on caches of these sizes, which differ in old papers alone.
SMALL, LARGE = 2_000, 8_000

# So much more may a line take on the large cache; a search ranks candidates among what it finds.
_FLAT, _NEARLY = 1.1, 1.25
# So many are needed to read what ANALYZE has counted, by each connection.
_READING_COUNTS = 400
# What goes through the old papers alone takes so many times as much, and nothing takes more.
_LINEAR = (LARGE - grown.SHARED) / (SMALL - grown.SHARED)


def sat(connection: sqlite3.Connection, sitting: Sitting) -> int:
    """Answer three papers in a session, take one answer back, and read what an order is of."""
    session = sitting.session
    for word in ("keep", "skip", "later"):
        session.answer(word)
    session.undo()
    session.onward()
    asked = waiting_now(connection, Filters(), f"{grown.TODAY}T00:00:00Z", again=True)
    waiting, judged = material(build_queue(connection, asked, by_interest=False).papers)
    assert waiting
    assert judged
    return 0


# What commands read that train or cluster, without the training.
READS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "topics train, evaluate, check: texts": background,
    "topics train, check: labels": lambda connection: own_labels(connection, "ood"),
    "topics suggest: untagged texts": lambda connection: list(
        untagged(connection, lambda _done, _total: None)
    ),
    "label: new labels": lambda connection: new_labels(connection, "ood", "2020-01-01"),
    "learning: decided texts": lambda connection: interest.decided_texts(connection, 2_000),
    "learning: papers worth a score": lambda connection: interest.worth_scoring(connection, 1_000),
}


class Done(NamedTuple):
    """A command line that was run, its statements, and the instructions that they took."""

    line: str
    statements: list[str]
    instructions: int


def _run_all(path: Path) -> Iterator[Done]:
    config = path.with_name("config.toml")
    config.write_text("interest.after = 0\n", encoding="utf-8")
    for line in LINES:
        yield _run(line, path.parent)
    for name, read in READS.items():
        with recording() as found, opened(path) as connection:
            read(connection)
        yield Done(name, found.statements, found.instructions)
    config.unlink()
    grown.learn(path)
    for line in LEARNED:
        yield _run(line, path.parent)._replace(line=f"learned: {line}")


def _run(line: str, home: Path) -> Done:
    with recording() as found:
        said = ran(*(word.format(home=home) for word in shlex.split(line)))
    assert said.exit_code == 0, f"{line}: {said.stdout}{said.stderr}"
    return Done(line, found.statements, found.instructions)


class Sizes(NamedTuple):
    """What was run on the small cache and on the large one, and the large one itself.

    counted is the large one again, where the planner takes it for one of a million papers.
    """

    small: dict[str, Done]
    large: dict[str, Done]
    counted: dict[str, Done]
    path: Path


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Sizes:
    """Fill two caches that differ in old papers alone, and run every line on both."""
    runs, paths = [], []
    with pytest.MonkeyPatch.context() as pinned:
        pinned.setenv("PAPERTRIAGE_NOW", grown.NOW)
        pinned.setattr("papertriage.commands.triage.on_terminal_alone", lambda: None)
        pinned.setattr("papertriage.commands.triage.sit", sat)
        # As the caches are small, what is rare in them is rarer.
        pinned.setattr(filters, "_FEW", 30)
        pinned.setattr(filters, "_FEW_OF_ALL", 100)
        pinned.setattr(listing, "_FEW_TO_SEARCH", 30)
        pinned.setattr(queues, "MOST", 200)
        pinned.setattr(queues, "_STEP", 1_000)
        for papers, prepare in ((SMALL, _none), (LARGE, _none), (LARGE, _counted_a_million)):
            path = tmp_path_factory.mktemp("grown") / "cache.db"
            pinned.setenv("PAPERTRIAGE_HOME", str(path.parent))
            grown.fill(path, papers - grown.SHARED)
            prepare(path)
            runs.append({done.line: done for done in _run_all(path)})
            paths.append(path)
    small, large, counted = runs
    return Sizes(small, large, counted, paths[1])


def _commands(whole: CommandLine) -> Iterator[CommandLine]:
    if not whole.commands:
        yield whole
    for one in whole.commands:
        yield from _commands(one)


def _name(command: CommandLine) -> str:
    return " ".join(command.words[1:])


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT id FROM papers WHERE title = 'x'", ["SCAN papers"]),
        ("SELECT p.id FROM papers AS p WHERE p.title = 'x'", ["SCAN papers"]),
        ("SELECT count(*) FROM tags WHERE score > 0.5", ["SCAN tags"]),
        ("SELECT id FROM papers ORDER BY day DESC, key LIMIT 5", []),
        ("SELECT id FROM papers ORDER BY day DESC, key LIMIT -1", ["SCAN papers"]),
        ("SELECT id FROM papers ORDER BY title LIMIT 5", ["SCAN papers", "SORT ORDER"]),
        ("SELECT id FROM papers WHERE day > '2026' ORDER BY title", ["SORT ORDER"]),
        ("SELECT name FROM topics ORDER BY threshold", []),
        ("SELECT score FROM tags WHERE paper = 3 ORDER BY score", []),
        ("SELECT rowid FROM papers_index WHERE papers_index MATCH 'x'", []),
        ("SELECT rowid FROM papers_index", ["SCAN papers_index"]),
        (
            "SELECT 1 FROM feed_states AS f JOIN receipts AS r ON r.message = f.value",
            ["SCAN receipts"],
        ),
    ],
)
def test_a_slow_step_is_told_from_a_quick_one(
    tmp_path: Path, statement: str, expected: list[str]
) -> None:
    with opened(tmp_path / "cache.db") as connection:
        steps = slow_steps(connection, planned([statement]), large=large_tables(connection))
    assert [step.what for step in steps] == expected


def test_every_command_is_run_or_says_why_not() -> None:
    assert set(WITHOUT) <= set(COMMANDS)
    for command in _commands(tree(group())):
        name = _name(command)
        covered = any(line.split()[: len(command.words) - 1] == name.split() for line in LINES)
        assert covered != (command.words[1] in WITHOUT or name in ELSEWHERE), name


def test_every_option_of_these_commands_is_given_or_says_why_not() -> None:
    needed = set()
    for command in _commands(tree(group())):
        name = _name(command)
        lines = [line for line in (*LINES, *LEARNED) if f"{line} ".startswith(f"{name} ")]
        given = {word for line in lines for word in shlex.split(line)}
        for parameter in command.parameters if lines else ():
            if parameter.names and not given & set(parameter.names):
                needed.add(f"{name} {parameter.names[-1]}")
    assert {one for one in needed if one.split()[-1] not in WRITTEN} == set(UNUSED)


def _none(path: Path) -> None:
    with opened(path) as connection:
        assert not connection.execute(_COUNTED).fetchone(), "the plans are to be without counts"


def _counted(path: Path) -> None:
    assert ran("--cache", path, "doctor", "--vacuum").exit_code == 0
    with opened(path) as connection:
        assert connection.execute(_COUNTED).fetchone(), "doctor --vacuum counts for the planner"


def _counted_a_million(path: Path) -> None:
    _counted(path)
    with opened(path) as connection:
        rows = connection.execute("SELECT rowid, stat FROM sqlite_stat1").fetchall()
        for key, stat in rows:
            all_rows, *others = stat.split()
            # Of a kind there are more, of a day or a paper as many as now.
            kinds = [n.isdigit() and int(n) * 5 > int(all_rows) for n in others]
            more = [
                str(int(n) * _MORE) if kind else n for n, kind in zip(others, kinds, strict=True)
            ]
            if int(all_rows) > _FIXED:
                stat_now = " ".join([str(int(all_rows) * _MORE), *more])
                connection.execute(
                    "UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?", (stat_now, key)
                )


# The large cache is taken for one of a million papers, but what has so few rows stays as it is.
_MORE, _FIXED = 125, 20
_COUNTED = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"


# Where the planner knows that a table of this small cache holds ten rows it may well read them all.
COUNTS = {"no counts": (_none, 0), "counts": (_counted, 1_000), "of many": (_counted_a_million, 0)}


@pytest.fixture(scope="module")
def steps(sizes: Sizes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Step]]:
    """Return the slow steps by what the planner knows: its rules, or what ANALYZE has counted."""
    statements = _statements(sizes)
    found = {}
    for name, (prepare, rows) in COUNTS.items():
        path = Path(shutil.copy(sizes.path, tmp_path_factory.mktemp("planned") / "cache.db"))
        with pytest.MonkeyPatch.context() as pinned:
            pinned.setenv("PAPERTRIAGE_HOME", str(path.parent))
            prepare(path)
        with opened(path) as connection:
            large = large_tables(connection, rows)
            found[name] = slow_steps(connection, statements, large=large)
    return found


def _statements(sizes: Sizes) -> dict[str, str]:
    """Return one statement of each shape that any line has run."""
    return planned(one for done in sizes.large.values() for one in done.statements)


@pytest.mark.parametrize("counts", COUNTS)
def test_no_statement_goes_through_a_large_table(
    sizes: Sizes, steps: dict[str, list[Step]], counts: str
) -> None:
    lines = {form: done.line for done in sizes.large.values() for form in planned(done.statements)}
    assert len(lines) > 150
    unknown = [step for step in steps[counts] if not any(_is(one, step) for one in KNOWN)]
    assert [f"{lines[step.shape]}: {step.what}: {step.shape}" for step in unknown] == []


def test_every_excuse_is_needed(sizes: Sizes, steps: dict[str, list[Step]]) -> None:
    forms = _statements(sizes)
    taken = [step for found in steps.values() for step in found]
    for one in KNOWN:
        assert any(one.part in form for form in forms), f"no command runs {one.part}"
        # Whether SQLite sorts is the concern of its version; that it scans is of the statement.
        assert any(_is(one, step) for step in taken) or not one.what.startswith("SCAN"), one


def _is(known: Known, step: Step) -> bool:
    return step.what.startswith(known.what) and known.part in step.shape


def test_the_small_tables_are_there(sizes: Sizes) -> None:
    with opened(sizes.path) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert set(SMALL_TABLES) - {"sqlite_master"} <= tables


def test_a_larger_cache_is_read_no_longer(sizes: Sizes) -> None:
    assert set(GROWING) <= set(sizes.large)
    faults = []
    for line, done in sizes.large.items():
        ratio = done.instructions / max(sizes.small[line].instructions, 1)
        bound = _NEARLY if line.split()[0] in {"search", "similar"} else _FLAT
        if line in GROWING and not bound < ratio <= _LINEAR:
            faults.append(f"{line}: {ratio:.2f}, though it is said to grow with the cache")
        if line not in GROWING and ratio > bound:
            faults.append(f"{line}: {ratio:.2f} times the instructions, at most {bound}")
    assert faults == []


def test_counts_for_the_planner_make_nothing_slower(sizes: Sizes) -> None:
    slower = {
        line: (done.instructions, sizes.counted[line].instructions)
        for line, done in sizes.large.items()
        if sizes.counted[line].instructions > _FLAT * done.instructions + _READING_COUNTS
    }
    assert slower == {}


def test_a_command_asks_few_statements(sizes: Sizes) -> None:
    counts = {line: len(sizes.large[line].statements) for line in STATEMENTS}
    assert {line: n for line, n in counts.items() if n > STATEMENTS[line]} == {}
