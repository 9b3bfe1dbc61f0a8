"""Print the quality of the tags beside two peers, and how many papers a CPU second tags.

Quality: papertriage, keyword counts and arxiv-sanity-lite's recipe, cross-validated by venue on the
labelled papers of --data. Speed: CPU seconds of one core for the tagger alone and for the whole
line of `papertriage tag` (JSON in, JSON out), beside TfidfVectorizer.transform and a matrix product
on the same texts with as many terms. The three run by turns, so that a busy machine slows all.
"""

from __future__ import annotations

import os

# One core: read when numpy is loaded, so set before anything imports it.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from papertriage.paths import seeds_dir
from papertriage.topics.definitions import load_topics
from papertriage.topics.evaluation import (
    KEYWORDS,
    OURS,
    SANITY_LITE,
    Evaluation,
    evaluate,
)
from papertriage.topics.labelled import Text, read_labelled
from papertriage.topics.model import Model, load_model
from papertriage.topics.scoring import score_paper
from papertriage.topics.starter import read_background
from papertriage.triage.measuring.filtering import tagged_lines

PAPERS = 3_000
ROUNDS = 5
LIMIT = 3_000
_WARM = 1_000


def print_quality(found: list[Evaluation]) -> None:
    """Print average precision and F1 of each tagger, per topic and on average."""
    topics = list(dict.fromkeys(one.topic for one in found))
    heads = "".join(f"{name[:12]:>22}" for name in (*topics, "mean"))
    print(f"{'AP, F1':<27}{heads}{'calibration':>13}")
    for tagger in (OURS, KEYWORDS, SANITY_LITE):
        own = [one.measured for one in found if one.tagger == tagger]
        cells = [
            f"{m.average_precision.value:.3f}, {m.f1.value:.3f} +-{(m.f1.high - m.f1.low) / 2:.2f}"
            for m in own
        ]
        mean = [
            statistics.mean(values)
            for values in zip(*((m.average_precision.value, m.f1.value) for m in own), strict=True)
        ]
        errors = [m.calibration_error.value for m in own if m.calibration_error]
        error = f"{max(errors):.3f}" if errors else "-"
        row = "".join(f"{cell:>22}" for cell in [*cells, f"{mean[0]:.3f}, {mean[1]:.3f}"])
        print(f"{tagger:<27}{row}{error:>13}")


def matrix_product(texts: list[Text], model: Model) -> Callable[[list[Text]], object]:
    """Return the plain way: fit a vectorizer of as many terms, then transform and multiply."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    terms = sum(len(table.lines) for table in model.tables)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=terms)
    vectorizer.fit(f"{text.title} {text.abstract}" for text in texts)
    weights = np.ones((len(vectorizer.vocabulary_), len(model.topics)))

    def product(chosen: list[Text]) -> object:
        return vectorizer.transform(f"{t.title} {t.abstract}" for t in chosen) @ weights

    return product


def rates(ways: dict[str, Callable[[], object]], papers: int) -> dict[str, float]:
    """Return papers a CPU second of each way: the median of rounds in which they take turns."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            spent[name].append(time.process_time() - begun)
    return {name: papers / statistics.median(times) for name, times in spent.items()}


def measure_speed(texts: list[Text], count: int) -> dict[str, float]:
    """Measure on texts that the tagger meets for the first time, after a first thousand."""
    model = load_model(seeds_dir() / "model.txt")
    step = max(1, len(texts) // (count + _WARM))
    chosen = texts[::step][_WARM : _WARM + count]
    for text in texts[::step][:_WARM]:
        score_paper(model, text.title, text.abstract)
    product = matrix_product(texts[::step], model)
    with tempfile.TemporaryDirectory() as home:
        os.environ["PAPERTRIAGE_HOME"] = home
        lines = Path(home) / "papers.jsonl"
        rows = ({"title": text.title, "abstract": text.abstract} for text in chosen)
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return rates(
            {
                "score_paper": lambda: [score_paper(model, t.title, t.abstract) for t in chosen],
                "papertriage tag": lambda: [line for line, _ in tagged_lines(str(lines))],
                "transform and product": lambda: product(chosen),
            },
            len(chosen),
        )


def main() -> int:
    """Print both tables; fail when tagging is slower than the limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--papers", type=int, default=PAPERS, metavar="N")
    given = parser.parse_args()
    if not (given.data / "topics").is_dir():
        print(f"no labelled papers in {given.data}/topics: name their directory with --data")
        return 1
    background = read_background(given.data)
    speeds = measure_speed(background, given.papers)
    topics = load_topics(seeds_dir() / "topics")
    labelled = read_labelled(given.data / "topics" / "labelled.jsonl", tuple(topics))
    print(f"cross-validated by venue on {len(labelled):,} labelled papers; F1 +- half its 95%")
    print_quality(evaluate(topics, labelled, background))
    plain = speeds["transform and product"]
    print(f"\npapers a CPU second, one core, {given.papers:,} papers, {len(topics)} topics")
    for name, speed in speeds.items():
        print(f"{name:<27}{speed:10,.0f}  ratio {speed / plain:5.2f}")
    print(f"{'limit of papertriage tag':<27}{LIMIT:10,}")
    return 0 if speeds["papertriage tag"] >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
