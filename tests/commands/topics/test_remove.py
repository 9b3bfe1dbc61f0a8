from __future__ import annotations

import json
from pathlib import Path

from processes import ran


def names() -> list[str]:
    return [topic["name"] for topic in json.loads(ran("topics", "list", "--json").stdout)]


def test_a_shipped_topic_is_switched_off_and_comes_back_by_name(seeded: Path):
    ran("topics", "remove", "ood")
    assert names() == ["alignment", "causality", "diffusion"]
    assert "no topic 'ood'" in ran("list", "-t", "ood").stderr
    assert ran("topics", "add", "ood").exit_code == 0
    assert "ood" in names()
    assert json.loads(ran("list", "-t", "ood", "--json").stdout)


def test_of_a_changed_topic_the_changes_go_first(seeded: Path):
    ran("topics", "edit", "ood", "--recall", 0.9, "--yes")
    assert "restored to the shipped version" in ran("topics", "remove", "ood").stderr
    assert "ood" in names()


def test_labels_outlive_their_topic(seeded: Path):
    ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    ran("list", "-t", "few shots")
    ran("label", 1, "-t", "few shots")
    ran("topics", "remove", "few shots")
    (paper,) = json.loads(ran("show", 1, "--json").stdout)
    assert paper["labels"] == {"few shots": True}
    assert "few shots" not in paper["topics"]
