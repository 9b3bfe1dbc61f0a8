"""What each reading command may import: modules are counted, not milliseconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import ForwardRef, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = {
    *("sklearn", "numpy", "scipy", "pandas", "httpx", "feedparser", "sqlite_utils", "pydantic"),
    *("rich", "textual", "stamina", "filelock", "tomlkit", "orjson"),
    *("asyncio", "email", "http", "ssl", "socket", "urllib.request", "logging", "unittest"),
    *("multiprocessing", "concurrent.futures", "importlib.metadata"),
    *("pyarrow", "dask", "distributed"),
}

# Runs a command as the console script does, then says how many SQL statements it has run, how many
# objects are left for the interpreter's end to take apart, which classes of ours are dataclasses,
# and which modules it has loaded.
_WRAPPER = """
import atexit, gc, sqlite3, sys
out, sys.argv = sys.argv[1], ["papertriage", *sys.argv[2:]]
statements = []

@atexit.register
def told():
    numbers = f"{len(statements)} {len(gc.get_objects())}"
    ours = [module for name, module in sys.modules.items() if name.startswith("papertriage")]
    classes = {one for module in ours for one in vars(module).values() if isinstance(one, type)}
    made = " ".join(one.__name__ for one in classes if hasattr(one, "__dataclass_fields__"))
    with open(out, "w", encoding="utf-8") as file:
        file.write("\\n".join([numbers, made, *sys.modules]))

def traced(*words, connect=sqlite3.connect, **options):
    connection = connect(*words, **options)
    connection.set_trace_callback(statements.append)
    return connection

sqlite3.connect = traced
from papertriage.__main__ import main
main()
"""

# How many modules a command may load beyond the standard library: typer's 30, which come with every
# command, zstandard's two where an abstract is read, and ours; three more than it loads now. A new
# one must be worth its time at every start.
COMMANDS = {
    "--help": 41,
    "today --json": 77,
    "today": 77,
    "list --json": 69,
    "list": 69,
    "search --json model": 74,
    "search model": 74,
    "similar --json {id}": 75,
    "show --json {id}": 70,
    "show {id}": 70,
    "export": 72,
    "export --format bibtex": 76,
    "export --consumer desk": 76,
    "completion --values ids": 48,
    "status --json": 60,
    "status": 60,
}

# How many SQL statements a command runs, the pragmas of opening the cache among them: as many for
# one paper as for two hundred. `today` asks once for each of the four shipped topics.
STATEMENTS = {
    "today --json": 21,
    "today": 24,
    "list --json": 12,
    "list": 12,
    "show {id}": 13,
    "export": 12,
    "completion --values ids": 1,
    "status": 11,
}

# What makes a dataclass pays 0.6 ms for the module and 0.6 to 1.2 ms for each: the models that
# these read are NamedTuples.
WITHOUT_DATACLASSES = [
    *("--help", "today --json", "today", "list --json", "list", "show --json {id}", "show {id}"),
    *("export", "export --format bibtex", "completion --values ids"),
]

# Of an annotation that is a string typer and NamedTuple compile an expression, 10 us each.
READING = [
    *("models", "commands.today", "commands.list", "commands.search", "commands.similar"),
    *("commands.show", "commands.export", "commands.status", "commands.why", "commands.why_not"),
]


class Start(NamedTuple):
    """What a command did: SQL statements, objects left, dataclasses made, and modules loaded."""

    statements: int
    left: int
    dataclasses: list[str]
    modules: set[str]


def _told(out: Path) -> Start:
    numbers, made, *modules = out.read_text(encoding="utf-8").split("\n")
    statements, left = map(int, numbers.split())
    return Start(statements, left, made.split(), set(modules))


def _run(home: Path, out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Nothing of this process: coverage and its kind load modules of their own.
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PAPERTRIAGE_HOME": str(home),
        "TZ": "UTC",
    }
    return subprocess.run(
        [sys.executable, "-c", _WRAPPER, str(out), *words],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Return the home of a cache that holds the seed page, and the id of one of its papers."""
    home = tmp_path_factory.mktemp("filled")
    _run(home, home / "told", "today")
    listed = _run(home, home / "told", "list", "--json", "--limit", "1")
    return home, json.loads(listed.stdout)[0]["id"]


@pytest.fixture
def started(filled, tmp_path):
    """Return a function from a command line to what it did."""
    home, paper = filled

    def start(line):
        out = tmp_path / "told"
        shown = _run(home, out, *line.format(id=paper).split())
        assert shown.stdout
        return _told(out)

    return start


@pytest.mark.parametrize("line", COMMANDS)
def test_a_reading_command_leaves_heavy_modules_alone(started, line):
    assert HEAVY & started(line).modules == set()


@pytest.mark.parametrize("line", COMMANDS)
def test_a_reading_command_loads_few_modules(started, line):
    standard = sys.stdlib_module_names
    own = [name for name in started(line).modules if name.partition(".")[0] not in standard]
    assert len(own) <= COMMANDS[line], sorted(own)


@pytest.mark.parametrize("line", WITHOUT_DATACLASSES)
def test_what_most_readers_ask_for_makes_no_dataclass(started, line):
    start = started(line)
    assert start.dataclasses == []
    # Since Python 3.14 traceback brings the module itself.
    assert "dataclasses" not in start.modules or sys.version_info >= (3, 14)


def test_a_dataclass_that_is_made_is_told(started):
    assert started("status").dataclasses


@pytest.mark.parametrize("name", READING)
def test_the_annotations_of_what_readers_ask_for_are_not_compiled_at_each_start(name):
    found = import_module(f"papertriage.{name}")
    mine = [one for one in vars(found).values() if getattr(one, "__module__", "") == found.__name__]
    classes = [one for one in mine if hasattr(one, "_fields")]
    of = [found.command] if hasattr(found, "command") else classes
    assert of
    for one in of:
        assert not any(isinstance(note, str | ForwardRef) for note in one.__annotations__.values())


@pytest.mark.parametrize("line", STATEMENTS)
def test_a_reading_command_runs_few_statements(started, line):
    assert started(line).statements <= STATEMENTS[line]


def test_a_listing_of_many_papers_takes_as_many_statements_as_of_one(started):
    assert started("list --limit 40").statements == started("list --limit 1").statements


def test_the_end_of_a_command_takes_nothing_apart(started):
    assert started("list").left < 100


def test_an_empty_cache_is_filled_from_the_seeds_without_training(tmp_path):
    _run(tmp_path, tmp_path / "told", "today")
    found = _told(tmp_path / "told").modules
    assert "papertriage.topics.scoring" in found
    assert {"sklearn", "scipy", "httpx", "feedparser"} & found == set()


def test_tagging_a_pipe_leaves_the_libraries_for_corpora_alone(tmp_path):
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "A title"}\n', encoding="utf-8")
    assert _run(tmp_path, tmp_path / "told", "tag", str(papers)).stdout
    found = _told(tmp_path / "told").modules
    assert "papertriage.topics.scoring" in found
    assert {"pyarrow", "dask", "distributed", "numpy"} & found == set()
