from __future__ import annotations

import json
from pathlib import Path

import pytest

from papertriage.triage.teaching.followed import model_path
from processes import ran


@pytest.mark.parametrize("name", ["alignment", "causality", "diffusion", "ood"])
def test_a_shipped_topic_shows_what_its_threshold_is_expected_to_keep(seeded: Path, name: str):
    text = ran("topics", "show", name).stdout
    assert "expected on a day's papers: precision 0." in text
    assert "cross-validated on" in text
    quality = json.loads(ran("topics", "show", name, "--json").stdout)["model"]["quality"]
    assert quality["f1"] > 0.8


def test_a_topic_that_was_never_trained_says_so(seeded: Path):
    ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    model_path("few shots").unlink()
    assert "not trained yet" in ran("topics", "show", "few shots").stdout
    assert "untrained" in ran("topics", "list").stdout
