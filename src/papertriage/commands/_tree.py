"""Describe the commands for shell completion and the manual page."""

from __future__ import annotations

import re
from typing import Any

from typer._click import Command, Context
from typer.core import TyperGroup

from papertriage.config import SETTINGS
from papertriage.formats.command_line import CommandLine, Parameter
from papertriage.sources.registry import source_names

# The values of an option or argument, by its metavar.
_BY_METAVAR: dict[str, str | tuple[str, ...]] = {
    "ID": "ids",
    "TOPIC": "topics",
    "FILE": "files",
    "KEY": tuple(SETTINGS),
    "DATE": ("today", "yesterday", "1d", "2d", "1w", "2w"),
}
# The values of options whose metavar is not specific enough.
_BY_NAME: dict[str, str | tuple[str, ...]] = {
    "--category": "categories",
    "--categories": "categories",
    "--consumer": "consumers",
    "--decision": ("keep", "skip", "later", "none"),
}
_LISTED = re.compile(r"\b[Oo]ne (?:or more )?of ([^.;]+)")


def tree(command: Command, words: tuple[str, ...] = ("papertriage",)) -> CommandLine:
    """Return the description of a command and of all its subcommands."""
    context = Context(command, info_name=words[-1])
    inside: list[CommandLine] = []
    if isinstance(command, TyperGroup):
        named = {
            name: command.get_command(context, name) for name in command.list_commands(context)
        }
        inside = [tree(one, (*words, name)) for name, one in named.items() if one]
    parameters = [
        _parameter(one, context)
        for one in [*command.params, command.get_help_option(context)]
        if one is not None and not getattr(one, "hidden", False)
    ]
    text = (command.help or "").strip()
    return CommandLine(words, _first(text), text, tuple(parameters), tuple(inside))


def _parameter(one: Any, context: Context) -> Parameter:  # noqa: ANN401 - typer's click has no common type for both kinds
    option = one.param_type_name == "option"
    flag = option and (one.is_flag or one.count)
    metavar = "" if flag else one.make_metavar(context)
    names = tuple(sorted(one.opts, key=len)) if option else ()
    meaning = one.help or ""
    bare = metavar.strip("[].")
    taken = next((_BY_NAME[name] for name in names if name in _BY_NAME), None)
    taken = taken or _listed(meaning) or _BY_METAVAR.get(bare, ())
    if "--source" in names:
        taken = source_names()
    kind, values = (taken, ()) if isinstance(taken, str) else ("", tuple(taken))
    many = bool(one.multiple) if option else one.nargs == -1
    return Parameter(names, metavar, meaning, many, values, "" if flag else kind)


def _listed(meaning: str) -> tuple[str, ...]:
    """Return the values listed in a help text: "Output format: one of table, json, csv."."""
    found = _LISTED.search(meaning)
    names = found[1].split(", ") if found else []
    return tuple(name for name in names if " " not in name)


def _first(text: str) -> str:
    """Return the first sentence."""
    return re.split(r"(?<=\.)\s|\n\n|: ", " ".join(text.partition("\n\n")[0].split()))[0].rstrip(
        "."
    )
