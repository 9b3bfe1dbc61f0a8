from __future__ import annotations

import json
from pathlib import Path

from processes import ran


def test_an_empty_cache_has_a_status(home: Path) -> None:
    result = ran("status")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nothing yet" in result.stdout


def test_the_status_counts_and_names_the_feeds(seeded: Path) -> None:
    ran("keep", ran("list", "--format", "ids", "-n", 1).stdout.strip())
    status = json.loads(ran("status", "--json").stdout)
    assert status["schema"] == 1
    assert status["cache"] == str(seeded)
    assert (status["counts"]["papers"], status["counts"]["keep"]) == (66, 1)
    assert [(feed["feed"], feed["verdict"], feed["new"]) for feed in status["feeds"]] == [
        ("trending-papers.txt", "complete", 66)
    ]
    text = ran("status").stdout
    assert "trending-papers.txt: complete: 66 new" in text


def test_a_partial_feed_says_why(home: Path) -> None:
    ran("import", "-", stdin='{"title": "A"}\n{"nothing": 1}\n')
    assert "1 skipped" in ran("status").stdout


def test_the_status_says_what_was_learned_and_when(seeded: Path) -> None:
    assert json.loads(ran("status", "--json").stdout)["interest"] is None
    ids = ran("list", "--format", "ids", "-n", 5).stdout.split()
    ran("keep", *ids[:2])
    ran("skip", *ids[2:])
    learned = json.loads(ran("status", "--json").stdout)["interest"]
    error = learned.pop("calibration_error")
    assert 0 <= error <= 1
    assert learned == {"decisions": 5, "keeps": 2, "skips": 3, "at": "2026-11-23T09:00:00Z"}
    text = ran("status").stdout
    assert "learned from 5 decisions (2 kept, 3 skipped) on 2026-11-23T09:00:00Z" in text
