"""Print how well papertriage ranks finished reviews, beside ASReview's default model, ELAS u4.

Both begin with the same prior rows and always ask for the top paper until all relevant ones are
found; both orders are measured by the same code. ASReview runs where it is installed (the extra
`bench`), or in the interpreter that --asreview names; else its figures are those of elas_u4.json,
which lies beside the reviews. Times are CPU milliseconds of one core for a step.
"""

from __future__ import annotations

import os

# One core: read when numpy is loaded, so set before anything imports it.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papertriage.files.review import Review, read_review
from papertriage.ranking import measures
from papertriage.triage.measuring.simulating import labels_in, simulate

LABEL = "label_included"
LIMIT = 0.95
MOST_MS = 20.0

ASREVIEW = """
import json, sys, time
import pandas
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate

file, label, prior = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
table = pandas.read_csv(file)
cycle = ActiveLearningCycle.from_meta(get_ai_config("elas_u4")["value"])
simulation = Simulate(
    table[["title", "abstract"]], table[label].astype(int), cycle, print_progress=False
)
simulation.label(prior)
begun = time.process_time()
simulation.review()
spent = time.process_time() - begun
order = [int(row) for row in simulation._results["record_id"]]
print(json.dumps({"order": order, "ms": 1000 * spent / max(len(order) - len(prior), 1)}))
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of one replay."""

    loss: float
    wss95: float
    recall10: float
    ms: float


def asreview(python: str, file: Path, review: Review, prior: list[int]) -> Figures:
    """Replay with ASReview in another process; its features are counted into its first step."""
    command = [python, "-c", ASREVIEW, str(file.resolve()), LABEL, json.dumps(prior)]
    # It leaves a cache of its data sets in the working directory.
    with tempfile.TemporaryDirectory() as place:
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=place)
    done = json.loads(ran.stdout)
    labels = labels_in(done["order"], review)
    return Figures(
        measures.loss(labels), measures.work_saved(labels), measures.recall(labels), done["ms"]
    )


def published(figures: dict[str, Any]) -> Figures:
    """Return the figures of elas_u4.json; its times are wall time on the machine it was made on."""
    ms = 1000 * figures["wall_s"] / figures["steps"]
    return Figures(figures["loss"], figures["wss95"], figures["recall10"], ms)


def papertriage(review: Review, prior: list[int]) -> Figures:
    """Replay as `papertriage simulate` does."""
    done = simulate(review, tuple(prior), None, time.process_time, lambda _: None)
    return Figures(done.loss, done.wss95, done.recall10, done.ms_per_step)


def row(name: str, ours: Figures, theirs: Figures) -> str:
    """Return a line of the table."""
    pairs = [
        (f"{ours.loss:.4f}", f"{theirs.loss:.4f}"),
        (f"{ours.wss95:.3f}", f"{theirs.wss95:.3f}"),
        (f"{ours.recall10:.3f}", f"{theirs.recall10:.3f}"),
        (f"{ours.ms:.1f}", f"{theirs.ms:.1f}"),
    ]
    return f"{name:<24}" + "".join(f"{own:>8}{other:>8}" for own, other in pairs)


def mean(all_figures: list[Figures]) -> Figures:
    """Return the means."""
    return Figures(
        statistics.mean(one.loss for one in all_figures),
        statistics.mean(one.wss95 for one in all_figures),
        statistics.mean(one.recall10 for one in all_figures),
        statistics.mean(one.ms for one in all_figures),
    )


def main() -> int:
    """Print the table; fail when the mean loss or a step is above its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--asreview", metavar="PYTHON", help="an interpreter that has asreview")
    parser.add_argument("--review", default="", metavar="NAME", help="only reviews named so")
    given = parser.parse_args()
    figures_file = given.data / "triage" / "elas_u4.json"
    if not figures_file.is_file():
        print(f"no reviews in {given.data}/triage: name their directory with --data")
        return 1
    python = given.asreview or (sys.executable if importlib.util.find_spec("asreview") else None)
    if python is None:
        print("ASReview is not installed: its figures are those of elas_u4.json, ms wall time")
    runs = {
        name: figures
        for name, figures in json.loads(figures_file.read_text(encoding="utf-8")).items()
        if given.review in name
    }
    if not runs:
        print(f"no review in {figures_file} has {given.review!r} in its name")
        return 1
    print(f"{'':<24}{'loss':>16}{'WSS@95':>16}{'recall@10%':>16}{'ms a step':>16}")
    print(f"{'review.seed':<24}" + f"{'ours':>8}{'ELAS':>8}" * 4)
    pairs = []
    for name, figures in runs.items():
        file = figures_file.with_name(f"{name.rpartition('.')[0]}.csv")
        review, prior = read_review(str(file), LABEL), figures["prior"]
        theirs = asreview(python, file, review, prior) if python else published(figures)
        pairs.append((papertriage(review, prior), theirs))
        print(row(name, *pairs[-1]), flush=True)
    ours, theirs = mean([own for own, _ in pairs]), mean([other for _, other in pairs])
    print(row("mean", ours, theirs))
    ratio = ours.loss / theirs.loss
    print(f"mean loss is {ratio:.3f} of ELAS u4's (limit {LIMIT}), a step {ours.ms:.1f} ms of CPU")
    return 0 if ratio <= LIMIT and ours.ms <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
