"""The sources as text: sizes, names, doors, and that the tests mirror them."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import generate

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "papertriage"
MODULES = sorted(SOURCE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
# These are about the whole program, not about one module.
WHOLE_PROGRAM = {
    *("test_architecture", "test_startup", "test_docs", "test_packaging", "test_recipes"),
    *("test_query_plans", "test_refusals", "test_arxiv_weeks", "test_growth"),
    # The world that the weeks are lived in.
    *("test_arxiv_world", "test_arxiv_reader"),
}
EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "base", "core", "manager", "misc"}


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def _nodes(path: Path, kind: type[ast.AST]) -> list:
    return [node for node in ast.walk(TREES[path]) if isinstance(node, kind)]


def _functions(path: Path) -> list:
    return _nodes(path, ast.FunctionDef) + _nodes(path, ast.AsyncFunctionDef)


def _imported(path: Path) -> set[str]:
    names = {alias.name for node in _nodes(path, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in _nodes(path, ast.ImportFrom)}


def _called(path: Path) -> list[str]:
    functions = [node.func for node in _nodes(path, ast.Call)]
    return [
        function.id if isinstance(function, ast.Name) else function.attr
        for function in functions
        if isinstance(function, ast.Name | ast.Attribute)
    ]


def test_a_source_file_stays_small():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {_name(path): size for path, size in lines.items() if size > 400} == {}


def test_a_function_stays_small():
    sizes = {
        f"{_name(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in MODULES
        for function in _functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > 50} == {}


def test_a_name_says_something():
    parts = {part for path in MODULES for part in path.relative_to(SOURCE).with_suffix("").parts}
    assert EMPTY_NAMES.isdisjoint(part.strip("_") for part in parts)
    functions = {function.name for path in MODULES for function in _functions(path)}
    # Names of typer, httpx and httpcore, for what ours override.
    empty = {name for name in functions if re.match("_?(get|handle|process)_", name)}
    assert empty <= {"get_command", "handle_request", "get_extra_info"}


def test_a_public_class_has_a_name_of_its_own():
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in _nodes(path, ast.ClassDef):
            if not node.name.startswith("_"):
                places.setdefault(node.name, []).append(_name(path))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_a_module_says_its_one_responsibility_in_its_first_line():
    lines = {_name(path): generate.first_line(path) for path in MODULES}
    sentence = re.compile(r"[A-Z\"`].{10,110}\.")
    assert {name: line for name, line in lines.items() if not sentence.fullmatch(line)} == {}


def test_nothing_prints_past_the_streams_that_the_program_has_made_safe():
    found = [
        _name(path) for path in MODULES for node in _nodes(path, ast.Name) if node.id == "print"
    ]
    assert found == []


def test_no_model_can_run_code():
    banned = {"pickle", "joblib", "marshal", "shelve", "dill", "cloudpickle"}
    assert [path for path in MODULES if _imported(path) & banned] == []
    assert [path for path in MODULES if {"eval", "exec"} & set(_called(path))] == []


def test_there_is_one_console():
    assert sum(_called(path).count("Console") for path in MODULES) == 1


def test_no_value_of_a_statement_is_numbered():
    # Python 3.12.0 and 3.12.1 take ?1 for a name, and warn.
    found = {
        _name(path): node.value
        for path in MODULES
        if SOURCE / "cache" in path.parents
        for node in _nodes(path, ast.Constant)
        if isinstance(node.value, str) and re.search(r"\bSELECT\b.*\?\d", node.value, re.DOTALL)
    }
    assert found == {}


def test_sql_is_written_in_the_cache_alone():
    statement = re.compile(
        r"\b(SELECT\b.+\bFROM|INSERT\s+(OR \w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
        r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX)|PRAGMA\s+\w+)\b",
        re.DOTALL,
    )
    found = {
        _name(path): node.value
        for path in MODULES
        if SOURCE / "cache" not in path.parents
        for node in _nodes(path, ast.Constant)
        if isinstance(node.value, str) and statement.search(node.value)
    }
    assert found == {}


def test_outside_the_cache_sqlite3_is_the_name_of_a_type():
    used = {
        (_name(path), node.attr)
        for path in MODULES
        if SOURCE / "cache" not in path.parents
        for node in _nodes(path, ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == "sqlite3"
    }
    assert {attribute for _, attribute in used} <= {"Connection", "Error"}
    assert not [path for path in MODULES if _imports_from_sqlite3(path)]


def _imports_from_sqlite3(path: Path) -> bool:
    return any(node.module == "sqlite3" for node in _nodes(path, ast.ImportFrom))


def test_the_tests_mirror_the_sources():
    strays = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        place, name = path.parent.relative_to(ROOT / "tests"), path.stem.removeprefix("test_")
        # commands/import_.py and sources/_atom.py wear an underscore for Python's sake.
        spellings = (name, f"_{name}", f"{name}_", f"__{name}__")
        mirrors = any(
            (root / place / f"{one}.py").exists()
            for root in (SOURCE, ROOT, ROOT / "tests")
            for one in spellings
        )
        if not mirrors and path.stem not in WHOLE_PROGRAM:
            strays.append(str(path.relative_to(ROOT)))
    assert strays == []


def test_a_suppression_names_its_rule_and_its_reason():
    bare = re.compile(
        r"#\s*noqa(?!: [A-Z0-9, ]+ - \S)"
        r"|#\s*type:\s*ignore(?!\[[\w, -]+\]  # \S)"
        r"|#\s*pragma: no (cover|branch)(?! - \S)"
    )
    lines = [
        f"{_name(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert lines == []


def _project_files() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_package_index():
    # Written apart, so that this file does not name them.
    places = ("ro" + "ot/", "wo" + "rk/", "ho" + r"me/\w", "Us" + "ers/", "o" + "pt/")
    machine = re.compile(r"(?<![\w.:/~-])/(" + "|".join(places) + ")")
    index = re.compile("index" + r"-url|pypi" + r"\.org|python" + r"hosted|/si" + "mple/")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _project_files()
        for match in [*_matches(machine, path), *_matches(index, path)]
    ]
    assert found == []


def _matches(pattern: re.Pattern[str], path: Path) -> Iterator[re.Match[str]]:
    return pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))


def test_every_distribution_is_pinned_by_version_alone():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"[\w.-]+==[\w.]+(; python_version [<>=]+ '3\.\d+')?")
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert len(lines) > 50
