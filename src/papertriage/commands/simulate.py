"""Simulate a finished review, and measure the ranking."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from papertriage.files.review import Review, read_review
from papertriage.formats.output import write_output
from papertriage.formats.recall_curve import recall_curve
from papertriage.render.terminal import progress
from papertriage.text import counted
from papertriage.triage.measuring import simulating


def command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A CSV, TSV or RIS file; - is standard input.")
    ],
    label: Annotated[
        str,
        typer.Option(
            metavar="COLUMN",
            help="The column with the labels, 1 or 0; in RIS files a tag such as N1.",
        ),
    ],
    prior: Annotated[
        str | None,
        typer.Option(metavar="ROW,ROW", help="Start from these rows (the first row is 0)."),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N", help="Without --prior: the random seed that chooses the two rows."
        ),
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Simulate a finished review, and measure how early the ranking finds its relevant papers.

    Starts from one relevant and one irrelevant row. Then repeatedly reads the paper ranked highest
    and learns from its label, until every relevant paper is found. The loss is ASReview's: the area
    between the ideal and the achieved recall curve (0 is best).
    """
    review = read_review(file, label)
    simulating.check_review(review)
    rows = (
        simulating.prior_rows(prior, review)
        if prior is not None
        else simulating.drawn_rows(review, seed)
    )
    with progress("simulating", sum(review.relevant)) as advance:
        done = simulating.simulate(
            review, rows, None if prior is not None else seed, time.process_time, advance
        )
    if as_json:
        from dataclasses import asdict

        write_output([json.dumps({"schema": 1, **asdict(done)}), "\n"], None)
        return
    write_output(_lines(done, review), None)


def _lines(done: simulating.SimulatedReview, review: Review) -> list[str]:
    drawn = "" if done.seed is None else f" (drawn with --seed {done.seed})"
    rows = f"rows {', '.join(map(str, done.prior))}"
    read, stop = len(done.order), done.stop
    return [
        f"{counted(done.n, 'paper')}, {done.relevant:,} relevant; started from {rows}{drawn}\n",
        f"all relevant papers found after reading {read:,} ({read / done.n:.0%})\n",
        f"advised to stop after reading {stop.at:,} ({stop.read:.0%}): {stop.recall:.1%} found\n",
        f"loss {done.loss:.4f}, recall at 10% read {done.recall10:.3f}, WSS@95 {done.wss95:.3f}\n",
        f"CPU: {done.ms_per_step:.1f} ms per paper, {done.prepare_ms / 1000:.1f} s to prepare\n\n",
        recall_curve(simulating.labels_in(done.order, review)),
    ]
