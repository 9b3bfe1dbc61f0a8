"""Write Parquet files of invented papers, and start a Dask cluster of processes for tests."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from invented import invented_texts
from papertriage import __version__
from papertriage.bulk.model_text import model_text, text_hash
from papertriage.bulk.plan import TaggingRun
from papertriage.triage.teaching.followed import shipped_model
from processes import environment

TELLING = "Aligning language models with human preferences by RLHF and a reward model"


def papers_of(count: int) -> list[dict[str, str | None]]:
    """Invent papers: one in seven has no abstract, one in five is of alignment."""
    texts = invented_texts(60)
    rows: list[dict[str, str | None]] = []
    for number in range(count):
        text = texts[number % len(texts)]
        title = TELLING if number % 5 == 0 else f"{text.title} {number}"
        abstract = (
            None if number % 7 == 0 else f"{text.abstract} Größe ﬁve {'nest ' * (number % 70)}"
        )
        rows.append({"id": f"p{number}", "title": title, "abstract": abstract})
    return rows


def write_corpus(path: Path, count: int, **options: int) -> Path:
    """Write invented papers to a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(papers_of(count)), path, **options)
    return path


def _dask(home: Path, *words: str, **more: str) -> subprocess.Popen[bytes]:
    with (home / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--no-dashboard"],
            env=environment(home, **more),
            cwd=home,
            stdout=log,
            stderr=log,
        )


@contextlib.contextmanager
def cluster(home: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a scheduler and workers as processes; yield the address and the workers."""
    found = home / "scheduler.json"
    quick = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}
    named = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(found))
    running = [_dask(home, "scheduler", *named, **quick)]
    try:
        until = time.monotonic() + 120
        while not found.exists() or not found.read_text(encoding="utf-8").strip().endswith("}"):
            assert time.monotonic() < until, (home / "scheduler.log").read_text(encoding="utf-8")
            time.sleep(0.05)
        address = json.loads(found.read_text(encoding="utf-8"))["address"]
        alone = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        running += [_dask(home, "worker", address, *alone, **quick) for _ in range(workers)]
        yield address, running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def run_in(output: Path, **fields: object) -> TaggingRun:
    """Say what a run into the directory wants, with the shipped model."""
    model = shipped_model()
    text = model_text(model)
    path = output / ".tagging" / "shipped.model"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    usual = {
        "output": str(output),
        "model_file": str(path),
        "model_text": text_hash(text),
        "model": model.hash,
        "topics": tuple((one.name, one.threshold) for one in model.topics.values()),
        "columns": None,
        "keep": False,
        "evidence": False,
        "batch": 16,
        "version": __version__,
    }
    return TaggingRun(**{**usual, **fields})
