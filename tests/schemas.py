"""Hold every JSON output of a command in the tests against its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from jsonschema import Draft202012Validator

from papertriage.errors import ExitCode
from papertriage.formats.json_schema import OUTPUTS, schema_of

# With any other exit code nothing was written, or not all of it.
_WRITTEN = {ExitCode.DONE, ExitCode.FAILED, ExitCode.PARTLY_DONE}
_GLOBAL = {"--cache": 2, "--debug": 1}
# Papers that a test looks at; checking more would only take time.
_ENOUGH = 100


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a schema, which is one itself."""
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def hold(words: Sequence[str], exit_code: int, stdout: str) -> None:
    """Assert that what a command line wrote as JSON is what its schema says."""
    rest = list(words)
    while rest and rest[0] in _GLOBAL:
        rest = rest[_GLOBAL[rest[0]] :]
    form = _form(rest)
    if exit_code not in _WRITTEN or not stdout or not form:
        return
    name = OUTPUTS.get(_command(rest))
    assert name, f"{' '.join(rest)}: papertriage/formats/json_schema.py knows no schema for it"
    for value in _values(form, stdout):
        single = form == "jsonl" and name == "papers"
        validator("paper" if single else name).validate(value)


def _form(words: list[str]) -> str | None:
    if not words or {"-h", "--help", "--ack", "--forget"} & set(words):
        return None
    if "--json" in words or _option(words, "--format", "-f") == "json":
        return "json"
    default = "jsonl" if words[0] in {"tag", "export"} and "--consumers" not in words else None
    form = _option(words, "--format", "-f") or default
    return "jsonl" if form == "jsonl" else None


def _option(words: list[str], *names: str) -> str | None:
    found = [value for name, value in pairwise(words) if name in names]
    return found[-1] if found else None


def _command(words: list[str]) -> str:
    if words[0] == "export" and "--consumers" in words:
        return "export --consumers"
    return " ".join(words[: 2 if words[0] == "topics" else 1])


def _values(form: str, stdout: str) -> Iterator[object]:
    if form == "jsonl":
        for line in stdout.split("\n")[:_ENOUGH]:
            if line:
                yield json.loads(line)
        return
    value = json.loads(stdout)
    yield value[:_ENOUGH] if isinstance(value, list) else value
