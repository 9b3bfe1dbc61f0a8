"""Print shell completion scripts."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.completing import KINDS, completions
from papertriage.errors import InputError, PapertriageError
from papertriage.formats.output import write_output
from papertriage.text import visible

_SHELLS = ("bash", "zsh", "fish")


def command(
    context: typer.Context,
    shell: Annotated[
        str | None, typer.Argument(metavar="SHELL", help=f"One of {', '.join(_SHELLS)}.")
    ] = None,
    values: Annotated[str | None, typer.Option("--values", hidden=True)] = None,
    prefix: Annotated[str, typer.Option("--prefix", hidden=True)] = "",
) -> None:
    """Print a shell completion script, which also completes ids, topics and categories.

    In bash or zsh, add eval "$(papertriage completion bash)" (or zsh) to ~/.bashrc (or ~/.zshrc).
    In fish, add papertriage completion fish | source to ~/.config/fish/config.fish.
    """
    if values is not None:
        _complete(values, prefix)
        return
    if shell not in _SHELLS:
        given = f"unknown shell {shell!r}" if shell else "missing argument SHELL"
        msg = f"{given}: choose from {', '.join(_SHELLS)}"
        raise InputError(msg)
    from papertriage.commands._tree import tree

    module = import_module(f"papertriage.formats.completion_{shell}")
    write_output(module.script(tree(context.find_root().command)), None)


def _complete(kind: str, prefix: str) -> None:
    """Print the values that begin with the prefix; errors are ignored while a user types."""
    try:
        found = completions(paths.cache_path(), kind, prefix) if kind in KINDS else []
    except PapertriageError:
        found = []
    # Names with terminal codes are not offered: they would be typed differently from how they look.
    write_output(
        [f"{name}\t{visible(text, 70)}\n" for name, text in found if name == visible(name)], None
    )
