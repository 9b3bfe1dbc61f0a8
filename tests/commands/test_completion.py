from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from processes import finished, ran


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_needs_no_cache(home: Path, shell: str) -> None:
    result = ran("completion", shell)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "why-not" in result.stdout
    assert list(home.iterdir()) == []


def test_the_scripts_do_not_name_what_is_hidden(home: Path) -> None:
    options = [line for line in ran("completion", "bash").stdout.splitlines() if "options=" in line]
    assert len(options) > 20
    assert not any("--values" in line for line in options)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "missing argument SHELL: choose from bash, zsh, fish\n"),
        (("tcsh",), "unknown shell 'tcsh': choose from bash, zsh, fish\n"),
    ],
)
def test_an_unknown_shell_is_one_line(home: Path, words: tuple[str, ...], line: str) -> None:
    result = ran("completion", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_values_come_with_descriptions(seeded: Path) -> None:
    shown = ran("completion", "--values", "topics", "--prefix", "o").stdout
    assert shown == "ood\t\n"
    lines = ran("completion", "--values", "ids").stdout.splitlines()
    assert len(lines) == 66
    assert all(line.startswith("title:") and len(line) < 110 for line in lines)


def test_a_name_that_steers_a_terminal_is_not_offered(seeded: Path) -> None:
    with sqlite3.connect(seeded) as connection:
        connection.execute("UPDATE topics SET name = 'a' || char(27) || '[2J' WHERE name = 'ood'")
    connection.close()
    shown = ran("completion", "--values", "topics").stdout
    assert shown == "alignment\t\ncausality\t\ndiffusion\t\n"


@pytest.mark.parametrize("variables", [{}, {"PAPERTRIAGE_CACHE": "/dev/null/x"}])
@pytest.mark.parametrize("kind", ["ids", "topics", "nosuch", ""])
def test_a_failure_is_silence(home: Path, kind: str, variables: dict[str, str]) -> None:
    result = finished(home, "completion", "--values", kind, env=variables)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert list(home.iterdir()) == []
