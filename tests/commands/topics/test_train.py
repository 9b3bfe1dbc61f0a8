from __future__ import annotations

from pathlib import Path

from papertriage.triage.teaching.followed import model_path
from processes import ran


def test_without_labels_there_is_nothing_to_learn(seeded: Path):
    result = ran("topics", "train")
    assert result.exit_code == 0
    assert "nothing to train on" in result.stderr


def test_labels_move_a_shipped_topic_and_training_again_gives_the_same_bytes(seeded: Path):
    ran("list", "-t", "ood")
    ran("label", 1, 2, 3, "-t", "ood", "--no")
    assert "trained ood" in ran("topics", "train", "--yes").stderr
    first = model_path("ood").read_bytes()
    ran("topics", "train", "ood", "--yes")
    assert model_path("ood").read_bytes() == first
    assert "3 own_labels" in ran("topics", "show", "ood").stdout


def test_a_damaged_model_of_ones_own_is_named_and_can_be_trained_again(seeded: Path):
    ran("list", "-t", "ood")
    ran("label", 1, "-t", "ood", "--no")
    ran("topics", "train", "ood", "--yes")
    model_path("ood").write_text("papertriage model 1\n")
    result = ran("import", "-", stdin='{"title": "One"}')
    assert (result.exit_code, len(result.stderr.splitlines())) == (78, 1)
    assert str(model_path("ood")) in result.stderr
    assert ran("today").exit_code == 0
    assert ran("topics", "train", "ood", "--yes").exit_code == 0
    assert ran("import", "-", stdin='{"title": "One"}').exit_code == 0
