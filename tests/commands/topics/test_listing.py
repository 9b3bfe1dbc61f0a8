from __future__ import annotations

import json
from pathlib import Path

from papertriage.cache.connection import opened
from papertriage.triage.teaching.followed import definition_path
from processes import ran


def test_topics_are_listed_with_their_threshold_and_tagged_papers(seeded: Path):
    rows = {row.split()[0]: row for row in ran("topics", "list").stdout.splitlines()}
    assert list(rows) == ["alignment", "causality", "diffusion", "ood"]
    counts = {
        name: len(ran("list", "-t", name, "--format", "ids", "-n", 0).stdout.split())
        for name in rows
    }
    assert sum(counts.values()) > 10
    for name, row in rows.items():
        assert row.split()[1] == "shipped"
        assert 0 < float(row.split()[2]) < 1
        assert row.endswith(f" {counts[name]} tagged")


def test_json_tells_the_same_of_ones_own_topic(seeded: Path):
    ran("topics", "add", "few shots", "-p", "few-shot", "--description", "Few.", "--yes")
    rows = {row["name"]: row for row in json.loads(ran("topics", "list", "--json").stdout)}
    tagged = json.loads(ran("list", "-t", "few shots", "--json", "-n", 0).stdout)
    own = rows["few shots"]
    assert (own["own"], own["description"], own["tagged"]) == (True, "Few.", len(tagged))
    assert not rows["ood"]["own"]
    assert "few shots            your own" in ran("topics", "list").stdout


def test_how_far_the_tags_of_a_topic_are_is_said_until_they_are_whole(seeded: Path):
    with opened(seeded) as connection:
        connection.execute("UPDATE topics SET tagged_to = tagged_to / 3 WHERE name = 'ood'")
    rows = ran("topics", "list").stdout.splitlines()
    assert [row.endswith(" tagged, 33% of the papers") for row in rows] == [False] * 3 + [True]
    ran("topics", "retag")
    assert all(row.endswith(" tagged") for row in ran("topics", "list").stdout.splitlines())


def test_a_definition_that_is_wrong_is_named(seeded: Path):
    path = definition_path("mine")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('name = "mine"\nphrases = []\n')
    result = ran("topics", "list")
    assert result.exit_code == 78
    assert f"{path}: topic 'mine': key 'phrases' must list at least one" in result.stderr
