from __future__ import annotations

import json
import random
import re
import sqlite3
import time
from pathlib import Path

import pytest

from builders import make_paper, make_receipt
from caches import NOW, scores_in_titles, whole
from papertriage import clock
from papertriage.cache import indexing
from papertriage.cache.connection import opened
from papertriage.cache.indexing import catch_up
from papertriage.cache.receipts import last_receipts
from papertriage.errors import InputError, SourceError
from papertriage.models import Sighting
from papertriage.sources.contract import Batch
from papertriage.triage.intake import storing
from papertriage.triage.intake.storing import Intake, store_all
from processes import started

KILLS = 20
PAPERS = 20_000


def batches(*sizes: int, fault: BaseException | None = None):
    number = 0
    for size in sizes:
        papers = [make_paper(number=number + n, title=f"title {number + n}") for n in range(size)]
        number += size
        yield Batch(
            tuple(Sighting(p, "test", "test", NOW[:10]) for p in papers), (f"after {number}",)
        )
    if fault:
        raise fault


def stored(home: Path, *sizes: int, fault: BaseException | None = None):
    """Return (receipt, what advance heard) and raise what stops it."""
    heard: list[int] = []
    with opened(home / "cache.db") as connection:
        try:
            return store_all(
                connection,
                batches(*sizes, fault=fault),
                Intake(
                    score=scores_in_titles,
                    receipt=make_receipt(new=0, updated=0, unchanged=0, feed="test"),
                    now=clock.now,
                    advance=lambda so_far, _total: heard.append(so_far.new),
                ),
            ), heard
        except BaseException:
            (receipt,) = last_receipts(connection)
            assert receipt.new == sum(sizes)
            raise


def test_large_batches_are_stored_in_parts_and_told_part_by_part(home: Path) -> None:
    receipt, heard = stored(home, 17_000, 3)
    assert heard == [8_000, 16_000, 17_000, 17_003]
    assert (receipt.verdict, receipt.new, receipt.skipped) == (
        "complete",
        17_003,
        ("after 17000", "after 17003"),
    )


@pytest.mark.parametrize("fault", [None, InputError("cut off"), SourceError("broke off")])
def test_what_small_batches_bring_is_indexed_at_the_end_whatever_it_is(
    home: Path, fault: Exception | None
) -> None:
    if isinstance(fault, InputError):
        with pytest.raises(InputError, match="cut off"):
            stored(home, 20, 5, fault=fault)
    else:
        stored(home, 20, 5, fault=fault)
    with opened(home / "cache.db") as connection:
        assert indexing.lag(connection) == 0
        whole(connection)


def test_the_pieces_of_a_large_file_are_joined_if_they_are_many(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_LARGE", 1_000)
    stored(home, *[1_000] * 6)
    with opened(home / "cache.db") as connection:
        assert indexing.count_pieces(connection) == 6
    monkeypatch.setattr(indexing, "_FEW_PIECES", 6)
    stored(home, *[1_000] * 7)
    with opened(home / "cache.db") as connection:
        assert indexing.count_pieces(connection) == 1
        whole(connection)


def test_the_receipt_is_written_before_the_pieces_are_joined(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_connection: sqlite3.Connection, _steps: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "merge_pieces", stopped)
    with pytest.raises(KeyboardInterrupt):
        stored(home, 1_000)


@pytest.mark.parametrize(("sizes", "verdict"), [((5,), "partial"), ((), "failed")])
def test_a_source_that_fails_has_a_receipt(
    home: Path, sizes: tuple[int, ...], verdict: str
) -> None:
    receipt, _ = stored(home, *sizes, fault=SourceError("the source broke off"))
    assert (receipt.verdict, receipt.message) == (verdict, "the source broke off")


def test_what_stops_it_leaves_a_receipt_and_goes_on(home: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        stored(home, 5, fault=KeyboardInterrupt())
    with opened(home / "cache.db") as connection:
        (receipt,) = last_receipts(connection)
    assert (receipt.verdict, receipt.message) == ("partial", "stopped: KeyboardInterrupt")


@pytest.mark.soak
def test_no_kill_loses_a_batch_that_was_told(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    with file.open("w") as out:
        for n in range(PAPERS):
            abstract = "A classifier under distribution shift and its causal graph."
            json.dump({"id": f"p{n}", "title": f"Paper {n}", "abstract": abstract}, out)
            out.write("\n")
    moments = random.Random(20_000)  # noqa: S311 - moments, not secrets
    promised = reported = 0
    for kill in range(KILLS):
        # A fresh cache every fifth time: between, the import goes on behind what is there.
        cache = home / f"{kill // 5}.db"
        promised = promised if kill % 5 else 0
        process = started(home, "import", "--cache", cache, file)
        # Every other kill waits for a first promise, so that there are some on any machine.
        first = process.stderr.readline() if kill % 2 else b""
        time.sleep(moments.uniform(0.0, 1.0 if first else 2.0))
        process.kill()
        errors = first + process.communicate()[1]
        told = re.findall(rb"stored ([\d,]+) papers\n", errors)
        reported += len(told)
        promised = max([promised, *(int(count.replace(b",", b"")) for count in told)])
        with opened(cache) as connection:
            catch_up(connection)
            whole(connection)
            papers, tagged = connection.execute(
                "SELECT count(*), (SELECT count(DISTINCT paper) FROM tags) FROM papers"
            ).fetchone()
        assert papers >= promised
        # An import that goes on skips what it knows, so that its batches begin anywhere.
        assert kill % 5 or papers % 8_000 == 0 or papers == PAPERS
        assert tagged == papers
    assert reported >= KILLS // 2
