"""Hold what a shell or the manual has to know about the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option, or an argument where names is empty.

    A flag has no metavar. values are the words that it takes, kind what they are where only the
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
        """Return the names with two dashes."""
        return tuple(name for name in self.names if name.startswith("--"))

    @property
    def short(self) -> tuple[str, ...]:
        """Return the names of one letter."""
        return tuple(name for name in self.names if not name.startswith("--"))


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command, with the commands inside it: words are ("papertriage", "topics", "show")."""

    words: tuple[str, ...]
    line: str
    text: str
    parameters: tuple[Parameter, ...]
    commands: tuple[CommandLine, ...] = ()

    @property
    def path(self) -> str:
        """Return its words as one."""
        return " ".join(self.words)

    @property
    def options(self) -> tuple[Parameter, ...]:
        """Return the options alone."""
        return tuple(one for one in self.parameters if one.names)

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        """Return the arguments alone."""
        return tuple(one for one in self.parameters if not one.names)

    def walk(self) -> Iterator[CommandLine]:
        """Yield the command and every command inside it."""
        yield self
        for command in self.commands:
            yield from command.walk()
