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
# `command` or an `app`; line in --help). A module is imported only when its command runs, to keep
# start-up fast; tests/test_startup.py checks this.
PANELS = {
    "Daily": {
        "today": ("today", "Show today's picks."),
        "triage": ("triage", "Decide on new papers one by one, with single keys."),
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
        "digest": ("digest", "Write or mail a digest of one or more days."),
        "export": ("export", "Export papers for other programs."),
        "schedule": ("schedule", "Fetch papers and write a digest every day."),
    },
    "Maintenance": {
        "status": ("status", "Show the state of the cache and of each feed."),
        "doctor": ("doctor", "Check, back up and repair the cache."),
        "config": ("config", "Show and change settings."),
        "completion": ("completion", "Print a shell completion script."),
    },
    "For other programs": {
        "tag": ("tag", "Tag JSON Lines in a pipe, or Parquet files."),
        "simulate": ("simulate", "Simulate a finished review to measure the ranking."),
        "schema": ("schema", "Print the JSON Schema of an output."),
    },
}
COMMANDS = {name: entry for panel in PANELS.values() for name, entry in panel.items()}


def _set_cache(_context: Context, _option: object, value: str | None) -> None:
    if value:
        os.environ["PAPERTRIAGE_CACHE"] = value


def _set_debug(_context: Context, _option: object, value: bool) -> None:
    if value:
        os.environ["PAPERTRIAGE_DEBUG"] = "1"


def _print_version(_context: Context, _option: object, value: bool) -> None:
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
            callback=_set_cache,
        ),
        TyperOption(
            param_decls=["--debug"],
            is_flag=True,
            help="Show a traceback on errors.",
            expose_value=False,
            is_eager=True,
            callback=_set_debug,
        ),
    ]


class Commands(TyperGroup):
    """The command group, which imports a command only when it is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the signature of the base class
        """Return the names, in the order in which --help lists them."""
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
        """Write the list of commands, grouped in panels."""
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
        """Parse the options before the command; report a wrong one in one line on stderr."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except NoArgsIsHelpError:
            raise
        except ClickException as error:
            raise typer.Exit(_report_usage(error)) from error

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401 - the signature of the base class
        """Run the command; report a failure in one line on stderr and by its exit code."""
        try:
            value = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, NoArgsIsHelpError):
            raise
        except ClickException as error:
            raise typer.Exit(_report_usage(error)) from error
        except PapertriageError as error:
            raise typer.Exit(_report(error, str(error), error.exit_code)) from error
        except BrokenPipeError as error:
            # The reader of the pipe is gone: exit as SIGPIPE would, and send what the interpreter
            # flushes at exit to /dev/null.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            raise typer.Exit(ExitCode.CLOSED_PIPE) from error
        except (OSError, MemoryError) as error:
            # The fallback for errors that no caller reported in more detail.
            failure = refused(error)
            message = f"papertriage {ctx.invoked_subcommand}: {failure}"
            raise typer.Exit(_report(error, message, failure.exit_code)) from error
        except Exception as error:  # a bug is reported in one line too
            raise typer.Exit(_report_bug(error)) from error
        return value


def _report_usage(error: ClickException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "papertriage"
    message = error.format_message().rstrip(".")
    return _report(error, f"{command}: {message} (see {command} --help)", ExitCode.USAGE)


def _report_bug(error: Exception) -> int:
    # A damaged value in the cache may raise any exception, anywhere.
    from papertriage.cache.cells import damage

    damaged = damage()
    if damaged:
        return _report(error, damaged, ExitCode.CACHE_UNUSABLE)
    message = f"internal error: {type(error).__name__}: {error} (use --debug for a traceback)"
    return _report(error, message, ExitCode.FAILED)


def _report(error: BaseException, message: str, code: int) -> int:
    if ended := signals.received():
        # The signal's own exception was turned into this error on its way.
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
        # A message may quote a feed or a file, and so contain terminal codes.
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
            callback=_print_version,
        ),
    ]
    return commands


def main() -> None:
    """Run papertriage."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks is shown as an escape, not as a traceback.
        if stream is not None:
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]  # TextIO of the interpreter
    group()(prog_name="papertriage")
