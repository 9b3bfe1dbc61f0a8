"""Register the commands, and turn every failure into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import typer
from typer._click import Command, Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup, TyperOption

from papertriage import signals
from papertriage.errors import ExitCode, InputError, PapertriageError, refused

# panel of --help -> name -> (module in papertriage.commands, and its function where that is not
# `command` or an `app`; line in --help). A module is imported when its command runs, so that a
# command pays for what it uses, and --help for none of them; tests/test_startup.py holds it.
PANELS = {
    "Daily": {
        "today": ("today", "Show today's picks."),
        "triage": ("triage", "Walk through new papers, one key each."),
        "keep": ("deciding.keep", "Keep papers."),
        "skip": ("deciding.skip", "Skip papers."),
        "later": ("deciding.later", "Postpone papers."),
        "undo": ("deciding.undo", "Undo decisions."),
        "list": ("list", "List papers, newest first."),
        "search": ("search", "Search titles, abstracts and authors."),
        "show": ("show", "Show papers in full."),
        "similar": ("similar", "Show the papers most similar to a paper."),
    },
    "Papers in": {
        "fetch": ("fetch", "Fetch new papers from the sources."),
        "import": ("import_", "Import papers from files."),
    },
    "Interest": {
        "topics": ("topics", "Manage the topics that papers are tagged with."),
        "label": ("label", "Label papers as belonging to a topic, or not."),
        "why": ("why", "Show why a paper got its scores."),
        "why-not": ("why_not", "Show why a paper was not picked."),
        "stats": ("stats", "Show how well past days were ranked for you."),
    },
    "Papers out": {
        "digest": ("digest", "Write or mail the digest of a day or more."),
        "export": ("export", "Export papers for other programs."),
        "schedule": ("schedule", "Fetch papers and write the digest every day."),
    },
    "Maintenance": {
        "status": ("status", "Show what the cache holds and how fresh it is."),
        "doctor": ("doctor", "Check, back up and repair the cache."),
        "config": ("config", "Show and change settings."),
        "completion": ("completion", "Print a shell completion script."),
    },
    "For other programs": {
        "tag": ("tag", "Tag JSON Lines in a pipe, or Parquet files."),
        "simulate": ("simulate", "Replay a finished review to measure the ranking."),
        "schema": ("schema", "Print the JSON Schema of an output."),
    },
}
COMMANDS = {name: entry for panel in PANELS.values() for name, entry in panel.items()}


def _cache_named(_context: Context, _option: object, value: str | None) -> None:
    if value:
        os.environ["PAPERTRIAGE_CACHE"] = value


def _debug_named(_context: Context, _option: object, value: bool) -> None:
    if value:
        os.environ["PAPERTRIAGE_DEBUG"] = "1"


def _version_named(_context: Context, _option: object, value: bool) -> None:
    if value:
        from papertriage import __version__

        typer.echo(f"papertriage {__version__}")
        raise typer.Exit


def _shared_options() -> list[TyperOption]:
    return [
        TyperOption(
            param_decls=["--cache"],
            metavar="FILE",
            help="Use the cache in FILE.",
            expose_value=False,
            is_eager=True,
            callback=_cache_named,
        ),
        TyperOption(
            param_decls=["--debug"],
            is_flag=True,
            help="Show a traceback on errors.",
            expose_value=False,
            is_eager=True,
            callback=_debug_named,
        ),
    ]


class Commands(TyperGroup):
    """The commands, imported one by one when they are asked for."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the signature of the base class
        """Return the names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 - the signature of the base class
        """Import a command."""
        if cmd_name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(cmd_name, COMMANDS, 1)
            hint = f"did you mean {near[0]}?" if near else "see `papertriage --help`"
            msg = f"unknown command {cmd_name!r}: {hint}"
            raise InputError(msg)
        name, _, function = COMMANDS[cmd_name][0].partition(".")
        module = importlib.import_module(f"papertriage.commands.{name}")
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        if hasattr(module, "app"):
            app = module.app
        else:
            app.command(cmd_name, no_args_is_help=False)(getattr(module, function or "command"))
        command = typer.main.get_command(app)
        command.params += _shared_options()
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - the signature of the base class
        """Write the commands' lines, panel by panel, in columns as wide as the longest name."""
        width = max(map(len, COMMANDS))
        for panel, commands in PANELS.items():
            with formatter.section(panel):
                lines = [(f"{name:<{width}}", line) for name, (_, line) in commands.items()]
                formatter.write_dl(lines)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: Any,  # noqa: ANN401 - the signature of the base class
    ) -> Context:
        """Read the options before the command; one line on stderr for a wrong one."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except NoArgsIsHelpError:
            raise
        except ClickException as error:
            raise typer.Exit(_misused(error)) from error

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401 - the signature of the base class
        """Run the command; one line on stderr and the exit code of what failed."""
        try:
            value = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, NoArgsIsHelpError):
            raise
        except ClickException as error:
            raise typer.Exit(_misused(error)) from error
        except PapertriageError as error:
            raise typer.Exit(_told(error, str(error), error.exit_code)) from error
        except BrokenPipeError as error:
            # Nobody reads any more: end as SIGPIPE would, and let the interpreter's own flush
            # at exit go nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            raise typer.Exit(ExitCode.CLOSED_PIPE) from error
        except (OSError, MemoryError) as error:
            # A net beneath those who know better what failed.
            failure = refused(error)
            message = f"papertriage {ctx.invoked_subcommand}: {failure}"
            raise typer.Exit(_told(error, message, failure.exit_code)) from error
        except Exception as error:  # a fault of ours is one line too
            raise typer.Exit(_told_of_fault(error)) from error
        return value


def _misused(error: ClickException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "papertriage"
    message = error.format_message().rstrip(".")
    return _told(error, f"{command}: {message} (see {command} --help)", ExitCode.USAGE)


def _told_of_fault(error: Exception) -> int:
    # A cell that holds what we never write fails anywhere, as anything.
    from papertriage.cache.cells import damage

    damaged = damage()
    if damaged:
        return _told(error, damaged, ExitCode.CACHE_UNUSABLE)
    message = f"internal error: {type(error).__name__}: {error} (use --debug for a traceback)"
    return _told(error, message, ExitCode.FAILED)


def _told(error: BaseException, message: str, code: int) -> int:
    if ended := signals.came():
        # What the signal's own exception was taken for on its way.
        return ended
    if os.environ.get("PAPERTRIAGE_DEBUG"):
        _trace(error)
    from papertriage.render.terminal import note

    note(message)
    return code


def _trace(error: BaseException) -> None:
    import traceback

    from papertriage.text import visible_lines

    if sys.stderr is not None:
        # A message may hold what a feed or a file says, codes for the terminal among it.
        sys.stderr.write(visible_lines("".join(traceback.format_exception(error))))


app = typer.Typer(
    name="papertriage",
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(epilog="For exit codes and environment variables, see docs/cli.md.")
def papertriage() -> None:
    """Turn the day's new papers into the ten to read."""


def group() -> Command:
    """Return the whole command line."""
    commands = typer.main.get_command(app)
    commands.params += [
        *_shared_options(),
        TyperOption(
            param_decls=["--version"],
            is_flag=True,
            help="Show the version and exit.",
            expose_value=False,
            is_eager=True,
            callback=_version_named,
        ),
    ]
    return commands


def main() -> None:
    """Run papertriage."""
    for stream in (sys.stdout, sys.stderr):
        # The cache holds any letter; a terminal in another encoding shows an escape, not a fault.
        if stream is not None:
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]  # TextIO of the interpreter
    group()(prog_name="papertriage")
