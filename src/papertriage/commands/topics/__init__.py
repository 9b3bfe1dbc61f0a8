"""Manage topics: list, show, add, edit, remove, train, evaluate, export, import, suggest, check."""

from __future__ import annotations

import typer

from papertriage.commands.topics import (
    add,
    check,
    edit,
    evaluate,
    exporting,
    importing,
    listing,
    remove,
    retagging,
    show,
    suggest,
    train,
)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Manage the topics that papers are tagged with.",
)
for _name, _module in {
    "list": listing,
    "show": show,
    "add": add,
    "edit": edit,
    "remove": remove,
    "train": train,
    "retag": retagging,
    "evaluate": evaluate,
    "export": exporting,
    "import": importing,
    "suggest": suggest,
    "check": check,
}.items():
    app.command(_name)(_module.command)
