"""Time the import of 1,000,000 papers beside sqlite3 executemany and an index built once.

The bare script stores the same fields under the same key and indexes, and knows no paper again.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

from papertriage.cache.connection import made_for_much, opened
from papertriage.cache.runs import is_stored
from papertriage.models import Receipt
from papertriage.sources.files import read_file
from papertriage.triage.storing import store_all
from startup import papers

# What is wanted is 0.9; what must not be lost is this.
WANTED, LIMIT = 0.9, 0.5
AGAIN = 60_000
BYTES = 2_000
_SNAPSHOT = 80_000
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
_SCHEMA = """
CREATE TABLE papers (
    key INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, abstract TEXT, authors TEXT,
    came TEXT, day TEXT
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX papers_by_came ON papers (came);
CREATE VIRTUAL TABLE papers_index USING fts5 (title, abstract, authors, content = 'papers',
    content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2');
"""
_INDEX = (
    "INSERT INTO papers_index (rowid, title, abstract, authors)"
    " SELECT key, title, abstract, authors FROM papers"
)


def json_lines(data: Path, target: Path, number: int) -> None:
    """Write real papers, and recombinations of their sentences, as JSON lines."""
    with target.open("w", encoding="utf-8") as out:
        for paper in papers(data, number):
            out.write(json.dumps(paper) + "\n")


def rows(file: Path) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the columns that the bare script stores."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            yield (
                *(paper["id"], paper["title"], paper["abstract"], json.dumps(paper["authors"])),
                *("2026-11-23T08:00:00Z", "2026-11-23"),
            )


def bare(file: Path, cache: Path) -> float:
    """Store all rows by executemany, then build the index once; return CPU seconds."""
    begun = time.process_time()
    connection = sqlite3.connect(cache)
    connection.executescript("PRAGMA journal_mode = WAL;" + _SCHEMA)
    with connection:
        connection.executemany(
            "INSERT OR IGNORE INTO papers (id, title, abstract, authors, came, day)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            rows(file),
        )
    with connection:
        connection.execute(_INDEX)
    connection.close()
    return time.process_time() - begun


def snapshot(file: Path, target: Path) -> None:
    """Write the first papers of JSON lines again, as lines of arXiv's metadata snapshot."""
    with file.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(islice(lines, _SNAPSHOT)):
            paper = json.loads(line)
            names = paper["authors"]
            names = names.split(", ") if isinstance(names, str) else names
            month, rest = divmod(number, 10_000)
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
                "categories": "cs.LG stat.ML",
                "license": None,
                "abstract": f"  {fill(paper['abstract'], 79)}\n",
                "versions": [{"version": "v1", "created": f"Mon, {created}"}],
                "update_date": f"{2010 + year}-{month + 1:02}-{1 + number % 28:02}",
                "authors_parsed": [
                    [name.rpartition(" ")[2], name.rpartition(" ")[0], ""] for name in names
                ],
            }
            out.write(json.dumps(fields) + "\n")


def ours(file: Path, cache: Path) -> tuple[float, Receipt]:
    """Import without tagging; return CPU seconds and the receipt."""
    begun = time.process_time()
    with opened(cache) as connection, made_for_much(connection):
        receipt = store_all(
            connection,
            read_file(str(file), None, None, _NOW.date(), partial(is_stored, connection)),
            score=lambda papers: [()] * len(papers),
            receipt=Receipt("2026-11-23T08:00:00Z", "file", file.name, "complete"),
            now=lambda: _NOW,
            advance=lambda _stored, _total: None,
        )
    return time.process_time() - begun, receipt


def main(arguments: list[str]) -> int:
    """Print papers a CPU second of both, their ratio, and the rate of importing again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--papers", type=int, default=1_000_000, metavar="N")
    given = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        file, count = Path(folder) / "papers.jsonl", given.papers
        json_lines(given.data, file, count)
        peer = bare(file, Path(folder) / "bare.db")
        cpu, receipt = ours(file, Path(folder) / "cache.db")
        again, repeated = ours(file, Path(folder) / "cache.db")
        size = (Path(folder) / "cache.db").stat().st_size / count
        arxiv = Path(folder) / "snapshot.json"
        snapshot(file, arxiv)
        of_arxiv, taken = ours(arxiv, Path(folder) / "arxiv.db")
        arxiv_size = (Path(folder) / "arxiv.db").stat().st_size / min(count, _SNAPSHOT)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = peer / cpu
    sys.stdout.write(
        f"papers                            {count:>10,}\n"
        f"executemany, index built once     {count / peer:>10,.0f} papers/s\n"
        f"papertriage import, untagged      {count / cpu:>10,.0f} papers/s"
        f" ({receipt.new:,} new, {receipt.merged:,} merged)\n"
        f"ratio (wanted {WANTED:g}, at least {LIMIT:g}) {ratio:>9.2f}\n"
        f"import again (at least {AGAIN:,})    {count / again:>10,.0f} papers/s"
        f" ({repeated.unchanged:,} unchanged)\n"
        f"cache (at most {BYTES:,})            {size:>10,.0f} bytes a paper\n"
        f"arXiv snapshot, untagged          {min(count, _SNAPSHOT) / of_arxiv:>10,.0f} papers/s"
        f" ({taken.new:,} new, {taken.merged:,} merged, {arxiv_size:,.0f} bytes a paper)\n"
        f"peak memory                       {memory:>10,.0f} MB\n"
    )
    return 0 if ratio >= WANTED and count / again >= AGAIN and size <= BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
