"""Measure tags on labelled papers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import visible
from papertriage.topics.evaluation import Evaluation
from papertriage.topics.quality import Estimate
from papertriage.triage.teaching.evaluating import evaluate_file


def command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON Lines with id, title, abstract and topics."),
    ],
    topic: Annotated[
        o.Names, typer.Option("--topic", "-t", metavar="TOPIC", help="Measure only topic TOPIC.")
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Measure the quality of topics on labelled papers.

    Cross-validates with papers grouped by venue, the part of a paper's id before the colon; takes
    unlabelled papers from your cache. Keyword counts and the method of arxiv-sanity-lite are shown
    for comparison. "As installed" measures the current models: it is too optimistic if they were
    trained on the same labels.
    """
    with opened(paths.cache_path()) as connection:
        found = evaluate_file(connection, file, tuple(topic or ()))
    if as_json:
        write_output([json.dumps([asdict(one) for one in found], indent=2), "\n"], None)
        return
    note(f"{file}: papers are grouped by venue and year; 95% bootstrap intervals")
    write_output([_HEAD, *map(_row, found)], None)


_HEAD = (
    f"{'topic':<12} {'tagger':<26} {'AP':<17} {'precision':<17} {'recall':<17} {'F1':<17}"
    f" {'calibration':<17} n\n"
)


def _row(one: Evaluation) -> str:
    m = one.measured
    values = (m.average_precision, m.precision, m.recall, m.f1, m.calibration_error)
    cells = " ".join(f"{_cell(value):<17}" for value in values)
    return (
        f"{visible(one.topic):<12} {one.tagger:<26} {cells} {m.labelled:,} ({m.positives:,} yes)\n"
    )


def _cell(value: Estimate | None) -> str:
    return f"{value.value:.3f} [{value.low:.2f}, {value.high:.2f}]" if value else "-"
