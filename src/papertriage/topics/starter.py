"""Train the shipped topics from a data directory."""

from __future__ import annotations

import gzip
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertriage.topics.definitions import load_topics
from papertriage.topics.labelled import LabelledPaper, Text, read_labelled
from papertriage.topics.model import dump_model
from papertriage.topics.training import train_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papertriage.topics.model import Model

_ROBOTICS = frozenset({"icra", "iros", "rss"})
_OLDEST = 2020


def train_starter(data: Path, definitions: Path) -> Model:
    """Train on `topics/labelled.jsonl`, the seed page and the recent part of `corpus/`."""
    topics = load_topics(definitions)
    return train_model(topics, read_starter_labels(data, tuple(topics)), read_background(data))


def read_starter_labels(data: Path, topics: tuple[str, ...]) -> list[LabelledPaper]:
    """Read the labelled papers, and those of the seed page with texts from the file next to it."""
    page = (data.parent / "seeds" / "trending-papers.txt").read_text(encoding="utf-8")
    blocks = [block.strip() for block in page.split("\n\n")]
    abstracts = dict(pairwise(blocks))
    seeds = read_labelled(data / "topics" / "seed-page.jsonl", topics)
    papers = read_labelled(data / "topics" / "labelled.jsonl", topics)
    for seed in seeds:
        text = Text(seed.text.title, abstracts[seed.text.title.strip()])
        papers.append(LabelledPaper(seed.id, text, seed.labels, seed.sure, "seed-page"))
    return papers


def read_background(data: Path) -> list[Text]:
    """Read the unlabelled abstracts since 2020 from other than robotics venues, and arXiv's month.

    Measured by cross-validation: older and robotics abstracts make idf and weak labels worse.
    """
    texts = [
        Text(record["title"], record["abstract"])
        for name in ("abstracts.jsonl.gz", "abstracts-older.jsonl.gz")
        for record in _records(data / "corpus" / name)
        if name == "abstracts.jsonl.gz"
        or (record["year"] >= _OLDEST and record["venue"] not in _ROBOTICS)
    ]
    months = sorted((data / "arxiv").glob("*.jsonl"))
    texts += [
        Text(record["title"], record["summary"]) for month in months for record in _records(month)
    ]
    return texts


def main(arguments: list[str]) -> int:
    """Write the starter model: `python -m papertriage.topics.starter DATA DEFINITIONS OUT`."""
    try:
        data, definitions, out = map(Path, arguments)
    except ValueError:
        sys.stderr.write("usage: python -m papertriage.topics.starter DATA DEFINITIONS OUT\n")
        return 2
    model = train_starter(data, definitions)
    out.write_text(dump_model(model), encoding="utf-8", newline="\n")
    for name, topic in model.topics.items():
        sys.stderr.write(f"{name}: threshold {topic.threshold:.3f}, {topic.quality}\n")
    return 0


def _records(path: Path) -> Iterator[dict[str, Any]]:
    reader = gzip.open if path.suffix == ".gz" else open
    with reader(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
