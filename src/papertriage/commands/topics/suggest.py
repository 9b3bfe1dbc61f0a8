"""Suggest topics to follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.render.terminal import note, progress
from papertriage.text import counted, visible
from papertriage.topics.suggesting import Suggestion
from papertriage.triage.teaching.suggesting import suggest


def command(
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", metavar="N", min=0, help="Show at most N topics (0: all)."),
    ] = 10,
    as_json: o.Json = False,
) -> None:
    """Suggest topics to add, from clusters of untagged papers.

    For each topic, shows its distinctive terms, example titles and the command that adds it. Reads
    a sample if there are more than 20,000 untagged papers.
    """
    with opened(paths.cache_path()) as connection, progress("reading the cache") as advance:
        found = suggest(connection, advance)
    shown = found[:limit] if limit else found
    if as_json:
        rows = [{**asdict(one), "command": _add(one)} for one in shown]
        write_output([json.dumps(rows, indent=2), "\n"], None)
    else:
        write_output([line + "\n" for one in shown for line in _lines(one)], None)
    if not shown:
        note("no topics to suggest: no cluster of untagged papers stands out")


def _lines(one: Suggestion) -> Iterator[str]:
    yield visible(f"{counted(one.size, 'paper')}: {', '.join(one.terms)}")
    for title in one.titles:
        yield f"  - {visible(title)}"
    yield f"  {_add(one)}"


def _add(one: Suggestion) -> str:
    """Return the command that adds a topic; names hold only letters, digits, - and spaces."""
    phrases = " ".join(f'-p "{phrase}"' for phrase in one.phrases)
    return f'papertriage topics add "{one.name}" {phrases}'
