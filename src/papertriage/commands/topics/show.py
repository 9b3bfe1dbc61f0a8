"""Show a topic."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.text import visible_lines
from papertriage.topics.definitions import dump_topic
from papertriage.triage.teaching.followed import definition_path, followed_topic, load_followed

Name = Annotated[str, typer.Argument(metavar="TOPIC", help="The name of a topic.")]


def command(name: Name, as_json: o.Json = False) -> None:
    """Show the definition, threshold and quality of a topic."""
    topic = followed_topic(name)
    trained = next((m.topics[name] for m in load_followed().models if name in m.topics), None)
    if as_json:
        found = {"definition": asdict(topic), "model": asdict(trained) if trained else None}
        write_output([json.dumps(found, indent=2), "\n"], None)
        return
    path = definition_path(name)
    lines = [dump_topic(topic), f"# {path if path.exists() else 'shipped with papertriage'}"]
    if trained is None:
        lines.append(f"# not trained yet: `papertriage topics train {name}`")
    else:
        promise = topic.promise
        why = f"for {promise.measure} {promise.value:g}" if promise else "for the best F1"
        lines += [
            f"# threshold {trained.threshold:.3f}, chosen {why}",
            (
                f"# expected on a day's papers: precision {trained.precision:.2f},"
                f" recall {trained.recall:.2f}; {trained.prevalence:.1%} belong to the topic"
            ),
            "# trained on " + ", ".join(f"{n:,} {what}" for what, n in trained.trained_on.items()),
        ]
        if trained.quality:
            q = trained.quality
            lines.append(
                f"# cross-validated on {q.labelled:,} labelled papers, {q.positives:,} of them in"
                f" the topic: AP {q.average_precision:.3f}, precision {q.precision:.2f}, recall"
                f" {q.recall:.2f}, F1 {q.f1:.2f}, calibration error {q.calibration_error:.3f}"
            )
    write_output([visible_lines("\n".join(lines)), "\n"], None)
