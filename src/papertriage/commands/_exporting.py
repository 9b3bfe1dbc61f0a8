"""Define the options of export that no other listing has."""

from __future__ import annotations

from typing import Annotated

import typer

Picked = Annotated[bool, typer.Option("--picked", help="Only papers that were picked on some day.")]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", "-n", min=0, help="At most so many papers; 0 is all. A feed file has 100."
    ),
]
ExcelSafe = Annotated[
    bool, typer.Option("--excel-safe", help="CSV of which a spreadsheet calculates no cell.")
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to FILE; {topic} makes one for each topic."
    ),
]
