"""Show and change settings."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import config, paths
from papertriage.errors import InputError
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import visible

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Show and change settings.",
)

Key = Annotated[
    str,
    typer.Argument(metavar="KEY", help="The name of a setting, such as sources.arxiv.categories."),
]


@app.command("list")
def show_all() -> None:
    """List settings, their values and meanings.

    Passwords in URLs are left out: `papertriage config get` prints them.
    """
    lines = {
        key: f"{key} = {_shown(_masked(key, value))}\n    {config.SETTINGS[key].meaning}\n"
        for key, value in config.read().items()
    }
    usual = [lines.pop(key) for key in config.USUAL]
    write_output([*usual, "\nAdvanced:\n\n", *lines.values()], None)


@app.command("get")
def show_one(key: Key) -> None:
    """Print the value of a setting."""
    settings = config.read()
    if key not in settings:
        raise InputError(config.unknown(key))
    write_output([f"{_shown(settings[key])}\n"], None)


@app.command("set")
def set_one(
    key: Key,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="Text, a number, or a list: cs.LG,cs.CL.")
    ],
) -> None:
    """Change a setting in config.toml, keeping its comments."""
    note(f"set {key} in {config.change(key, value)}")


@app.command("unset")
def unset_one(key: Key) -> None:
    """Reset a setting to its default."""
    note(f"reset {key} to its default in {config.change(key, None)}")


@app.command("path")
def show_path() -> None:
    """Print the path of config.toml."""
    write_output([f"{visible(str(paths.config_path()))}\n"], None)


def _masked(key: str, value: config.Value) -> config.Value:
    """Remove possible passwords from a URL setting; `config get` prints it in full."""
    if not key.endswith((".url", ".urls")):
        return value
    # Imported here to keep `config get` fast.
    from papertriage.sources.registry import shown_address

    if isinstance(value, tuple):
        return tuple(map(shown_address, value))
    return shown_address(str(value))


def _shown(value: config.Value) -> str:
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    return visible(text, len(text))
