from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.cache.connection import opened
from papertriage.cache.topics import topic_rows, write_topics
from papertriage.errors import ExitCode, ModelError
from papertriage.triage.teaching import followed
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
        with pytest.raises(ModelError, match="the model of 'causality', not of 'ood': train it"):
            load()
    told = ran("topics", "list")
    assert (told.exit_code, told.stderr.count("\n")) == (ExitCode.CONFIGURATION, 1)
    assert str(swapped) in told.stderr
    assert ran("topics", "train", "ood", "--yes").exit_code == 0
    assert ran("topics", "list").exit_code == 0
