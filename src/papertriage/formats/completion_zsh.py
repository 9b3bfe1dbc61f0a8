"""Write the completion script for zsh."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats.command_line import CommandLine, Parameter

_HEAD = r"""#compdef papertriage
# zsh completion for papertriage, from `papertriage completion zsh`
# To use it, add this line to ~/.zshrc, after compinit: eval "$(papertriage completion zsh)"
_papertriage_values() {
    local -a lines described
    local line program=${_papertriage_program:-papertriage}
    lines=("${(@f)$(${(Q)~program} completion --values $1 --prefix "${(Q)PREFIX}" 2> /dev/null)}")
    for line in $lines; do
        described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#described )) && _describe -V $1 described
}
"""
_TAIL = r"""if [ "$funcstack[1]" = "_papertriage" ]; then
    _papertriage "$@"
else
    compdef _papertriage papertriage
fi
"""


def script(program: CommandLine) -> Iterator[str]:
    """Yield the script in parts."""
    yield _HEAD
    for command in program.walk():
        name = _function(command)
        yield f"{name}() {{\n"
        if len(command.words) == 1:
            yield "    local _papertriage_program=$words[1]\n"
        yield from _group(command) if command.commands else _single(command)
        yield "}\n"
    yield _TAIL


def _function(command: CommandLine) -> str:
    return "_" + "_".join(command.words)


def _single(command: CommandLine) -> Iterator[str]:
    specs = [*_options(command), *_arguments(command)]
    yield "    _arguments -s " + " \\\n        ".join(specs) + "\n"


def _group(command: CommandLine) -> Iterator[str]:
    yield "    local curcontext=$curcontext state line ret=1\n"
    specs = [*_options(command), "'1: :->command'", "'*:: :->rest'"]
    yield "    _arguments -C " + " \\\n        ".join(specs) + " && ret=0\n"
    yield "    case $state in\n        command)\n            local -a commands=(\n"
    for one in command.commands:
        yield f"                {_quoted(f'{one.words[-1]}:{_described(one.line)}')}\n"
    yield "            )\n            _describe command commands && ret=0\n            ;;\n"
    yield "        rest)\n            case $words[1] in\n"
    for one in command.commands:
        yield f"                {one.words[-1]}) {_function(one)} && ret=0 ;;\n"
    yield "            esac\n            ;;\n    esac\n    return ret\n"


def _options(command: CommandLine) -> Iterator[str]:
    for one in command.options:
        takes = f":{_plain(one.metavar)}:{_action(one)}" if one.metavar else ""
        meaning = f"[{_plain(one.meaning)}]"
        alone = "" if one.many else f"({' '.join(one.names)})"
        for name in one.names:
            equals = ("=" if name.startswith("--") else "+") if one.metavar else ""
            yield _quoted(f"{'*' if one.many else alone}{name}{equals}{meaning}{takes}")


def _arguments(command: CommandLine) -> Iterator[str]:
    for place, one in enumerate(command.arguments, start=1):
        where = "*" if one.many else str(place)
        yield _quoted(f"{where}:{_plain(one.metavar)}:{_action(one)}")


def _action(one: Parameter) -> str:
    if one.values:
        return f"({' '.join(one.values)})"
    if one.kind == "files":
        return "_files"
    # The leading blank keeps _arguments from adding words of its own to the call.
    return f" _papertriage_values {one.kind}" if one.kind else " "


def _plain(text: str) -> str:
    """Escape what _arguments would read as syntax."""
    for character in "\\[]:":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _described(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
