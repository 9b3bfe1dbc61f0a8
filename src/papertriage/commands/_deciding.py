"""Write decisions and say what was written."""

from __future__ import annotations

from collections.abc import Sequence

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.cache.listing import require_papers
from papertriage.commands._learning import learn
from papertriage.models import PAST_TENSES, Decision
from papertriage.render.terminal import note
from papertriage.triage.naming import ids_of, new_line


def decide_all(names: Sequence[str], decision: Decision) -> None:
    """Write the decision for every paper that is named, or for none if one is not in the cache."""
    ids = ids_of(names)
    with opened(paths.cache_path()) as connection:
        papers = require_papers(connection, ids)
        ids = [held.paper.id for held in papers]
        decide(connection, ids, decision, at=clock.fine_stamp(clock.now()), new_line=new_line)
        for held in papers:
            note(f"{PAST_TENSES[decision]} {held.paper.id}: {held.paper.title}")
        learn(connection)
