"""List the followed topics."""

from __future__ import annotations

import json

from papertriage import paths
from papertriage.cache.connection import last_key, opened
from papertriage.cache.topics import tag_counts, topic_rows
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.text import visible
from papertriage.triage.teaching.followed import definition_path, definitions, load_followed


def command(as_json: o.Json = False) -> None:
    """List the followed topics and their tagged papers."""
    trained = {
        name: topic for model in load_followed().models for name, topic in model.topics.items()
    }
    rows = []
    with opened(paths.cache_path()) as connection:
        last = last_key(connection)
        reached = {row.name: row.tagged_to for row in topic_rows(connection)}
        for name, topic in definitions().items():
            own = definition_path(name).exists()
            threshold = trained[name].threshold if name in trained else None
            rows.append(
                {
                    "name": name,
                    "own": own,
                    "threshold": threshold,
                    "tagged": tag_counts(connection, name)[0],
                    "description": topic.description,
                }
            )
    if as_json:
        write_output([json.dumps(rows, indent=2), "\n"], None)
        return
    lines = []
    for row in rows:
        shown = "untrained" if row["threshold"] is None else f"{row['threshold']:.3f}"
        kind = "your own" if row["own"] else "shipped"
        name = visible(str(row["name"]))
        done = reached.get(str(row["name"]), 0)
        part = f", {int(done / last * 100)}% of the papers" if done < last else ""
        lines.append(f"{name:<20} {kind:<8} {shown:>9} {row['tagged']:>8,} tagged{part}\n")
    write_output(lines, None)
