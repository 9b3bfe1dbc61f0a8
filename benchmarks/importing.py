"""Time the import of 1,000,000 papers beside sqlite3 executemany and an index built once.

The bare script stores the same fields under the same keys and indexes, and knows no paper again.
Both are whole processes, of which the system tells the CPU time, one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import NamedTuple

from startup import papers

WANTED = 0.9
AGAIN = 60_000
BYTES = 2_000
IMPORT = [str(Path(sys.executable).with_name("papertriage")), "import", "--no-tags"]
# 1,000,000 papers from 2010 to 2026.
_A_MONTH = 5_000
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_CATEGORIES = ["cs.LG", "stat.ML", "cs.CL", "cs.CV", "math.ST", "cs.AI", "quant-ph", "hep-th"]
_SCHEMA = """
CREATE TABLE papers (
    key INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, abstract TEXT, authors TEXT,
    came TEXT, day TEXT, published TEXT, version TEXT, doi TEXT, comment TEXT
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX papers_by_came ON papers (came);
CREATE VIRTUAL TABLE papers_index USING fts5 (title, abstract, authors, content = 'papers',
    content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2');
"""
# What a snapshot says beside these.
_CATEGORISED = """
CREATE TABLE paper_categories (
    paper TEXT, category TEXT, PRIMARY KEY (paper, category)
) WITHOUT ROWID;
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);
CREATE INDEX papers_by_doi ON papers (doi) WHERE doi IS NOT NULL;
"""
_INSERT = (
    "INSERT OR IGNORE INTO papers (id, title, abstract, authors, came, day, published, version,"
    " doi, comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INDEX = (
    "INSERT INTO papers_index (rowid, title, abstract, authors)"
    " SELECT key, title, abstract, authors FROM papers"
)


class Ran(NamedTuple):
    """CPU seconds, megabytes at most, and the last line that was said."""

    cpu: float
    memory: float
    said: str


def json_lines(data: Path, target: Path, number: int) -> None:
    """Write real papers, and recombinations of their sentences, as JSON lines."""
    with target.open("w", encoding="utf-8") as out:
        for paper in papers(data, number):
            out.write(json.dumps(paper) + "\n")


def rows(file: Path, categories: list[tuple[str, str]]) -> Iterator[tuple[str | None, ...]]:
    """Yield the columns that the bare script stores, and collect (id, category) of a snapshot."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            versions = paper.get("versions") or [{}]
            if "categories" in paper:
                categories += [(paper["id"], name) for name in paper["categories"].split()]
            yield (
                *(paper["id"], paper["title"], paper["abstract"], json.dumps(paper["authors"])),
                *("2026-11-23T08:00:00Z", "2026-11-23"),
                *(versions[0].get("created"), versions[-1].get("version")),
                *(paper.get("doi"), paper.get("comments")),
            )


def bare(file: Path, cache: Path, *, categorised: bool) -> None:
    """Store all rows by executemany, then build the index once."""
    connection = sqlite3.connect(cache)
    connection.executescript(f"PRAGMA journal_mode = WAL;{_SCHEMA}")
    if categorised:
        connection.executescript(_CATEGORISED)
    categories: list[tuple[str, str]] = []
    with connection:
        connection.executemany(_INSERT, rows(file, categories))
    if categories:
        with connection:
            connection.executemany(
                "INSERT OR IGNORE INTO paper_categories (paper, category) VALUES (?, ?)",
                categories,
            )
    with connection:
        connection.execute(_INDEX)
    connection.close()


def snapshot(file: Path, target: Path) -> None:
    """Write the papers of JSON lines again, as lines of arXiv's metadata snapshot."""
    with file.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            paper = json.loads(line)
            names = paper["authors"]
            names = names.split(", ") if isinstance(names, str) else names
            month, rest = divmod(number, _A_MONTH)
            year, month = divmod(month, 12)
            created = f"{1 + number % 28} {_MONTHS[month]} {2010 + year} 18:59:59 GMT"
            fields = {
                "id": f"{10 + year:02}{month + 1:02}.{rest:05}",
                "submitter": names[0] if names else None,
                "authors": ", ".join(names),
                "title": paper["title"],
                "comments": "12 pages, 3 figures",
                "journal-ref": None,
                "doi": f"10.1000/zz.{number}" if number % 2 else None,
                "report-no": None,
                "categories": " ".join(_CATEGORIES[number % 7 :][: 1 + number % 3]),
                "license": None,
                "abstract": f"  {fill(paper['abstract'], 79)}\n",
                "versions": [{"version": "v1", "created": f"Mon, {created}"}],
                "update_date": f"{2010 + year}-{month + 1:02}-{1 + number % 28:02}",
                "authors_parsed": [
                    [name.rpartition(" ")[2], name.rpartition(" ")[0], ""] for name in names
                ],
            }
            out.write(json.dumps(fields) + "\n")


def ran(command: list[str], home: Path) -> Ran:
    """Run a command to its end."""
    with subprocess.Popen(
        command,
        env={**os.environ, "PAPERTRIAGE_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stderr.read() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(said)
    lines = [line for line in said.splitlines() if "complete" in line]
    return Ran(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, (lines or [""])[-1])


def pair(file: Path, folder: Path, count: int, *, categorised: bool) -> tuple[float, Path]:
    """Import by the bare script and by papertriage; return their ratio, as a rate, and our home."""
    home, cache = folder / file.stem, folder / f"{file.stem}.db"
    given = ["--bare", str(file), str(cache), *(["--categorised"] if categorised else [])]
    peer = ran([sys.executable, __file__, *given], home)
    cache.unlink()
    own = ran([*IMPORT, str(file)], home)
    sys.stdout.write(
        f"executemany, index built once     {count / peer.cpu:>10,.0f} papers/s\n"
        f"papertriage import --no-tags      {count / own.cpu:>10,.0f} papers/s, {own.said}\n"
        f"ratio (at least {WANTED:g})              {peer.cpu / own.cpu:>10.2f}\n"
        f"cache                             {(home / 'cache.db').stat().st_size / count:>10,.0f}"
        f" bytes a paper (at most {BYTES:,})\n"
        f"peak memory                       {own.memory:>10,.0f} MB\n"
    )
    return peer.cpu / own.cpu, home


def main(arguments: list[str]) -> int:
    """Print papers a CPU second of both, their ratio, and the rate of importing again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--papers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=Path, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--categorised", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.write:
        json_lines(given.data, given.write, given.papers)
        return 0
    if given.bare:
        bare(*given.bare, categorised=given.categorised)
        return 0
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file, count = folder / "papers.jsonl", given.papers
        # By a process of its own: what this one holds would count as its children's memory.
        write = ["--data", str(given.data), "--papers", str(count), "--write", str(file)]
        ran([sys.executable, __file__, *write], folder)
        sys.stdout.write(f"{count:,} papers as JSON lines\n")
        ratio, home = pair(file, folder, count, categorised=False)
        again = ran([*IMPORT, str(file)], home)
        sys.stdout.write(
            f"import again                      {count / again.cpu:>10,.0f} papers/s"
            f" (at least {AGAIN:,})\n"
        )
        size = (home / "cache.db").stat().st_size / count
        arxiv = folder / "snapshot.json"
        snapshot(file, arxiv)
        sys.stdout.write(f"{count:,} papers as arXiv's snapshot\n")
        of_arxiv, _ = pair(arxiv, folder, count, categorised=True)
    reached = min(ratio, of_arxiv) >= WANTED and count / again.cpu >= AGAIN and size <= BYTES
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
