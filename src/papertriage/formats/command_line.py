"""Describe the command line for shell completion and the manual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option, or an argument if names is empty.

    A flag has no metavar. values are the words that it accepts; kind says what they are if only the
    cache knows them: "ids", "topics", "categories", "consumers"; or "files".
    """

    names: tuple[str, ...]
    metavar: str
    meaning: str
    many: bool = False
    values: tuple[str, ...] = ()
    kind: str = ""

    @property
    def long(self) -> tuple[str, ...]:
        """Return the names that start with two dashes."""
        return tuple(name for name in self.names if name.startswith("--"))

    @property
    def short(self) -> tuple[str, ...]:
        """Return the single-letter names."""
        return tuple(name for name in self.names if not name.startswith("--"))


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command with its subcommands: words are ("papertriage", "topics", "show")."""

    words: tuple[str, ...]
    line: str
    text: str
    parameters: tuple[Parameter, ...]
    commands: tuple[CommandLine, ...] = ()

    @property
    def path(self) -> str:
        """Return its words, joined with spaces."""
        return " ".join(self.words)

    @property
    def options(self) -> tuple[Parameter, ...]:
        """Return only the options."""
        return tuple(one for one in self.parameters if one.names)

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        """Return only the arguments."""
        return tuple(one for one in self.parameters if not one.names)

    def walk(self) -> Iterator[CommandLine]:
        """Yield the command and all of its subcommands."""
        yield self
        for command in self.commands:
            yield from command.walk()
