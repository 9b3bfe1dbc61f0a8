from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders import make_paper
from invented import invented_texts
from papertriage.cache.connection import opened
from papertriage.cache.topics import topic_rows, write_topics
from papertriage.errors import ExitCode, ModelError
from papertriage.topics import batch_evidence
from papertriage.topics.batch_evidence import scorer_with_evidence
from papertriage.topics.scoring import score_paper
from papertriage.triage.teaching import followed
from papertriage.triage.teaching.followed import papers_scorer, shipped_model
from processes import ran


def test_a_topic_that_another_process_trains_meanwhile_is_not_put_back(home: Path, monkeypatch):
    with opened(home / "cache.db") as connection, opened(home / "cache.db") as other:
        stale = followed.record_followed(connection)
        (name, threshold, _), *rest = stale.rows
        newer = followed.Following(stale.models, ((name, threshold, "trained"), *rest))
        loaded = []

        def load_followed() -> followed.Following:
            """Load the old files just before another process writes new ones."""
            if not loaded:
                write_topics(other, newer.rows)
            loaded.append(1)
            return stale if len(loaded) == 1 else newer

        monkeypatch.setattr(followed, "load_followed", load_followed)
        assert followed.record_followed(connection) == newer
        assert {row.name: row.model for row in topic_rows(connection)}[name] == "trained"


@pytest.fixture
def swapped(seeded: Path) -> Path:
    """Return the model file of one topic, which holds another's."""
    assert ran("topics", "train", "ood", "causality", "--yes").exit_code == 0
    other = followed.model_path("causality").read_bytes()
    followed.model_path("ood").write_bytes(other)
    return followed.model_path("ood")


def test_a_model_of_another_topic_is_named_and_training_mends_it(swapped: Path):
    for load in (followed.load_followed, lambda: followed.own_or_shipped("ood")):
        with pytest.raises(ModelError, match="this is a model of 'causality', not of 'ood'"):
            load()
    told = ran("topics", "list")
    assert (told.exit_code, told.stderr.count("\n")) == (ExitCode.CONFIGURATION, 1)
    assert str(swapped) in told.stderr
    assert ran("topics", "train", "ood", "--yes").exit_code == 0
    assert ran("topics", "list").exit_code == 0


PAPERS = [make_paper(title=text.title, abstract=text.abstract) for text in invented_texts(12)]
FEW = """
import sys
from builders import make_paper
from papertriage.triage.teaching.followed import papers_scorer, shipped_model
papers_scorer(shipped_model())([make_paper(title="Causal discovery")] * 2_999)
sys.exit("numpy" in sys.modules)
"""


def test_many_papers_are_scored_as_a_few_are(monkeypatch) -> None:
    monkeypatch.setattr(followed, "MANY", 6)
    monkeypatch.setattr(followed, "AT_ONCE", 3)
    model = shipped_model()
    score = papers_scorer(model)
    wanted = [score_paper(model, paper.title, paper.abstract) for paper in PAPERS]
    in_arrays = []
    monkeypatch.setattr(
        batch_evidence,
        "scorer_with_evidence",
        lambda model: lambda texts: in_arrays.extend(texts) or scorer_with_evidence(model)(texts),
    )
    assert [*score(PAPERS[:5]), *score(PAPERS[5:7]), *score(PAPERS[7:])] == wanted
    assert in_arrays == [(paper.title, paper.abstract) for paper in PAPERS[7:]]
    assert score([]) == []


def test_a_few_thousand_papers_are_scored_without_numpy() -> None:
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", FEW], check=False, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 0
