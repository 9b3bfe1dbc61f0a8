"""Name the tests of what changed: `python tests/changed.py` prints them, one a line.

On a branch that is what changed since its merge base with origin/main, uncommitted files included;
on main itself, since the last commit that passed, which `--passed` notes. Nothing is printed where
nothing changed.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]
# What is true of the tree as a whole: each takes a second or two.
_ALWAYS = ("tests/test_architecture.py",)
_BY_FILE = {
    "pyproject.toml": ("tests/test_packaging.py",),
    "constraints.txt": ("tests/test_packaging.py",),
    "Makefile": ("tests/test_packaging.py",),
}
_DOCS = ("tests/test_docs.py",)
_NOTE = "papertriage-checked"


def changed_files(root: Path) -> list[str]:
    """Return the paths that changed since the base, uncommitted and untracked ones included."""
    listed = [
        _git(root, "diff", "--name-only", "--no-renames", base_of(root), "--"),
        _git(root, "ls-files", "--others", "--exclude-standard"),
    ]
    return sorted({path for lines in listed for path in lines.splitlines()})


def base_of(root: Path) -> str:
    """Return the commit that changes are counted from: HEAD where there is no other."""
    head = _git(root, "rev-parse", "HEAD").strip()
    if _git(root, "branch", "--show-current").strip() == "main":
        note = _note(root)
        noted = _commit(root, note.read_text(encoding="ascii").strip()) if note.is_file() else ""
        if noted:
            return noted
    upstream = _commit(root, "origin/main")
    return _git(root, "merge-base", upstream, head).strip() if upstream else head


def note_passed(root: Path) -> None:
    """Note that the checked-out commit has passed; not where uncommitted changes passed with it."""
    if not _git(root, "status", "--porcelain").strip():
        _note(root).write_text(_git(root, "rev-parse", "HEAD"), encoding="ascii")


def tests_of(changed: Collection[str], root: Path) -> list[str]:
    """Return the test files of changed files: their own, those that import them, and themselves."""
    if not changed:
        return []
    importers = _importers(root)
    found = set(_ALWAYS)
    for path in changed:
        found.update(_BY_FILE.get(path, ()))
        if path.startswith("docs/") or path.endswith(".md"):
            found.update(_DOCS)
        if path.startswith("src/papertriage/") and path.endswith(".py"):
            found.update([_mirror(path), *importers.get(_module(path), ())])
        elif path.startswith("src/papertriage/"):
            # Data files: their folder's tests read them.
            found.update(_within(root, _mirror(path)))
        elif path.startswith("tests/") and path.endswith(".py"):
            found.update([path, *importers.get(PurePosixPath(path).stem, ())])
            if path.endswith("conftest.py") and path != "tests/conftest.py":
                found.update(_within(root, path))
    return sorted(path for path in found if _is_test(path) and (root / path).is_file())


def _mirror(path: str) -> str:
    """Return "tests/cache/test_picks.py" of "src/papertriage/cache/picks.py"."""
    inside = PurePosixPath(path).relative_to("src/papertriage")
    return str("tests" / inside.with_name(f"test_{inside.stem}.py"))


def _within(root: Path, path: str) -> Iterator[str]:
    for found in (root / path).parent.glob("test_*.py"):
        yield found.relative_to(root).as_posix()


def _is_test(path: str) -> bool:
    return PurePosixPath(path).name.startswith("test_") and path.startswith("tests/")


def _module(path: str) -> str:
    """Return "papertriage.cache.picks" of "src/papertriage/cache/picks.py"."""
    parts = PurePosixPath(path).relative_to("src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _importers(root: Path) -> Mapping[str, Collection[str]]:
    """Return the files among the tests that import each module, helpers too."""
    direct: dict[str, set[str]] = {}
    for file in sorted((root / "tests").rglob("*.py")):
        for name in _imports(ast.parse(file.read_text(encoding="utf-8"))):
            direct.setdefault(name, set()).add(file.relative_to(root).as_posix())
    return direct


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _note(root: Path) -> Path:
    return root / _git(root, "rev-parse", "--git-path", _NOTE).strip()


def _commit(root: Path, name: str) -> str:
    asked = ["git", "-C", str(root), "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _git(root: Path, *words: str) -> str:
    asked = ["git", "-C", str(root), *words]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def _main() -> None:
    parser = argparse.ArgumentParser(description="Name the tests of what changed.")
    parser.add_argument("--passed", action="store_true", help="note that this commit has passed")
    if parser.parse_args().passed:
        note_passed(ROOT)
        return
    sys.stdout.writelines(f"{path}\n" for path in tests_of(changed_files(ROOT), ROOT))


if __name__ == "__main__":
    _main()
