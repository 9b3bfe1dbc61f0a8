"""Find labels that are probably wrong."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.commands import _options as o
from papertriage.errors import ExitCode
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import counted, visible
from papertriage.topics.hygiene import Checked
from papertriage.topics.labelled import LabelledPaper
from papertriage.triage.teaching.checking import check


def command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="JSON Lines with id, title, abstract and topics."),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option("--topic", "-t", metavar="TOPIC", help="Check only the labels of TOPIC."),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", "-n", metavar="N", min=0, help="Show at most N of each kind (0: all)."
        ),
    ] = 10,
    as_json: o.Json = False,
) -> None:
    """Find labels that are probably wrong.

    Checks the labels in FILE, or else your own. Lists near-duplicate papers with opposite labels,
    and labels that cross-validation finds unlikely. Exits with code 1 if near-duplicates have
    opposite labels.
    """
    with opened(paths.cache_path()) as connection:
        found = check(connection, file, tuple(topic or ()))
    if as_json:
        write_output([json.dumps([_document(one, limit) for one in found], indent=2), "\n"], None)
    else:
        write_output([line + "\n" for one in found for line in _lines(one, limit, file)], None)
    for one in found:
        if one.doubts is None and (topic or one.labelled):
            note(
                f"{one.topic}: too few labels to cross-validate ({counted(one.labelled, 'label')})"
            )
    if file and not as_json:
        note(f"correct wrong labels in {file}")
    if any(one.contradictions for one in found):
        raise typer.Exit(ExitCode.FAILED)


def _document(one: Checked, limit: int) -> dict[str, object]:
    pairs, doubts = _first(one.contradictions, limit), _first(one.doubts or (), limit)
    return {
        "topic": one.topic,
        "labelled": one.labelled,
        "contradictions": [asdict(pair) for pair in pairs],
        "doubts": None if one.doubts is None else [asdict(doubt) for doubt in doubts],
    }


def _lines(one: Checked, limit: int, file: Path | None) -> Iterator[str]:
    pairs, doubts = one.contradictions, one.doubts or ()
    if not pairs and one.doubts is None:
        return
    shown = f"{counted(len(pairs), 'pair')} of near-duplicates with opposite labels"
    told = "" if one.doubts is None else f", {counted(len(doubts), 'doubtful label')}"
    yield visible(f"{one.topic}: {shown}{told}, of {counted(one.labelled, 'label')}")
    for pair in _first(pairs, limit):
        yield f"  near-duplicates ({pair.similarity:.0%} similar) with opposite labels:"
        yield from _paper(pair.yes, one.topic, file, label=True)
        yield from _paper(pair.no, one.topic, file, label=False)
    for doubt in _first(doubts, limit):
        yield f"  doubtful label (probability of yes: {doubt.probability:.3f}):"
        yield from _paper(doubt.paper, one.topic, file, label=doubt.label)
    hidden = len(pairs) + len(doubts) - len(_first(pairs, limit)) - len(_first(doubts, limit))
    if hidden:
        yield f"  and {hidden:,} more (-n 0 shows all)"


def _paper(paper: LabelledPaper, topic: str, file: Path | None, *, label: bool) -> Iterator[str]:
    yield f"    {'yes' if label else 'no':<3}  {visible(f'{paper.id}  {paper.text.title}')}"
    if file is None:
        opposite = " --no" if label else ""
        words = f"papertriage label {shlex.quote(paper.id)} --topic {shlex.quote(topic)}{opposite}"
        yield f"         to change this label: {visible(words)}"


def _first(found: Sequence, limit: int) -> Sequence:  # type: ignore[type-arg]  # of any kind
    return found[:limit] if limit else found
