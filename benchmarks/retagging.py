"""Time a new topic on 100,000 papers, a stop and readers meanwhile, and import with four topics.

Commands run as processes of their own, whose CPU time and peak memory the system counts. What
reads meanwhile does so in this process: a keep waits for the lock, a look at the picks for nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from papertriage import clock
from papertriage.cache import picks
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, new_line
from papertriage.cache.topics import topic_rows
from papertriage.models import Filters
from papertriage.topics.labelled import Text
from papertriage.triage.choosing import reader_day
from papertriage.triage.teaching.followed import shipped_model
from reading import fill
from startup import papers
from topics import matrix_product

_MILLION = 1_000_000
_RETAG_SECONDS, _RETAG_MEMORY = 360, 1_000
_IMPORT_RATE, _IMPORTED = 2_500, 40_000
_DAY, _DAY_SECONDS, _DAY_MEMORY, _SEEN_TWICE = 800, 1.5, 150, 100
# A transaction is 20 ms; what is above that is other processes' work on the same cores.
_WAIT = 500
_LOG = 64
_AGAIN = 25_000
"""How many papers a run that was killed may tag twice: the newest, and a page."""
_TOPIC = "few-shot learning"
_ADD = ("topics", "add", _TOPIC, "-p", "few-shot", "-p", "meta-learning", "--yes")


# A process begins as a copy of the one that starts it, whose memory would count as its own: so a
# small one starts it.
_COUNTED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(done.returncode)
"""


class Line(NamedTuple):
    """A figure beside its limit, which it must not pass; with at_least, which it must reach."""

    what: str
    ours: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Say whether the limit is kept."""
        return self.ours >= self.limit if self.at_least else self.ours <= self.limit

    def text(self) -> str:
        """Return the line of the table."""
        sign, verdict = (">=" if self.at_least else "<="), ("" if self.reached else "  MISSED")
        return (
            f"{self.what:<46} {self.ours:10,.1f} {sign} {self.limit:<9,.6g} {self.unit:<9}"
            f" {self.ours / self.limit:5.2f}{verdict}"
        )


class Used(NamedTuple):
    """CPU seconds of a process, user and system, and the most memory it held, in MB."""

    seconds: float
    memory: float


def ran(home: Path, *words: str) -> Used:
    """Run papertriage on a cache, which must succeed, and return what it used."""
    command = [sys.executable, "-c", _COUNTED, sys.executable, "-m", "papertriage", *words]
    environment = {**os.environ, "PAPERTRIAGE_HOME": str(home)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    seconds, memory = map(float, done.stdout.split())
    # Linux counts in KiB, macOS in bytes.
    return Used(seconds, memory / (1024 if sys.platform == "linux" else 1024 * 1024))


def started(home: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start papertriage on a cache, saying nothing."""
    command = [sys.executable, "-m", "papertriage", *words]
    environment = {**os.environ, "PAPERTRIAGE_HOME": str(home)}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """Yield a folder with a copy of a cache, so that it may be kept as it is."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(home / "cache.db", Path(folder) / "cache.db")
        yield Path(folder)


def reached(home: Path) -> Mapping[str, int]:
    """Return how far the tags of each topic are."""
    with opened(home / "cache.db") as connection:
        return {row.name: row.tagged_to for row in topic_rows(connection)}


def stale(home: Path, *names: str) -> None:
    """Make the tags of some topics those of an older model."""
    with opened(home / "cache.db") as connection:
        marks = ", ".join("?" * len(names))
        connection.execute(f"UPDATE topics SET tagged_to = 0 WHERE name IN ({marks})", names)  # noqa: S608 - our marks


def of_a_million(used: Used, again: Used, number: int) -> float:
    """Project CPU seconds: what a paper more costs is what retagging costs on average."""
    return used.seconds + again.seconds / number * (_MILLION - number)


def new_topic(home: Path, number: int) -> Iterator[Line]:
    """Time a topic that is added, as a user does it, and the tags of one and of four topics."""
    added = ran(home, *_ADD)
    stale(home, _TOPIC)
    with opened(home / "cache.db") as connection:
        connection.execute("UPDATE topics SET tagged_to = ? WHERE name != ?", (number, _TOPIC))
    one = ran(home, "topics", "retag")
    stale(home, *shipped_model().topics)
    four = ran(home, "topics", "retag")
    for what, used in (("a new topic", added), ("one topic again", one), ("four topics", four)):
        sys.stdout.write(f"  {what}, {number:,}: {used.seconds:.1f} s, {used.memory:.0f} MB\n")
    most = max(one.memory, four.memory)
    yield Line("a new topic, CPU, 1 M", of_a_million(added, one, number), _RETAG_SECONDS, "s")
    yield Line("a new topic, peak memory", added.memory, _RETAG_MEMORY, "MB")
    yield Line("one topic again, CPU, 1 M", of_a_million(one, one, number), _RETAG_SECONDS, "s")
    yield Line("four topics again, CPU, 1 M", of_a_million(four, four, number), _RETAG_SECONDS, "s")
    yield Line("retagging, peak memory", most, _RETAG_MEMORY, "MB")


def stopped(home: Path, number: int) -> Iterator[Line]:
    """Kill a run in the middle, with readers beside it, and look at where the next one begins."""
    stale(home, _TOPIC)
    process = started(home, "topics", "retag")
    keeps, looks, log = beside(home, process, number // 2)
    process.kill()
    process.wait()
    before = reached(home)[_TOPIC]
    begun = ran(home, "topics", "retag")
    left = number - before
    stale(home, _TOPIC)
    whole = ran(home, "topics", "retag")
    sys.stdout.write(
        f"  killed at {before:,}; the rest took {begun.seconds:.1f} s of {whole.seconds:.1f} s;"
        f" median wait of {len(keeps)} keeps {statistics.median(keeps):.1f} ms\n"
    )
    share = begun.seconds / whole.seconds * number - left
    yield Line("papers tagged twice after a kill", max(share, 0.0), _AGAIN, "papers")
    yield Line("longest wait of a keep", max(keeps), _WAIT, "ms")
    yield Line("longest look at the day's picks", max(looks), _WAIT, "ms")
    yield Line("longest write-ahead log", log, _LOG, "MB")


def beside(
    home: Path, process: subprocess.Popen[bytes], upto: int
) -> tuple[list[float], list[float], float]:
    """Keep papers and read picks until a run is so far; return ms of both, and MB of the log."""
    keeps: list[float] = []
    looks: list[float] = []
    log, today = 0.0, reader_day(clock.local_day(datetime.now(tz=UTC)))
    wal = home / "cache.db-wal"
    with opened(home / "cache.db") as connection:
        rows = connection.execute("SELECT id FROM papers WHERE key % 97 = 5 LIMIT 5000")
        ids = [row["id"] for row in rows]
        while process.poll() is None and reached(home)[_TOPIC] < upto:
            at = clock.fine_stamp(datetime.now(tz=UTC))
            begun = time.perf_counter()
            decide(connection, [ids[len(keeps) % len(ids)]], "keep", at=at, new_line=new_line)
            keeps.append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
            picks.candidates(connection, today, Filters(limit=10), again=False)
            looks.append((time.perf_counter() - begun) * 1000)
            log = max(log, wal.stat().st_size / 1e6 if wal.exists() else 0.0)
            time.sleep(0.02)
    return keeps, looks, log


def imported(data: Path, folder: Path) -> Iterator[Line]:
    """Time an import with four topics beside scikit-learn's transform and product."""
    file = folder / "papers.jsonl"
    found = list(islice(papers(data, _IMPORTED), _IMPORTED))
    file.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    turns = []
    for turn in range(2):
        home = folder / f"import-{turn}"
        home.mkdir()
        turns.append(ran(home, "import", str(file)))
    used = min(turns)
    rate = len(found) / used.seconds
    texts = [Text(str(one["title"]), str(one["abstract"])) for one in found]
    product = matrix_product(texts[::4], shipped_model())
    begun = time.process_time()
    product(texts[1::4])
    peer = len(texts[1::4]) / (time.process_time() - begun)
    sys.stdout.write(
        f"  transform and product, alone: {peer:,.0f} papers/s, ours beside it {rate / peer:.2f};"
        f" import: {used.memory:.0f} MB\n"
    )
    yield Line("import with four topics", rate, _IMPORT_RATE, "papers/s", at_least=True)


def a_day(home: Path, data: Path, folder: Path) -> Iterator[Line]:
    """Time 800 papers that come to the cache, an eighth of them under a second id as well."""
    new = [
        {**one, "id": f"day:{place}", "title": f"Seen today: {one['title']}"}
        for place, one in enumerate(papers(data, _DAY))
    ]
    twice = [{**one, "id": f"other:{place}"} for place, one in enumerate(new[:_SEEN_TWICE])]
    file = folder / "day.jsonl"
    lines = [json.dumps(one) + "\n" for one in [*new[: _DAY - _SEEN_TWICE], *twice]]
    file.write_text("".join(lines), encoding="utf-8")
    used = ran(home, "import", str(file))
    yield Line("a day's 800 papers, CPU", used.seconds, _DAY_SECONDS, "s")
    yield Line("a day's 800 papers, peak memory", used.memory, _DAY_MEMORY, "MB")


def main(arguments: list[str]) -> int:
    """Print each figure beside its limit; exit code 1 says that one is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--papers", type=int, default=100_000, metavar="N")
    parser.add_argument("--caches", type=Path, metavar="DIR", help="keep the cache here")
    given = parser.parse_args(arguments)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as temporary:
        kept = (given.caches or Path(temporary)) / str(given.papers)
        fill(kept, given.data, given.papers, None)
        sys.stdout.write(f"{'':<46} {'ours':>10}    {'limit':<9} {'':<9} ratio\n")
        with copied(kept) as home:
            for part in (
                new_topic(home, given.papers),
                stopped(home, given.papers),
                imported(given.data, Path(temporary)),
                a_day(home, given.data, Path(temporary)),
            ):
                for line in part:
                    sys.stdout.write(line.text() + "\n")
                    sys.stdout.flush()
                    lines.append(line)
    return 0 if all(line.reached for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
