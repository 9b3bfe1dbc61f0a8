from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.cache.connection import opened
from papertriage.cache.topics import labelled_texts
from papertriage.triage.teaching.followed import model_path
from processes import ran


def labels(cache: Path, topic: str = "ood") -> list[bool]:
    with opened(cache) as connection:
        return [value for *_, value in labelled_texts(connection, topic)]


def test_a_label_says_yes_or_no_or_is_taken_back(seeded: Path):
    ran("list", "-t", "ood")
    assert ran("label", 1, 2, "--topic", "ood").exit_code == 0
    assert labels(seeded) == [True, True]
    assert "labelled as not ood" in ran("label", 1, "-t", "ood", "--no").stderr
    assert sorted(labels(seeded)) == [False, True]
    ran("label", 1, 2, "-t", "ood", "--clear")
    assert labels(seeded) == []


def test_a_paper_labelled_no_is_not_picked_for_the_topic(seeded: Path):
    ran("today", "-t", "ood", "-n", 0)
    before = ran("today", "-t", "ood", "-n", 0, "--format", "ids").stdout.split()
    ran("label", before[0], "-t", "ood", "--no")
    assert before[0] not in ran("today", "-t", "ood", "-n", 0, "--format", "ids").stdout.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "-t", "nope"], "no topic 'nope': the topics are"),
        (["2510.99999", "-t", "ood"], "not in the cache"),
        (["1", "-t", "ood", "--no", "--clear"], "cannot be used together"),
    ],
)
def test_a_label_that_makes_no_sense_writes_nothing(seeded: Path, words: list[str], said: str):
    ran("list")
    result = ran("label", *words)
    assert (result.exit_code, labels(seeded)) == (2, [])
    assert said in result.stderr


def test_after_enough_new_labels_the_topic_is_trained_again(seeded: Path):
    ran("config", "set", "topics.retrain-after", 2)
    ran("list", "-t", "ood")
    assert "after 1 more label" in ran("label", 1, "-t", "ood", "--no").stderr
    assert not model_path("ood").exists()
    assert "retrained ood on 2 labels" in ran("label", 2, "-t", "ood", "--no").stderr
    assert model_path("ood").exists()
    tagged = ran("list", "-t", "ood", "--format", "ids", "-n", 0).stdout.split()
    with opened(seeded) as connection:
        assert not {paper for paper, *_ in labelled_texts(connection, "ood")} & set(tagged)
