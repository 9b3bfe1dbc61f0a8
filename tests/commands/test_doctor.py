from __future__ import annotations

import json
from pathlib import Path

from papertriage.cache.connection import opened
from processes import ran

TITLE = "On the Convergence of Invented Optimisers"


def imported(**paper: object) -> None:
    assert ran("import", "-", stdin=json.dumps(paper)).exit_code == 0


def test_a_cache_in_order_is_said_to_be(seeded: Path):
    result = ran("doctor")
    assert result.exit_code == 0
    assert "the cache is in order" in result.stdout


def test_a_search_index_out_of_step_is_found_and_mended(seeded: Path):
    with opened(seeded) as connection:
        connection.execute("UPDATE papers SET title = 'zebra' WHERE key = 1")
    assert ran("doctor").exit_code == 1
    assert ran("doctor", "--rebuild-index").exit_code == 0
    assert ran("search", "zebra", "--format", "ids").stdout


def test_a_wrong_merge_is_taken_apart(home: Path):
    imported(title=TITLE, abstract="We study causal discovery.")
    imported(id="2511.00001", title=TITLE, authors=["Ada Example"])
    (merged,) = json.loads(ran("list", "--json").stdout)
    assert merged["id"] == "arxiv:2511.00001"
    assert ran("doctor", "--split", "2511.00001").exit_code == 0
    papers = json.loads(ran("list", "--json").stdout)
    assert len(papers) == 2
    assert all(paper["topics"] for paper in papers)
    result = ran("doctor", "--split", "2511.00001")
    assert (result.exit_code, "nothing to split" in result.stderr) == (2, True)
