"""Write the completion script for bash 3.2 and newer."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from papertriage.formats.command_line import CommandLine, Parameter

# The line is parsed again, because bash splits words at the colon of arxiv:2510.02252 and at =.
# \x1f stands for a blank within a word.
_HEAD = r"""# bash completion for papertriage, from `papertriage completion bash`
# To use it, add this line to ~/.bashrc: eval "$(papertriage completion bash)"
_papertriage() {
    local line=${COMP_LINE:0:COMP_POINT} blank=$'\x1f' cur="" before="" kind="" option="" word
    local path="papertriage" commands="" options="" place=0 value quoted
    local -a words candidates
    COMPREPLY=()
    line=${line//\\ /$blank}
    IFS=$' \t' read -r -a words <<< "$line"
    if [[ $line != *[[:blank:]] ]]; then
        cur=${words[${#words[@]}-1]}
        unset "words[${#words[@]}-1]"
    fi
    cur=${cur//$blank/ }
    local program=${words[0]:-papertriage}
    program=${program/#\~\//$HOME/}
    for word in "${words[@]:1}"; do
        if [[ -n $option ]]; then
            option=""
        elif [[ $word == -*=* ]]; then
            :
        elif [[ $word == -* ]]; then
            _papertriage_takes "$path $word"
            [[ -n $kind ]] && option=$word
            kind=""
        else
            _papertriage_knows "$path"
            if [[ " $commands " == *" $word "* ]]; then path="$path $word"; else ((place++)); fi
        fi
    done
    _papertriage_knows "$path"
    if [[ -z $option && $cur == --*=* ]]; then
        option=${cur%%=*}
        cur=${cur#*=}
    fi
    if [[ -n $option ]]; then
        _papertriage_takes "$path $option"
    elif [[ $cur == -* ]]; then
        kind="words $options"
    elif [[ -n $commands ]]; then
        ((place)) || kind="words $commands"
    else
        _papertriage_takes "$path #$place"
    fi
    case $kind in
        "" | any) return ;;
        files)
            compopt -o filenames 2> /dev/null
            IFS=$'\n' read -r -d '' -a COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        words*)
            IFS=' ' read -r -a candidates <<< "${kind#words }"
            ;;
        *)
            candidates=()
            while IFS=$'\t' read -r value _; do
                candidates[${#candidates[@]}]=$value
            done < <("$program" completion --values "$kind" --prefix "$cur" 2> /dev/null)
            ;;
    esac
    [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && before=${cur%"${cur##*:}"}
    for value in ${candidates[@]+"${candidates[@]}"}; do
        [[ $value == "$cur"* ]] || continue
        printf -v quoted '%q' "${value#"$before"}"
        COMPREPLY[${#COMPREPLY[@]}]=$quoted
    done
}
"""


def script(program: CommandLine) -> Iterator[str]:
    """Yield the script in parts."""
    yield _HEAD
    yield '_papertriage_knows() {\n    commands="" options=""\n    case $1 in\n'
    for command in program.walk():
        commands = shlex.quote(" ".join(one.words[-1] for one in command.commands))
        names = [name for one in command.options for name in one.long or one.short]
        yield f'        "{command.path}")\n            commands={commands}\n'
        yield f"            options={shlex.quote(' '.join(names))}\n            ;;\n"
    yield '    esac\n}\n_papertriage_takes() {\n    kind=""\n    case $1 in\n'
    patterns: dict[str, list[str]] = {}
    for command in program.walk():
        for pattern, one in _taken(command):
            patterns.setdefault(_kind(one), []).append(pattern)
    for kind, found in patterns.items():
        joined = " | \\\n            ".join(found)
        yield f"        {joined}) kind={shlex.quote(kind)} ;;\n"
    yield "    esac\n}\ncomplete -F _papertriage papertriage\n"


def _taken(command: CommandLine) -> Iterator[tuple[str, Parameter]]:
    for one in command.options:
        if one.metavar:
            yield from ((f'"{command.path} {name}"', one) for name in one.names)
    for place, one in enumerate(command.arguments):
        if _kind(one) != "any":
            yield (f'"{command.path} #"*' if one.many else f'"{command.path} #{place}"'), one


def _kind(one: Parameter) -> str:
    return one.kind or (f"words {' '.join(one.values)}" if one.values else "any")
