"""Print what decisions teach: a simulated reader decides on ten papers a day.

A day has 100 papers of --data in an order that is always the same. The reader keeps the papers
whose authors gave a certain keyword, or that a hand label says to be of a certain topic, skips the
others, and sees of each day only the ten that rank first: by arrival ("newest"), by the best topic
score ("topics"), or by interest, learned from the days before, as soon as it was said --after times
keep and skip. Printed is the share of the ten that is kept (precision@10), day by day in three
spans; then how far the probabilities can be believed one day ahead, and what --recall 0.9 keeps.
"""

from __future__ import annotations

import os

# One core: read when numpy is loaded, so set before anything imports it.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import gzip
import json
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from papertriage.paths import seeds_dir
from papertriage.ranking.interest import DecidedText, InterestRecipe, train_interest
from papertriage.topics.labelled import Text
from papertriage.topics.model import Model, load_model
from papertriage.topics.scoring import score_paper

DAY, SHOWN, DAYS = 100, 10, 30
SPANS = ((0, 5), (5, 12), (12, DAYS))
RECALL = 0.9
KEYWORDS = {
    "reinforcement learning": ("reinforcement learning",),
    "games and auctions": ("game", "auction", "social choice"),
    "language": ("natural language", "language model", "nlp"),
    "graphs": ("graph",),
    "computer vision": ("computer vision",),
    "robots": ("manipulation", "imitation", "motion planning"),
}
TOPICS = ("alignment", "causality", "diffusion", "ood")


@dataclass
class Reader:
    """Papers in the order of their days, and which of them the reader would keep."""

    name: str
    texts: Sequence[Text]
    kept: Sequence[bool]


@dataclass
class Seen:
    """What a way of ranking has shown: hits of each day; and per day ahead what was promised."""

    hits: list[float] = field(default_factory=list)
    shown: list[tuple[float, bool]] = field(default_factory=list)
    reached: list[tuple[float, float]] = field(default_factory=list)


def readers(data: Path) -> list[Reader]:
    """Return six readers of the corpus, by keyword, and eight of the labelled papers."""
    with gzip.open(data / "corpus" / "abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        corpus = [one for one in map(json.loads, lines) if one["keywords"] and one["abstract"]]
    labelled = [json.loads(line) for line in (data / "topics" / "labelled.jsonl").open()]
    random.Random(0).shuffle(corpus)  # noqa: S311 - the same order every time
    random.Random(1).shuffle(labelled)  # noqa: S311 - as above
    corpus = corpus[: DAY * DAYS]
    found = []
    for name, words in KEYWORDS.items():
        kept = [any(word in one["keywords"].lower() for word in words) for one in corpus]
        found.append(Reader(name, [Text(one["title"], one["abstract"]) for one in corpus], kept))
    texts = [Text(one["title"], one["abstract"]) for one in labelled]
    for topic in TOPICS:
        only = [topic in one["topics"] for one in labelled]
        others = [bool(one["topics"]) and topic not in one["topics"] for one in labelled]
        found += [Reader(topic, texts, only), Reader(f"all but {topic}", texts, others)]
    return found


def replay(reader: Reader, background: Model, way: str, after: int, recipe: InterestRecipe) -> Seen:
    """Let the reader decide on ten papers a day, ranked in one way."""
    seen, decided = Seen(), list[DecidedText]()
    for day in range(len(reader.texts) // DAY):
        places = range(day * DAY, (day + 1) * DAY)
        keeps = sum(one.keep for one in decided)
        model = background
        learned = way == "interest" and min(keeps, len(decided) - keeps) >= after
        if learned:
            model = train_interest(decided, background, recipe)
        value = {
            place: 0.0 if way == "newest" else best_score(model, reader.texts[place])
            for place in places
        }
        order = sorted(places, key=lambda place: -value[place])
        seen.hits.append(statistics.mean(reader.kept[place] for place in order[:SHOWN]))
        if learned:
            seen.shown += [(value[place], reader.kept[place]) for place in order[:SHOWN]]
            seen.reached.append(reached([value[p] for p in order], [reader.kept[p] for p in order]))
        decided += [DecidedText(reader.texts[place], reader.kept[place]) for place in order[:SHOWN]]
    return seen


def best_score(model: Model, text: Text) -> float:
    """Return the highest score that a model gives: of interest the only one."""
    return max(one.score for one in score_paper(model, text.title, text.abstract))


def reached(scores: Sequence[float], kept: Sequence[bool]) -> tuple[float, float]:
    """Return the recall that --recall 0.9 reaches on a day, and the share of papers it shows."""
    held, wanted, papers = 0.0, RECALL * sum(scores), 0
    while papers < len(scores) and held < wanted:
        held += scores[papers]
        papers += 1
    return sum(kept[:papers]) / max(1, sum(kept)), papers / len(scores)


def off(shown: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error in ten bins."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for score, kept in shown:
        bins[min(int(score * 10), 9)].append((score, kept))
    return sum(abs(sum(p - k for p, k in one)) for one in bins) / max(1, len(shown))


def main() -> int:
    """Print a table row for each reader and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--after", type=int, default=2)
    parser.add_argument("--cost", type=float, default=InterestRecipe().cost)
    parser.add_argument("--prior", type=float, default=InterestRecipe().prior)
    parser.add_argument("--patience", type=float, default=InterestRecipe().patience)
    chosen = parser.parse_args()
    recipe = InterestRecipe(cost=chosen.cost, prior=chosen.prior, patience=chosen.patience)
    background = load_model(seeds_dir() / "model.txt")
    spans = "".join(f"{f'days {low + 1}-{high}':>12}" for low, high in SPANS)
    sys.stdout.write(f"{'precision@10':<24}{'ranked by':<10}{spans}   off  recall  read\n")
    for reader in readers(chosen.data):
        for way in ("newest", "topics", "interest"):
            seen = replay(reader, background, way, chosen.after, recipe)
            parts = [seen.hits[low:high] for low, high in SPANS]
            cells = "".join(f"{statistics.mean(p):>12.3f}" if p else f"{'':>12}" for p in parts)
            line = f"{reader.name:<24}{way:<10}{cells}"
            if seen.reached:
                recall, read = (statistics.mean(v) for v in zip(*seen.reached, strict=True))
                line += f"{off(seen.shown):>6.2f}{recall:>8.2f}{read:>6.2f}"
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
