"""Time today, search and similar on caches of 10,000 to 3,000,000 papers, beside bare scripts.

Papers are real abstracts, then recombinations of their sentences by a seeded generator. The caches
are filled by SQL, because only reading is timed here: a recombined paper carries the tags of the
paper that it begins with.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from papertriage import clock
from papertriage.cache.alike import alike
from papertriage.cache.connection import last_key, opened
from papertriage.cache.eligible import Condition
from papertriage.cache.indexing import index, merge_pieces
from papertriage.cache.listing import papers_by_id, search_papers
from papertriage.cache.packing import packed
from papertriage.models import Filters, Paper, TopicScore
from papertriage.ranking.merit import merit
from papertriage.triage.teaching.followed import topic_scorer
from startup import BARE, papers

_RUNS = 11
_QUERIES = 200
_PROCESSES, _TIMES = 60, 3
_DAYS = 365
_AT_ONCE = 10_000
_JOINTS = {" ": "all words", " OR ": "any word"}
_STOP_WORDS = frozenset(("and", "for", "from", "into", "the", "via", "with", "using", "its"))
_BARE_TABLE = BARE.replace(
    "    for row in connection.execute(query):\n        print(*row)\n",
    "    from rich.console import Console\n    from rich.table import Table\n"
    "    table = Table()\n    for name in ('id', 'title', 'day'):\n        table.add_column(name)\n"
    "    for row in connection.execute(query):\n        table.add_row(*map(str, row))\n"
    "    Console(force_terminal=True, width=100).print(table)\n",
)
# A terminal of 100 columns on standard output, as a person has it.
_ON_TERMINAL = (
    "import os, pty, sys\n"
    "os.environ['COLUMNS'] = '100'\n"
    "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 65536))))\n"
)


class Line(NamedTuple):
    """A figure beside its limit."""

    what: str
    ours: float
    beside: float
    most: float
    unit: str

    def text(self) -> str:
        """Return the line of the table."""
        ratio = self.ours / self.beside
        verdict = "" if ratio <= self.most else "  MISSED"
        return (
            f"{self.what:<44} {self.ours:9.1f} {self.beside:9.1f} {self.unit:<8}"
            f" {ratio:6.2f} <= {self.most:g}{verdict}"
        )


def fill(home: Path, data: Path, number: int, smaller: Path | None) -> None:
    """Make a cache of so many papers, if it is not there, by going on from a smaller one."""
    if (home / "filled").exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    (home / "cache.db").unlink(missing_ok=True)
    if smaller:
        shutil.copyfile(smaller / "cache.db", home / "cache.db")
    os.environ["PAPERTRIAGE_HOME"] = str(home)
    today = int(time.time())
    with opened(home / "cache.db") as connection:
        score = topic_scorer(connection)
        last = last_key(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        topics = {name: key for key, name in connection.execute("SELECT key, name FROM topics")}
        tags: dict[str, Sequence[TopicScore]] = {}
        for key, one in enumerate(papers(data, number), start=1):
            title = str(one["title"])
            first = title.partition(", ")[0]
            if len(tags) < 20_000 and key < 20_000:
                (tags[title],) = score([Paper(str(one["id"]), title, str(one["abstract"]))])
            if key <= last:
                continue
            _insert(connection, key, one, today - key % _DAYS * 86_400)
            _tag(connection, key, tags.get(title) or tags.get(first) or (), topics, today)
            # As an import does: what it leaves in pieces is what a search reads.
            if key % _AT_ONCE == 0:
                connection.execute("COMMIT")
                index(connection)
                connection.execute("BEGIN")
        connection.execute("COMMIT")
        index(connection)
        merge_pieces(connection, number)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (home / "filled").touch()


def _insert(connection: sqlite3.Connection, key: int, one: dict[str, object], moment: int) -> None:
    day = time.strftime("%Y-%m-%d", time.gmtime(moment))
    came = f"{day}T00:00:00Z"
    authors = json.dumps(one["authors"], ensure_ascii=False)
    connection.execute(
        "INSERT INTO papers (key, id, title, abstract, authors, categories, published, came, day)"
        " VALUES (?, ?, ?, ?, ?, '[]', ?, ?, ?)",
        (key, one["id"], one["title"], packed(str(one["abstract"])), authors, came, came, day),
    )


def _tag(
    connection: sqlite3.Connection,
    key: int,
    scores: Sequence[TopicScore],
    topics: dict[str, int],
    today: int,
) -> None:
    came = clock.stamp(clock.from_epoch(today - key % _DAYS * 86_400))
    connection.executemany(
        "INSERT INTO tags (paper, topic, score, tagged, merit, evidence) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key, topics[s.topic], s.score, s.tagged, merit(s.score, came), json.dumps(s.evidence))
            for s in scores
        ],
    )


def cold(command: list[str], home: Path) -> float:
    """Return the CPU milliseconds, user and system, of one cold process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PAPERTRIAGE_HOME": str(home)}
    subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000


def by_turns(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """Return the medians of two timings that run by turns, after one run of each."""
    one()
    other()
    pairs = [(one(), other()) for _ in range(_RUNS)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def start_up(home: Path, name: str) -> Iterator[Line]:
    """Time a cold today, as JSON, plain and as a table, beside bare scripts that print 20 rows."""
    script = str(Path(sys.executable).with_name("papertriage"))
    on_terminal = [sys.executable, "-c", _ON_TERMINAL]
    cases: tuple[tuple[str, list[str], str, list[str]], ...] = (
        ("today --json", [script, "today", "--json"], BARE, []),
        ("today, plain", [script, "today"], BARE, []),
        ("today as a table", [script, "today"], _BARE_TABLE, on_terminal),
    )
    for what, words, bare, around in cases:
        peer = home / "bare.py"
        peer.write_text(bare, encoding="utf-8")
        theirs = [sys.executable, str(peer), str(home / "cache.db")]
        ours, beside = by_turns(
            lambda words=words, around=around: cold([*around, *words], home),  # type: ignore[misc]  # bound now
            lambda theirs=theirs, around=around: cold([*around, *theirs], home),  # type: ignore[misc]  # bound now
        )
        yield Line(f"{what}, {name}", ours, beside, 1.25, "ms")


def queries(connection: sqlite3.Connection) -> list[list[str]]:
    """Return words of real titles, two to four of each."""
    chance = random.Random(20261123)  # noqa: S311 - for choosing, not for secrets
    rows = connection.execute("SELECT title FROM papers WHERE key < 80000 AND key % 97 = 3")
    wanted = []
    for (title,) in rows.fetchall():
        words = [w for w in re.findall(r"[a-z]{3,}", title.lower()) if w not in _STOP_WORDS]
        if len(words) > 1:
            wanted.append(chance.sample(words, min(len(words), chance.choice([2, 3, 3, 4]))))
    return chance.sample(wanted, min(_QUERIES, len(wanted)))


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def timed(run: Callable[[], object]) -> float:
    """Return CPU milliseconds of this process."""
    begun = time.process_time()
    run()
    return (time.process_time() - begun) * 1000


def searches(home: Path, name: str, *, large: bool) -> Iterator[Line]:
    """Time searches at the 95th percentile in one process, FTS5's bm25 for comparison."""
    most = {" ": 50 if large else 20, " OR ": 100}
    with opened(home / "cache.db") as connection:
        wanted = queries(connection)
        for joint, what in _JOINTS.items():
            texts = [joint.join(words) for words in wanted]
            for _ in range(2):
                ours = [timed(partial(_found, connection, text)) for text in texts]
            yield Line(f"search, {what}, p95, warm, {name}", p95(ours), most[joint], 1, "ms")
        if not large:
            match = [" ".join(f'"{word}"' for word in words) for words in wanted[:60]]
            sql = (
                "SELECT rowid FROM papers_index WHERE papers_index MATCH ?"
                " ORDER BY bm25(papers_index, 1.0, 8.0, 4.0) LIMIT 20"
            )
            plain = [
                timed(lambda text=text: connection.execute(sql, (text,)).fetchall())  # type: ignore[misc]  # bound now
                for text in match
            ]
            sys.stdout.write(f"  FTS5's own bm25, all words, p95, {name}: {p95(plain):.1f} ms\n")
        ids = [row[0] for row in connection.execute("SELECT id FROM papers LIMIT 120 OFFSET 500")]
        held = [one.paper for one in papers_by_id(connection, ids).values()]
        for _ in range(2):
            times = [
                timed(lambda one=one: list(alike(connection, one, Condition("1"), 20)))  # type: ignore[misc]  # bound now
                for one in held
            ]
        yield Line(f"similar, p95, warm, {name}", p95(times), 30, 1, "ms")
    asked = {
        **{
            f"search, {what}": (most[joint], [["search", joint.join(words)] for words in wanted])
            for joint, what in _JOINTS.items()
        },
        "similar": (30, [["similar", one] for one in ids]),
    }
    for what, (limit, commands) in asked.items():
        # A new process, not a cold disk: what the system may have let go is read again.
        with (home / "cache.db").open("rb") as file:
            while file.read(1 << 24):
                pass
        beyond = new_processes(home, commands[:_PROCESSES])
        yield Line(f"{what}, p95, new process, {name}", beyond, limit, 1, "ms")


def new_processes(home: Path, commands: list[list[str]]) -> float:
    """Return what commands take beyond the start, at the 95th percentile, each a new process.

    The start is a bare typer and sqlite3 script that prints 20 rows, run by turns with them. Each
    is run three times, and the quickest counts: the others tell of the machine.
    """
    script = str(Path(sys.executable).with_name("papertriage"))
    peer = home / "bare.py"
    peer.write_text(BARE, encoding="utf-8")
    start = [sys.executable, str(peer), str(home / "cache.db")]
    beyond = []
    for words in commands:
        pairs = [(cold(start, home), cold([script, *words, "--json"], home)) for _ in range(_TIMES)]
        beyond.append(min(own for _, own in pairs) - min(bare for bare, _ in pairs))
    return p95(beyond)


def main(arguments: list[str]) -> int:
    """Print each figure beside what it must reach; exit code 1 says that one does not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--sizes", default="10000,1000000,3000000", metavar="N,N")
    parser.add_argument("--caches", type=Path, metavar="DIR", help="keep the caches here")
    given = parser.parse_args(arguments)
    sizes = sorted(int(size) for size in given.sizes.split(","))
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as temporary:
        place = given.caches or Path(temporary)
        homes = {size: place / str(size) for size in sizes}
        smaller = None
        for size, home in homes.items():
            begun = time.process_time()
            fill(home, given.data, size, smaller)
            smaller = home
            made = (home / "cache.db").stat().st_size / 1e9
            spent = time.process_time() - begun
            sys.stdout.write(f"{size:,} papers: {made:.2f} GB, made in {spent:.0f} s of CPU\n")
        sys.stdout.write(f"{'':<44} {'ours':>9} {'beside':>9} {'':<8}  ratio\n")
        for size, home in homes.items():
            if size > sizes[0] or len(sizes) == 1:
                new = [*start_up(home, f"{size:,}"), *searches(home, f"{size:,}", large=size > 2e6)]
                for line in new:
                    sys.stdout.write(line.text() + "\n")
                lines += new
        if len(sizes) > 1:
            script = str(Path(sys.executable).with_name("papertriage"))
            small, large = homes[sizes[0]], homes[sizes[-1]]
            many, few = by_turns(
                lambda: cold([script, "today", "--json"], large),
                lambda: cold([script, "today", "--json"], small),
            )
            lines.append(Line(f"today, {sizes[-1]:,} beside {sizes[0]:,}", many, few, 1.1, "ms"))
            sys.stdout.write(lines[-1].text() + "\n")
    return 0 if all(line.ours <= line.most * line.beside for line in lines) else 1


def _found(connection: sqlite3.Connection, text: str) -> object:
    return list(search_papers(connection, text, Filters(limit=20)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
