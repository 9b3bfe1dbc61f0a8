"""Write the manual page papertriage(1) from what the commands say of themselves.

The macros are those of man(7), which groff and mandoc both read.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from papertriage import __version__
from papertriage.cli import group
from papertriage.commands._tree import tree
from papertriage.config import SETTINGS
from papertriage.formats.command_line import CommandLine, Parameter

_OPENING = """\
papertriage turns the day's new papers into the ten to read, on your own machine. Sources fill one
SQLite cache; every paper is scored for each topic when it is stored, and the terms that made the
score are kept with it. Nothing leaves the machine.
"""
_FILES = {
    "cache.db": "The cache: papers, tags, labels, decisions.",
    "config.toml": "The settings, changed by papertriage config.",
    "topics/": "Your own topics and their models.",
}


def manual(codes: Mapping[int, str], variables: Mapping[str, str]) -> str:
    """Return the page; codes are exit codes and variables the environment, with their meanings."""
    program = tree(group())
    title = f'.TH PAPERTRIAGE 1 "" "papertriage {__version__}" "User Commands"'
    return "\n".join([title, *_page(program, codes, variables)]) + "\n"


def _page(
    program: CommandLine, codes: Mapping[int, str], variables: Mapping[str, str]
) -> Iterator[str]:
    yield from (".SH NAME", f"papertriage \\- {_plain(program.line)}")
    yield from (".SH SYNOPSIS", ".B papertriage", ".RI [ options ]", ".I command", ".RI [ ... ]")
    yield from (".SH DESCRIPTION", *_paragraphs(_OPENING), ".SH OPTIONS")
    yield from _definitions(program.options)
    yield ".SH COMMANDS"
    for command in program.walk():
        if command is not program:
            yield from _command(command, program.options)
    yield ".SH EXIT STATUS"
    yield from _rows({str(code): meaning for code, meaning in codes.items()})
    yield ".SH ENVIRONMENT"
    yield from _rows(variables)
    yield ".SH SETTINGS"
    yield from _rows({key: setting.meaning for key, setting in SETTINGS.items()})
    yield from (".SH FILES", *_paragraphs("All of them are in PAPERTRIAGE_HOME where it is set."))
    yield from _rows(_FILES)


def _command(command: CommandLine, said: Iterable[Parameter]) -> Iterator[str]:
    arguments = "".join(f" \\fI{_plain(one.metavar)}\\fR" for one in command.arguments)
    inside = " \\fIcommand\\fR" if command.commands else ""
    yield f'.SS "{_plain(command.path)}{inside}{arguments}"'
    yield from _paragraphs(command.text)
    # What every command has is said once, at the top of the page.
    names = {name for one in said for name in one.names}
    own = [one for one in command.options if not names.intersection(one.names)]
    yield from _definitions([*command.arguments, *own])


def _definitions(parameters: Iterable[Parameter]) -> Iterator[str]:
    for one in parameters:
        if one.meaning:
            names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in one.names)
            metavar = f"\\fI{_plain(one.metavar)}\\fR" if one.metavar else ""
            yield from (".TP", " ".join(part for part in (names, metavar) if part))
            yield _text(one.meaning)


def _rows(meanings: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in meanings.items():
        yield from (".TP", f"\\fB{_plain(name)}\\fR", _text(meaning.replace("`", "")))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _text(paragraph)


def _text(text: str) -> str:
    """Return a paragraph in lines of input, none of which is read as a macro."""
    lines = textwrap.wrap(_plain(text), 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"\\&{one}" if one.startswith((".", "'")) else one for one in lines)


def _plain(text: str) -> str:
    """Return the text for roff: a hyphen is what is typed, and what is not ASCII is named."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in text)
