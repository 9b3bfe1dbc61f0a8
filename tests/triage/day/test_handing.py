from __future__ import annotations

from pathlib import Path

import pytest

from caches import cache_of, named_paper, store_papers
from papertriage.cache import handoff
from papertriage.cache.connection import opened
from papertriage.cache.handoff import HandoffRequest
from papertriage.models import Filters
from papertriage.triage.day import handing
from papertriage.triage.day.handing import hand

NOW = "2026-11-23T08:00:00Z"


def test_a_batch_that_another_process_closed_meanwhile_is_not_given(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cache_of(home / "cache.db", "one", "two") as connection:
        formatted = handing.formatted

        def closed_meanwhile(*words):
            monkeypatch.setattr(handing, "formatted", formatted)
            with opened(home / "cache.db") as other:
                handoff.acknowledge(other, "desk", None, NOW)
            return formatted(*words)

        monkeypatch.setattr(handing, "formatted", closed_meanwhile)
        batch, text = hand(connection, "desk", HandoffRequest(Filters(limit=1)), "ids", NOW)
        assert batch is not None
        assert (batch.number, list(text)) == (2, ["arxiv:2510.00002\n"])


def test_two_papers_that_became_one_are_written_once(home: Path) -> None:
    title = "A Long Title that Names One Work"
    with opened(home / "cache.db") as connection:
        store_papers(connection, named_paper("x:1", title=title, authors=()))
        batch, text = hand(connection, "desk", HandoffRequest(Filters()), "ids", NOW)
        assert batch is not None
        assert list(text) == ["x:1\n"]
        store_papers(connection, named_paper("arxiv:2510.00001", title=title), feed="cs.LG")
        again, text = hand(connection, "desk", HandoffRequest(Filters()), "ids", NOW)
        assert (again, list(text)) == (batch, ["x:1\n"])
        _, text = hand(connection, "desk", HandoffRequest(Filters()), "tsv", NOW)
        assert "".join(text).startswith("arxiv:2510.00001\t")
