"""What each reading command may import: modules are counted, not milliseconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = {
    *("sklearn", "numpy", "scipy", "pandas", "httpx", "feedparser", "sqlite_utils", "pydantic"),
    *("rich", "textual", "stamina", "filelock", "tomlkit"),
    *("asyncio", "email", "http", "ssl", "socket", "urllib.request", "logging", "unittest"),
    *("multiprocessing", "concurrent.futures", "importlib.metadata"),
    *("pyarrow", "dask", "distributed"),
}

# Runs a command as the console script does, then says which modules it has loaded.
_WRAPPER = """
import sys
out, sys.argv = sys.argv[1], ["papertriage", *sys.argv[2:]]
from papertriage.cli import main
try:
    main()
finally:
    names = "\\n".join(sys.modules)
    with open(out, "w", encoding="utf-8") as file:
        file.write(names)
"""

# How many modules a command may load beyond the standard library: typer's 30, which come with every
# command, zstandard's two where an abstract is read, and ours; three more than it loads now. A new
# one must be worth its time at every start.
# `--help` loads every command for its line.
COMMANDS = {
    "--help": 145,
    "today --json": 75,
    "today": 75,
    "list --json": 67,
    "list": 67,
    "search --json model": 70,
    "search model": 70,
    "similar --json {id}": 72,
    "show --json {id}": 67,
    "show {id}": 67,
    "export": 69,
    "export --format bibtex": 73,
    "export --consumer desk": 72,
    "completion --values ids": 46,
    "status --json": 56,
    "status": 56,
}


def _run(home: Path, out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Nothing of this process: coverage and its kind load modules of their own.
    environment = {"PATH": os.environ["PATH"], "PAPERTRIAGE_HOME": str(home), "TZ": "UTC"}
    return subprocess.run(
        [sys.executable, "-c", _WRAPPER, str(out), *words],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Return the home of a cache that holds the seed page, and the id of one of its papers."""
    home = tmp_path_factory.mktemp("filled")
    _run(home, home / "modules", "today")
    listed = _run(home, home / "modules", "list", "--json", "--limit", "1")
    return home, json.loads(listed.stdout)[0]["id"]


@pytest.fixture
def loaded(filled, tmp_path):
    """Return a function from a command line to the modules that it has loaded."""
    home, paper = filled

    def modules(line):
        out = tmp_path / "modules"
        shown = _run(home, out, *line.format(id=paper).split())
        assert shown.stdout
        return set(out.read_text(encoding="utf-8").split("\n"))

    return modules


@pytest.mark.parametrize("line", COMMANDS)
def test_a_reading_command_leaves_heavy_modules_alone(loaded, line):
    assert HEAVY & loaded(line) == set()


@pytest.mark.parametrize("line", COMMANDS)
def test_a_reading_command_loads_few_modules(loaded, line):
    standard = sys.stdlib_module_names
    own = [name for name in loaded(line) if name.partition(".")[0] not in standard]
    assert len(own) <= COMMANDS[line], sorted(own)


def test_an_empty_cache_is_filled_from_the_seeds_without_training(tmp_path):
    _run(tmp_path, tmp_path / "modules", "today")
    found = set((tmp_path / "modules").read_text(encoding="utf-8").split("\n"))
    assert "papertriage.topics.tagging" in found
    assert {"sklearn", "scipy", "httpx", "feedparser"} & found == set()


def test_tagging_a_pipe_leaves_the_libraries_for_corpora_alone(tmp_path):
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "A title"}\n', encoding="utf-8")
    assert _run(tmp_path, tmp_path / "modules", "tag", str(papers)).stdout
    found = set((tmp_path / "modules").read_text(encoding="utf-8").split("\n"))
    assert "papertriage.topics.tagging" in found
    assert {"pyarrow", "dask", "distributed", "numpy"} & found == set()
