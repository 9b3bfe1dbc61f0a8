"""Print the CPU time of a cold `papertriage today --json` beside that of a bare script.

Both read the same cache of 100,000 papers. The bare script imports typer and sqlite3 and prints
20 rows: what no command line of this kind can do without. The two run by turns, so that a busy
machine slows both. The cache is made once, through `papertriage import`, and kept where --cache
says.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PAPERS = 100_000
RUNS = 15
LIMIT = 1.25
_DAYS = 365

BARE = """
import sqlite3, sys
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)

@app.command()
def rows(cache: str) -> None:
    connection = sqlite3.connect(cache)
    query = "SELECT id, title, day FROM papers ORDER BY day DESC, key LIMIT 20"
    for row in connection.execute(query):
        print(*row)

app()
"""


def corpus(data: Path) -> Iterator[dict[str, object]]:
    """Yield the abstracts of the corpus as papers that papertriage imports."""
    for path in sorted((data / "corpus").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                own = json.loads(line)
                yield {
                    "id": own["id"],
                    "title": own["title"],
                    "abstract": own["abstract"],
                    "authors": own["authors"].split(";"),
                }


def papers(data: Path, number: int) -> Iterator[dict[str, object]]:
    """Yield so many papers: the corpus, then recombinations of its sentences, always the same."""
    chance = random.Random(20261123)  # noqa: S311 - for choosing, not for secrets
    real: list[dict[str, object]] = []
    sentences: list[list[str]] = []
    for paper in corpus(data):
        if len(real) == number:
            return
        real.append(paper)
        sentences.append(re.split(r"(?<=[.?!]) ", str(paper["abstract"])))
        yield paper
    for count in range(len(real), number):
        one, other = chance.randrange(len(real)), chance.randrange(len(real))
        first, second = real[one], real[other]
        title = f"{first['title']}, {str(second['title']).lower()}"
        abstract = " ".join(sentences[one][::2] + sentences[other][1::2])
        authors = first["authors"]
        yield {"id": f"made:{count}", "title": title, "abstract": abstract, "authors": authors}


def dated(all_papers: Iterator[dict[str, object]], today: int) -> Iterator[dict[str, object]]:
    """Spread the papers over the year before today (seconds since 1970)."""
    for count, paper in enumerate(all_papers):
        moment = time.gmtime(today - count % _DAYS * 86_400)
        yield {**paper, "published": time.strftime("%Y-%m-%dT00:00:00Z", moment)}


def papertriage(home: Path, *words: str, **streams: object) -> None:
    """Run papertriage with its cache in home."""
    command = [sys.executable, "-m", "papertriage", *words]
    environment = {**os.environ, "PAPERTRIAGE_HOME": str(home)}
    subprocess.run(command, env=environment, check=True, **streams)  # type: ignore[call-overload]  # stdin or stdout


def fill(home: Path, data: Path, number: int) -> None:
    """Make the cache, if it is not there."""
    if (home / "filled").exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    lines = home / "papers.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for paper in dated(papers(data, number), int(time.time())):
            file.write(json.dumps(paper) + "\n")
    begun = time.perf_counter()
    with (home / "import.log").open("w") as log:
        papertriage(home, "import", str(lines), stderr=log)
    lines.unlink()
    (home / "filled").touch()
    print(f"imported {number:,} papers in {time.perf_counter() - begun:.0f} s (wall)")


def cpu(command: list[str], home: Path) -> float:
    """Return the CPU milliseconds, user and system, of one cold process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PAPERTRIAGE_HOME": str(home)}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000


def measure(home: Path, runs: int) -> tuple[float, float]:
    """Return the medians of papertriage and of the bare script, run by turns."""
    console_script = str(Path(sys.executable).with_name("papertriage"))
    bare_script = home / "bare.py"
    bare_script.write_text(BARE, encoding="utf-8")
    ours = [console_script, "today", "--json"]
    bare = [sys.executable, str(bare_script), str(home / "cache.db")]
    # The first run chooses the day's picks; the first of both fills the disk's cache.
    cpu(ours, home)
    cpu(bare, home)
    pairs = [(cpu(ours, home), cpu(bare, home)) for _ in range(runs)]
    return statistics.median(own for own, _ in pairs), statistics.median(b for _, b in pairs)


def main() -> int:
    """Print both times and their ratio; fail when it is above the limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--papers", type=int, default=PAPERS, metavar="N")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep the cache here")
    given = parser.parse_args()
    if not (given.data / "corpus").is_dir():
        print(f"no abstracts in {given.data}/corpus: name their directory with --data")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        home = given.cache or Path(temporary)
        fill(home, given.data, given.papers)
        ours, bare = measure(home, given.runs)
    print(f"CPU ms of a cold process, median of {given.runs}, {given.papers:,} papers")
    print(f"papertriage today --json  {ours:6.1f}")
    print(f"bare typer and sqlite3    {bare:6.1f}")
    print(f"ratio                     {ours / bare:6.2f}  (limit {LIMIT})")
    return 0 if ours <= LIMIT * bare else 1


if __name__ == "__main__":
    sys.exit(main())
