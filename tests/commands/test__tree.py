from __future__ import annotations

import pytest

from papertriage.cli import COMMANDS, group
from papertriage.commands._tree import tree
from papertriage.formats.command_line import CommandLine


@pytest.fixture(scope="module")
def program() -> CommandLine:
    return tree(group())


def test_the_tree_holds_every_command(program: CommandLine) -> None:
    assert [one.words[-1] for one in program.commands] == list(COMMANDS)
    paths = [one.path for one in program.walk()]
    assert "papertriage topics show" in paths
    assert len(paths) == len(set(paths))


def test_every_option_says_what_it_means(program: CommandLine) -> None:
    found = [one for command in program.walk() for one in command.options]
    assert [one.names for one in found if not one.meaning] == []
    assert [one.names for one in found if "--values" in one.names] == []


def test_what_an_option_takes_is_read_off_its_help(program: CommandLine) -> None:
    (listing,) = [one for one in program.commands if one.words[-1] == "list"]
    options = {one.names[-1]: one for one in listing.options}
    assert "bibtex" in options["--format"].values
    assert options["--sort"].values == ("day", "came", "score", "interest", "upvotes")
    assert options["--topic"].kind == "topics"
    assert options["--topic"].many
    assert options["--json"].metavar == ""
    assert options["--output"].kind == "files"
    assert "arxiv" in options["--source"].values


def test_a_line_is_one_sentence(program: CommandLine) -> None:
    lines = [one.line for one in program.walk()]
    assert [line for line in lines if "\n" in line or not 5 < len(line) < 100] == []
