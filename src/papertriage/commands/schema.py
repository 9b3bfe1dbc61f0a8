"""Print the JSON Schemas of JSON outputs."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from papertriage.formats.json_schema import SCHEMAS, schema_of
from papertriage.formats.output import write_output


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help=f"One of {', '.join(SCHEMAS)}. By default, all of them."
        ),
    ] = None,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a JSON output."""
    write_output([json.dumps(schema_of(name), indent=2, ensure_ascii=False), "\n"], None)
