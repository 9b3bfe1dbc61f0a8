from __future__ import annotations

from pathlib import Path

from papertriage.cache.connection import opened
from papertriage.cache.topics import topic_rows, write_topics
from papertriage.triage import tagger


def test_a_topic_that_another_process_trains_meanwhile_is_not_put_back(home: Path, monkeypatch):
    with opened(home / "cache.db") as connection, opened(home / "cache.db") as other:
        stale = tagger.recorded(connection)
        (name, threshold, _), *rest = stale.rows
        newer = tagger.Following(stale.models, ((name, threshold, "trained"), *rest))
        loaded = []

        def following() -> tagger.Following:
            """Load the old files just before another process writes new ones."""
            if not loaded:
                write_topics(other, newer.rows)
            loaded.append(1)
            return stale if len(loaded) == 1 else newer

        monkeypatch.setattr(tagger, "following", following)
        assert tagger.recorded(connection) == newer
        assert {row.name: row.model for row in topic_rows(connection)}[name] == "trained"
