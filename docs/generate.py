"""Write the parts of the documents that papertriage itself can say: help, outputs, picture, map.

`python docs/generate.py` rewrites them; tests/test_docs.py fails while one of them is out of date.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import pty
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

import manpage
from papertriage.cli import group
from papertriage.commands._tree import tree
from papertriage.config import SETTINGS, Setting
from papertriage.errors import ExitCode

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "papertriage"
MAP = ROOT / "docs" / "map.md"
DAY = "2026-11-23T08:00:00Z"
COLUMNS = 100

MEANINGS = {
    ExitCode.DONE: "Done.",
    ExitCode.FAILED: "Failed, or a check found problems.",
    ExitCode.USAGE: "Wrong usage: an invalid option, id or date, or a file that cannot be read.",
    ExitCode.PARTLY_DONE: "Partly done: a feed or a line failed. What was received is kept.",
    ExitCode.NOTHING_TO_SHOW: "Nothing to show; only with `--fail-if-empty`.",
    ExitCode.CACHE_BUSY: "Another process kept the cache busy. Nothing was saved: try again.",
    ExitCode.CACHE_UNUSABLE: (
        "The cache is damaged, not a cache, or from a newer papertriage; or SQLite is too old."
    ),
    ExitCode.DISK: "The disk is full or read-only.",
    ExitCode.OUTPUT: "The output could not be written.",
    ExitCode.FETCH_RUNNING: "Another fetch is running.",
    ExitCode.CONFIGURATION: "A setting, a topic or a model is wrong.",
    ExitCode.HANGUP: "The terminal was closed (SIGHUP).",
    ExitCode.INTERRUPTED: "Interrupted (Ctrl-C, SIGINT).",
    ExitCode.CLOSED_PIPE: "The reading end of a pipe was closed (SIGPIPE).",
    ExitCode.TERMINATED: "Terminated (SIGTERM).",
}

ENVIRONMENT = {
    "PAPERTRIAGE_HOME": "The directory of the cache, the settings and your own topics.",
    "PAPERTRIAGE_CACHE": "The cache file; `--cache` overrides it.",
    "PAPERTRIAGE_SMTP_PASSWORD": "The password of `mail.user`; overrides the settings for it.",
    "PAPERTRIAGE_NOW": "A time such as `2026-11-23T08:00:00Z` to use instead of the current time.",
    "PAPERTRIAGE_DEBUG": "If set, show a traceback on errors, like `--debug`.",
    "NO_COLOR": "If set, use no colours on a terminal.",
    "COLUMNS": "The width of tables on a terminal [default: that of the terminal].",
    "TZ": "The time zone in which your day begins and ends.",
}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command line of a document, and the output printed under it; None where none is shown."""

    document: str
    line: int
    command: str
    output: str | None


def environment(home: str) -> dict[str, str]:
    """Return the environment in which the documents' outputs are made: nothing of this machine."""
    scripts = sysconfig.get_path("scripts")
    return {
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        "HOME": home,
        "PAPERTRIAGE_HOME": home,
        "PAPERTRIAGE_NOW": DAY,
        "COLUMNS": str(COLUMNS),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def command_lines(document: str, text: str) -> Iterator[CommandLine]:
    """Yield the lines of ```sh and ```crontab blocks, and the "$ " lines of ```console blocks."""
    language, command, output, at = None, None, "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        fence = re.match(r"```(\w*)", line)
        starts = language == "console" and line.startswith("$ ")
        if command is not None and (fence or starts):
            yield CommandLine(document, at, command, output)
            command = None
        if fence:
            language = fence[1] if language is None else None
        elif starts:
            command, output, at = line[2:], "", number
        elif language == "console":
            output += f"{line}\n"
        elif language in {"sh", "crontab"} and line.strip():
            yield CommandLine(document, number, line, None)


def ran(command: str, home: str, directory: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command line in a directory; its output holds what both streams said."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=directory,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def with_outputs(text: str) -> str:
    """Return the document with what its ```console blocks print now, run from top to bottom."""
    with tempfile.TemporaryDirectory() as home:

        def block(match: re.Match[str]) -> str:
            lines = [line for line in match[1].splitlines() if line.startswith("$ ")]
            return "".join(
                [
                    "```console\n",
                    # A home of its own for each run would make each run's output another.
                    *(f"{line}\n{ran(line[2:], home).stdout.replace(home, '~')}" for line in lines),
                    "```",
                ]
            )

        return re.sub(r"```console\n(.*?)```", block, text, flags=re.DOTALL)


def exit_codes() -> list[int]:
    """Return all exit codes, in their order."""
    return sorted(code for name, code in vars(ExitCode).items() if name.isupper())


def cli_reference() -> str:
    """Return docs/cli.md."""
    parts = ["# Commands\n\nWritten by `make docs` from `--help`: do not edit.\n"]
    with tempfile.TemporaryDirectory() as home:
        for words in spelled_commands():
            shown = ran(f"{' '.join(words)} --help", home)
            shown.check_returncode()
            text = "\n".join(line.rstrip() for line in shown.stdout.strip().splitlines())
            parts.append(f"## {' '.join(words)}\n\n```text\n{text}\n```\n")
    codes = "".join(f"| {code} | {MEANINGS[code]} |\n" for code in exit_codes())
    parts.append(f"## Exit codes\n\n| code | meaning |\n|---:|---|\n{codes}")
    variables = "".join(f"| `{name}` | {text} |\n" for name, text in ENVIRONMENT.items())
    parts.append(f"## Environment\n\n| variable | meaning |\n|---|---|\n{variables}")
    settings = "".join(
        f"| `{key}` | {shown_default(setting)} | {setting.meaning} |\n"
        for key, setting in SETTINGS.items()
    )
    parts.append(f"## Settings\n\n| key | default | meaning |\n|---|---|---|\n{settings}")
    return "\n".join(parts)


def shown_default(setting: Setting) -> str:
    """Return a setting's default as a table shows it."""
    default = setting.default
    text = ",".join(default) if isinstance(default, tuple) else str(default)
    return f"`{text}`" if text else "empty"


def spelled_commands() -> Iterator[list[str]]:
    """Yield the words of every command, and of the commands within it."""
    for command in tree(group()).walk():
        yield list(command.words)


def module_map() -> str:
    """Return a table for each package: its modules, each with the first line of its docstring."""
    packages = sorted(path.parent for path in SOURCE.rglob("__init__.py"))
    return "\n\n".join(package_table(package) for package in packages)


def package_table(package: Path) -> str:
    """Return the heading of a package, what it is for, and a row for each of its modules."""
    rows = [
        f"| `{path.relative_to(SOURCE)}` | {first_line(path)} |"
        for path in sorted(package.glob("*.py"))
        if path.name != "__init__.py"
    ]
    heading = f"### {package.relative_to(SOURCE.parent)}\n\n{first_line(package / '__init__.py')}"
    return "\n".join([heading, "", "| module | what it does |", "|---|---|", *rows])


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, "" where it has none."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return (text or "").partition("\n")[0]


def with_map(text: str) -> str:
    """Return docs/map.md with the modules as they are now."""
    return re.sub(
        r"(<!-- modules -->\n).*?(<!-- end of modules -->)",
        lambda match: f"{match[1]}\n{module_map()}\n\n{match[2]}",
        text,
        flags=re.DOTALL,
    )


def picture() -> str:
    """Return what `papertriage today` draws on a terminal of 100 columns, as SVG."""
    with tempfile.TemporaryDirectory() as home:
        ran("papertriage today", home)
        drawn = on_terminal(["papertriage", "today"], home)
    # Nothing of the terminal on which this runs: neither its colours nor its lack of them.
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        _environ={"TERM": "xterm-256color"},
    )
    console.print(Text("$ papertriage today", style="dim"))
    console.print(Text.from_ansi(drawn.rstrip()))
    svg = console.export_svg(title="papertriage", theme=DIMMED_MONOKAI)
    # No font from elsewhere: who looks at the picture asks nobody for anything.
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "monospace")


def on_terminal(words: list[str], home: str) -> str:
    """Return what a command writes on a terminal, codes included."""
    ours, theirs = pty.openpty()
    variables = {**environment(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with subprocess.Popen(
        words, cwd=ROOT, env=variables, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL
    ):
        os.close(theirs)
        written = b""
        # Linux ends a terminal whose last writer has gone with an error, not with nothing.
        with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as terminal:
            while chunk := terminal.read(65_536):
                written += chunk
    return written.decode().replace("\r\n", "\n")


def documents() -> Iterator[tuple[Path, str]]:
    """Yield each document that is generated, whole or in part, as it should be."""
    yield ROOT / "docs" / "cli.md", cli_reference()
    yield ROOT / "docs" / "papertriage.1", manpage.manual(MEANINGS, ENVIRONMENT)
    yield ROOT / "docs" / "today.svg", picture()
    yield MAP, with_map(MAP.read_text(encoding="utf-8"))
    for path in (ROOT / "README.md", ROOT / "docs" / "recipes.md"):
        yield path, with_outputs(path.read_text(encoding="utf-8"))


def main() -> int:
    """Write every document that has changed, and name it."""
    for path, text in documents():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stderr.write(f"{path.relative_to(ROOT)} is written anew\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
