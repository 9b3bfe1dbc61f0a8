"""Find the tests of what changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import changed


def git(root: Path, *words: str) -> str:
    asked = ["git", "-C", str(root), "-c", "user.name=n", "-c", "user.email=e", *words]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, path: str, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def commit(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "change")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a clone with one module, its test, a test that imports it, and one that does not."""
    upstream, root = tmp_path / "upstream", tmp_path / "clone"
    upstream.mkdir()
    git(upstream, "init", "--quiet", "--initial-branch", "main")
    write(upstream, "src/papertriage/cache/picks.py", "A = 1\n")
    write(upstream, "src/papertriage/cache/schema.sql")
    write(upstream, "tests/builders.py")
    write(upstream, "tests/test_architecture.py")
    write(upstream, "tests/test_docs.py")
    write(upstream, "tests/cache/test_picks.py")
    write(upstream, "tests/day/test_day.py", "from papertriage.cache import picks\n")
    write(upstream, "tests/day/test_night.py", "def test() -> None:\n    import builders\n")
    write(upstream, "README.md")
    commit(upstream)
    git(tmp_path, "clone", "--quiet", str(upstream), str(root))
    return root


def test_a_new_clone_has_changed_nothing(tree: Path) -> None:
    assert changed.changed_files(tree) == []
    assert changed.tests_of([], tree) == []


def test_a_branch_counts_from_its_merge_base(tree: Path) -> None:
    base = git(tree, "rev-parse", "HEAD")
    git(tree, "switch", "--quiet", "--create", "topic")
    write(tree, "README.md", "committed\n")
    commit(tree)
    write(tree, "src/papertriage/cache/picks.py", "A = 2\n")
    write(tree, "src/papertriage/cache/new.py")
    assert changed.base_of(tree) == base
    assert changed.changed_files(tree) == [
        "README.md",
        "src/papertriage/cache/new.py",
        "src/papertriage/cache/picks.py",
    ]


def test_main_counts_from_the_last_commit_that_passed(tree: Path) -> None:
    write(tree, "README.md", "first\n")
    passed = commit(tree)
    changed.note_passed(tree)
    write(tree, "tests/builders.py", "B = 1\n")
    commit(tree)
    assert changed.base_of(tree) == passed
    assert changed.changed_files(tree) == ["tests/builders.py"]


def test_what_passed_with_uncommitted_changes_is_not_noted(tree: Path) -> None:
    before = changed.base_of(tree)
    write(tree, "README.md", "first\n")
    commit(tree)
    write(tree, "README.md", "second\n")
    changed.note_passed(tree)
    assert changed.base_of(tree) == before


def test_a_noted_commit_that_is_gone_counts_for_nothing(tree: Path) -> None:
    before = changed.base_of(tree)
    note = tree / git(tree, "rev-parse", "--git-path", "papertriage-checked")
    note.write_text("0" * 40, encoding="ascii")
    assert changed.base_of(tree) == before


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("src/papertriage/cache/picks.py", ["tests/cache/test_picks.py", "tests/day/test_day.py"]),
        ("src/papertriage/cache/schema.sql", ["tests/cache/test_picks.py"]),
        ("tests/builders.py", ["tests/day/test_night.py"]),
        ("tests/day/test_day.py", ["tests/day/test_day.py"]),
        ("README.md", ["tests/test_docs.py"]),
        ("src/papertriage/cache/gone.py", []),
    ],
)
def test_each_change_has_its_tests(tree: Path, path: str, found: list[str]) -> None:
    assert changed.tests_of([path], tree) == sorted([*found, "tests/test_architecture.py"])
