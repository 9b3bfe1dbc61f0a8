"""Time tagging 60,000 abstracts in Parquet: one process, one Dask worker, two Dask workers."""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from papertriage.bulk import cluster
from papertriage.bulk.corpora import Options, Report, tag_corpus
from papertriage.bulk.inputs import find_inputs
from papertriage.bulk.plan import PART_ROWS
from papertriage.text import clean
from papertriage.topics.choosing import join_models
from papertriage.topics.scoring import score_paper
from papertriage.triage.teaching.followed import followed_model, load_followed

CORPUS = 250_000_000
FILES = 12
CORES = (2, 16, 64, 256)


def abstracts(data: Path) -> Iterator[dict[str, str]]:
    """Yield the abstracts over and over, each time under new ids."""
    turn = 0
    while True:
        for name in ("abstracts.jsonl.gz", "abstracts-older.jsonl.gz"):
            with gzip.open(data / "corpus" / name, "rt", encoding="utf-8") as lines:
                for line in lines:
                    paper = json.loads(line)
                    kept = {key: paper[key] for key in ("title", "abstract")}
                    yield {"id": f"{paper['id']}#{turn}", **kept}
        turn += 1


def write_corpus(data: Path, folder: Path, papers: int) -> list[dict[str, str]]:
    """Write the papers into equal files; return the first file's."""
    rows = abstracts(data)
    folder.mkdir()
    first: list[dict[str, str]] = []
    for number in range(FILES):
        here = list(islice(rows, papers // FILES))
        first = first or here
        pq.write_table(pa.Table.from_pylist(here), folder / f"{number:03}.parquet")
    return first


def one_by_one(papers: list[dict[str, str]]) -> float:
    """Return papers a CPU second of the tagger that explains every score."""
    model = join_models(load_followed().models)
    begun = time.process_time()
    for paper in papers:
        score_paper(model, clean(paper["title"]), clean(paper["abstract"] or "") or None)
    return len(papers) / (time.process_time() - begun)


def vectorized(papers: list[dict[str, str]]) -> float:
    """Return papers a CPU second of TfidfVectorizer.transform and a product with four topics."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{paper['title']} {paper['abstract']}" for paper in papers]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_features=30_000, sublinear_tf=True)
    vectorizer.fit(texts)
    weights = np.ones((len(vectorizer.vocabulary_), 4))
    begun = time.process_time()
    vectorizer.transform(texts) @ weights
    return len(papers) / (time.process_time() - begun)


def silent(n: int = 1, total: int | None = None) -> None:
    """Show no progress."""


def started(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process that says nothing."""
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[str]:
    """Run a scheduler and workers, one thread each; yield the address."""
    where = folder / f"scheduler-{workers}.json"
    command = [sys.executable, "-m", "dask"]
    named = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(where))
    running = [started([*command, "scheduler", *named])]
    try:
        while not where.exists() or not where.read_text(encoding="utf-8").strip().endswith("}"):
            time.sleep(0.05)
        address = str(json.loads(where.read_text(encoding="utf-8"))["address"])
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        running += [started([*command, "worker", address, *alone]) for _ in range(workers)]
        with cluster.connected(address) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def timed(source: Path, output: Path, scheduler: str | None) -> tuple[float, Report]:
    """Tag the corpus; return wall seconds and the report, whose seconds are CPU."""
    begun = time.perf_counter()
    report = tag_corpus(
        [str(source)], Options(str(output), scheduler=scheduler), followed_model, silent
    )
    return time.perf_counter() - begun, report


def on_cluster(folder: Path, workers: int, warm: Path) -> tuple[float, Report]:
    """Tag on so many workers that have loaded everything already, as in a run of hours."""
    with dask_cluster(folder, workers) as address:
        timed(warm, folder / f"warm-{workers}", address)
        return timed(folder / "in", folder / f"workers-{workers}", address)


def same_bytes(one: Path, other: Path) -> bool:
    """Tell whether two runs have written the same."""
    places = [found.place for found in find_inputs([str(one)], os.devnull)]
    return all((one / place).read_bytes() == (other / place).read_bytes() for place in places)


def main(arguments: list[str]) -> int:
    """Print papers a second of each, the scaling, and what a quarter of a billion would take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--papers", type=int, default=60_000)
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as name:
        folder = Path(name)
        first = write_corpus(options.data, folder / "in", options.papers)
        slow, peer = one_by_one(first[:3000]), vectorized(first)
        write_corpus(options.data, folder / "few", FILES * 50)
        wall, one = timed(folder / "in", folder / "one", None)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall_1, report_1 = on_cluster(folder, 1, folder / "few")
        wall_2, report_2 = on_cluster(folder, 2, folder / "few")
        same = same_bytes(folder / "one", folder / "workers-1") and same_bytes(
            folder / "one", folder / "workers-2"
        )
    rate = one.papers / one.seconds
    on_one = report_1.papers / report_1.seconds
    on_two = report_2.papers / report_2.seconds
    sys.stdout.write(
        f"papers in {FILES} files             {one.papers:>10,}\n"
        f"one by one, with evidence      {slow:>10,.0f} papers/s CPU\n"
        f"TfidfVectorizer and product    {peer:>10,.0f} papers/s CPU\n"
        f"one process                    {rate:>10,.0f} papers/s CPU,"
        f" {one.papers / wall:,.0f} papers/s\n"
        f"ratio to that (at least 1)     {rate / peer:>10.2f}\n"
        f"peak memory, files included    {memory:>10,.0f} MB\n"
        f"1 Dask worker                  {on_one:>10,.0f} papers/s CPU,"
        f" {report_1.papers / wall_1:,.0f} papers/s\n"
        f"2 Dask workers                 {on_two:>10,.0f} papers/s CPU,"
        f" {report_2.papers / wall_2:,.0f} papers/s\n"
        f"scaling from 1 to 2, wall      {wall_1 / wall_2:>10.2f}\n"
        f"scaling, each on its own core  {2 * on_two / on_one:>10.2f}\n"
        f"the same bytes in all three    {'yes' if same else 'no':>10}\n"
        f"\n{CORPUS:,} abstracts, {CORPUS / PART_ROWS:,.0f} parts, at the CPU rate of 2 workers:\n"
    )
    for cores in CORES:
        hours = CORPUS / on_two / cores / 3600
        sys.stdout.write(f"{cores:>4} cores {hours:>29.2f} hours\n")
    return 0 if rate >= peer and same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
