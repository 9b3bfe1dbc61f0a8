from __future__ import annotations

import json
from pathlib import Path

import pytest

from papertriage.topics.definitions import load_topic
from papertriage.triage.teaching.followed import definition_path, model_path
from processes import ran

PHRASES = ("-p", "few-shot", "-p", "meta-learning")


def test_a_topic_from_phrases_tags_the_cache_at_once(seeded: Path):
    result = ran("topics", "add", "few shots", *PHRASES, "--yes")
    assert result.exit_code == 0
    assert "few shots: 0 papers were tagged, " in result.stderr
    assert "today's picks:" in result.stderr
    tagged = json.loads(ran("list", "-t", "few shots", "--json").stdout)
    assert any("Few-Shot" in paper["title"] for paper in tagged)
    assert load_topic(definition_path("few shots")).phrases == ("few-shot", "meta-learning")


def test_a_topic_that_was_added_is_tagged_with_the_model_that_is_followed(seeded: Path):
    ran("topics", "add", "few shots", *PHRASES, "--yes")
    assert "all tags are up to date" in ran("topics", "retag").stderr


def test_new_papers_are_tagged_with_it_too(seeded: Path):
    ran("topics", "add", "few shots", *PHRASES, "--yes")
    paper = {
        "title": "Few-shot few-shot meta-learning",
        "abstract": "Meta-learning of few-shot tasks.",
    }
    ran("import", "-", stdin=json.dumps(paper))
    found = json.loads(ran("search", "tasks few-shot", "--json").stdout)
    assert any(one["title"] == paper["title"] and "few shots" in one["topics"] for one in found)


def test_liked_papers_become_labels_and_teach(seeded: Path):
    ids = ran("search", "speculative OR sketching OR halfspaces", "--format", "ids").stdout.split()
    ran("topics", "add", "decoders", "-p", "speculative decoding", "--like", ids[0], "--yes")
    (paper,) = json.loads(ran("show", "--json", ids[0]).stdout)
    assert paper["labels"] == {"decoders": True}
    assert paper["topics"]["decoders"]["tagged"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ood", "-p", "x"], 2, "already exists"),
        (["a/b", "-p", "x"], 78, "key 'name'"),
        (["new one", "-p", "--"], 78, "which has no word"),
        (["new one", "-p", "xy", "--like", "2510.99999"], 2, "not in the cache"),
        (["new one", "-p", "few-shot"], 2, "--yes"),
    ],
)
def test_a_topic_that_cannot_be_added_leaves_nothing(seeded: Path, words, code, said):
    yes = [] if said == "--yes" else ["--yes"]
    result = ran("topics", "add", *words, *yes)
    assert result.exit_code == code
    assert said in result.stderr
    assert not definition_path("new one").exists()
    assert not model_path("new one").exists()
    assert "new one" not in ran("topics", "list").stdout
