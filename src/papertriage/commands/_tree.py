"""Read from the commands themselves what a shell or a manual has to know of them."""

from __future__ import annotations

import re
from typing import Any

from typer._click import Command, Context
from typer.core import TyperGroup

from papertriage.config import SETTINGS
from papertriage.formats.command_line import CommandLine, Parameter
from papertriage.sources.registry import source_names

# What an option or argument takes, by what the help calls it.
_BY_METAVAR: dict[str, str | tuple[str, ...]] = {
    "ID": "ids",
    "TOPIC": "topics",
    "FILE": "files",
    "KEY": tuple(SETTINGS),
    "DATE": ("today", "yesterday", "1d", "2d", "1w", "2w"),
}
# Where that says too little.
_BY_NAME: dict[str, str | tuple[str, ...]] = {
    "--category": "categories",
    "--categories": "categories",
    "--consumer": "consumers",
    "--decision": ("keep", "skip", "later", "none"),
}
_LISTED = re.compile(r"\b(?:[Oo]ne|[Ss]ome) of ([^.;]+)")


def tree(command: Command, words: tuple[str, ...] = ("papertriage",)) -> CommandLine:
    """Return a command with all commands inside it."""
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


def _parameter(one: Any, context: Context) -> Parameter:  # noqa: ANN401 - typer's own click names no type for both kinds
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
    """Return the words of "Output format: one of table, json, csv."."""
    found = _LISTED.search(meaning)
    names = found[1].split(", ") if found else []
    return tuple(name for name in names if " " not in name)


def _first(text: str) -> str:
    """Return the first sentence."""
    return re.split(r"(?<=\.)\s|\n\n|: ", " ".join(text.partition("\n\n")[0].split()))[0].rstrip(
        "."
    )
