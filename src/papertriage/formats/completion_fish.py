"""Write the completion script for fish."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats.command_line import CommandLine, Parameter

_HEAD = r"""# fish completion for papertriage, from `papertriage completion fish`
# To use it, add this line to ~/.config/fish/config.fish: papertriage completion fish | source
function __papertriage_at
    set -l path papertriage
    for word in (commandline -opc)[2..-1]
        if contains -- "$path $word" $__papertriage_paths
            set path "$path $word"
        end
    end
    test "$path" = "$argv[1]"
end
function __papertriage_values
    set -l program (commandline -opc)[1]
    set -l prefix (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    $program completion --values $argv[1] --prefix "$prefix" 2>/dev/null
end
complete -c papertriage -e
complete -c papertriage -f
"""


def script(program: CommandLine) -> Iterator[str]:
    """Yield the script in parts."""
    paths = " ".join(_quoted(one.path) for one in program.walk())
    yield f"set -g __papertriage_paths {paths}\n{_HEAD}"
    for command in program.walk():
        begin = f"complete -c papertriage -n {_quoted(f'__papertriage_at {_quoted(command.path)}')}"
        for inside in command.commands:
            yield f"{begin} -a {inside.words[-1]} -d {_quoted(inside.line)}\n"
        for one in command.options:
            names = "".join(
                [f" -s {name[1:]}" for name in one.short] + [f" -l {name[2:]}" for name in one.long]
            )
            yield f"{begin}{names}{_taken(one)} -d {_quoted(one.meaning)}\n"
        for one in command.arguments:
            if taken := _taken(one).replace(" -x", "", 1).replace(" -r", "", 1):
                yield f"{begin}{taken}\n"


def _taken(one: Parameter) -> str:
    if one.values:
        return f" -x -a {_quoted(' '.join(one.values))}"
    if one.kind == "files":
        return " -r -F"
    if one.kind:
        return f" -x -a {_quoted(f'(__papertriage_values {one.kind})')}"
    return " -x" if one.metavar and one.names else ""


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
