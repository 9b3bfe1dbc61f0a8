"""Time the import of 82,000 abstracts beside a bare sqlite3 executemany with the same index."""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from papertriage.cache.connection import opened
from papertriage.models import Receipt
from papertriage.sources.files import read_file
from papertriage.triage.storing import store_all

LIMIT = 0.5
_NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
_SCHEMA = """
CREATE TABLE papers (
    key INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, abstract TEXT, authors TEXT
);
CREATE VIRTUAL TABLE papers_index USING fts5 (title, abstract, authors, content = 'papers',
    content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TRIGGER indexed AFTER INSERT ON papers BEGIN
    INSERT INTO papers_index (rowid, title, abstract, authors)
    VALUES (new.key, new.title, new.abstract, new.authors);
END;
"""


def json_lines(data: Path, target: Path) -> int:
    """Write the corpus as JSON lines; return how many."""
    count = 0
    with target.open("w", encoding="utf-8") as out:
        for name in ("abstracts.jsonl.gz", "abstracts-older.jsonl.gz"):
            with gzip.open(data / "corpus" / name, "rt", encoding="utf-8") as lines:
                for line in lines:
                    paper = json.loads(line)
                    kept = {key: paper[key] for key in ("id", "title", "abstract", "authors")}
                    out.write(json.dumps(kept) + "\n")
                    count += 1
    return count


def rows(file: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield the columns that the bare script stores."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            yield paper["id"], paper["title"], paper["abstract"], paper["authors"]


def bare(file: Path, cache: Path) -> float:
    """Store all rows by executemany in one transaction; return CPU seconds."""
    begun = time.process_time()
    connection = sqlite3.connect(cache)
    connection.executescript("PRAGMA journal_mode = WAL;" + _SCHEMA)
    with connection:
        connection.executemany(
            "INSERT OR IGNORE INTO papers (id, title, abstract, authors) VALUES (?, ?, ?, ?)",
            rows(file),
        )
    connection.close()
    return time.process_time() - begun


def ours(file: Path, cache: Path) -> tuple[float, Receipt]:
    """Import without tagging; return CPU seconds and the receipt."""
    begun = time.process_time()
    with opened(cache) as connection:
        receipt = store_all(
            connection,
            read_file(str(file), "jsonl", None, _NOW.date()),
            score=lambda _paper: (),
            receipt=Receipt("2026-11-23T08:00:00Z", "file", file.name, "complete"),
            now=lambda: _NOW,
            advance=lambda _stored, _total: None,
        )
    return time.process_time() - begun, receipt


def main(arguments: list[str]) -> int:
    """Print papers a CPU second of both, their ratio, and the rate of importing again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args(arguments).data
    with TemporaryDirectory() as folder:
        file = Path(folder) / "papers.jsonl"
        count = json_lines(data, file)
        peer = bare(file, Path(folder) / "bare.db")
        cpu, receipt = ours(file, Path(folder) / "cache.db")
        again, repeated = ours(file, Path(folder) / "cache.db")
        size = (Path(folder) / "cache.db").stat().st_size
    ratio = peer / cpu
    sys.stdout.write(
        f"papers                         {count:>10,}\n"
        f"bare executemany with index    {count / peer:>10,.0f} papers/s\n"
        f"papertriage import, untagged   {count / cpu:>10,.0f} papers/s"
        f" ({receipt.new:,} new, {receipt.merged:,} merged)\n"
        f"ratio (at least {LIMIT:g})           {ratio:>10.2f}\n"
        f"import again, {repeated.updated:,} updated     {count / again:>10,.0f} papers/s\n"
        f"cache                          {size / 1e6:>10,.0f} MB\n"
        f"peak memory                    "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>10,.0f} MB\n"
    )
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
