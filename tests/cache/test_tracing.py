from __future__ import annotations

from pathlib import Path

from caches import cache_of, lines, store_papers, titled
from papertriage.cache import picks
from papertriage.cache.journal import decide
from papertriage.cache.tracing import decided_at, picked_on, seen_in
from papertriage.models import Pick

PAPER = "arxiv:2510.00001"


def test_the_traces_of_a_paper_come_first_to_last(home: Path):
    with cache_of(home / "cache.db", "one") as connection:
        store_papers(connection, *titled("one"), now="2026-11-24T08:00:00Z", feed="later")
        for day in ("2026-11-24", "2026-11-23"):
            picks.record(connection, day, [(PAPER, Pick(1, 0.9, "ood"))], at="2026-11-23T08:00:00Z")
        decide(connection, [PAPER], "keep", at="2026-11-23T09Z", new_line=lines().__next__)
        assert seen_in(connection, PAPER) == [("test", "2026-11-23"), ("later", "2026-11-24")]
        assert picked_on(connection, PAPER) == [("2026-11-23", 1), ("2026-11-24", 1)]
        assert decided_at(connection, PAPER) == "2026-11-23T09Z"
        assert decided_at(connection, "arxiv:2510.00002") is None
